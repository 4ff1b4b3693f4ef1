"""Charts of networks: groups, flows, leaders."""

import re
from collections.abc import Sequence
from typing import Any

import polars as pl
import pytest
from charts import title

import commonweal as cw
from commonweal.exceptions import OptionError
from commonweal.plot._frame import AnyChart
from commonweal.plot._labels import beside


def ring(size: int) -> pl.DataFrame:
    """Ties of each to the next in a ring."""
    return pl.DataFrame(
        {
            "source": [f"m{i:02}" for i in range(size)],
            "target": [f"m{(i + 1) % size:02}" for i in range(size)],
            "weight": [1.0] * size,
        }
    )


def circles(chart: AnyChart) -> dict[str, dict[str, Any]]:
    """The circles of a network of groups by name."""
    rows = [row for data in chart.to_dict()["datasets"].values() for row in data if "unit" in row]
    return {row["unit"]: row for row in rows}


def flows(*rows: tuple[str, str | None, int | None, int | None]) -> pl.DataFrame:
    """Flows of (source, target, n, members); null members are suppressed."""
    table = pl.DataFrame(rows, schema=["source", "target", "n", "members"], orient="row")
    table = table.cast({"target": pl.String, "n": pl.Int64, "members": pl.Int64})
    return table.with_columns(share=pl.col("members") / pl.col("n"), suppressed=pl.col("members").is_null())


def test_a_flow_is_of_one_group(community: cw.Community) -> None:
    flow = community.network.flow(by="role")
    with pytest.raises(OptionError, match=r"^plot\.flow draws one group"):
        cw.plot.flow(flow)
    drawn = cw.plot.svg(cw.plot.flow(community.network.flow(min_group=20), top=2))
    assert "smaller not drawn" in drawn


def test_a_network_is_drawn_by_members_or_by_groups() -> None:
    community = cw.datasets.simulate(members=500, days=200, seed=7)
    edges, found = community.network.edges(), community.network.communities()
    assert found.height > 150
    groups = cw.plot.svg(cw.plot.network(edges, found))
    assert "share of acts within" in groups
    assert community.members is not None
    assert "Engineering" in cw.plot.svg(cw.plot.network(edges, community.members, group="department"))
    few = found["member"].head(40).to_list()
    some = edges.filter(pl.col("source").is_in(few), pl.col("target").is_in(few))
    members = cw.plot.svg(cw.plot.network(some, found))
    assert "share of acts within" not in members
    assert members == cw.plot.svg(cw.plot.network(some.sample(fraction=1, shuffle=True, seed=1), found))
    each = found.with_columns(community=pl.int_range(pl.len()))
    assert "(others)" in cw.plot.svg(cw.plot.network(edges, each))
    with pytest.raises(OptionError, match="one row of groups for each member"):
        cw.plot.network(edges, pl.concat([found, found]))


def test_a_silo_matrix_is_of_one_group(community: cw.Community) -> None:
    pairs = community.network.silo_matrix(shuffles=100, by="channel")
    with pytest.raises(OptionError, match=r"^plot\.silo_matrix draws one group"):
        cw.plot.silo_matrix(pairs)


def test_what_stays_within_does_not_hang_on_which_groups_are_drawn() -> None:
    ties = ring(160)
    alone = pl.DataFrame({"member": ties["source"], "team": [f"t{i:03}" for i in range(160)]})
    chart = cw.plot.network(ties, alone, group="team")
    assert title(chart)[0] == "0% of the acts stay within the 160 groups that 160 members are in"
    assert circles(chart)["(others)"]["within"] == 0
    pairs = alone.with_columns(team=pl.lit("t") + (pl.int_range(pl.len()) // 2).cast(pl.String))
    chart = cw.plot.network(ties, pairs, group="team")
    assert title(chart)[0] == "50% of the acts stay within the 80 groups that 160 members are in"
    assert circles(chart)["(others)"]["within"] == 0.5
    assert len(circles(chart)) == 20


def test_members_of_no_known_group_are_no_group() -> None:
    ties = ring(160)
    halves = pl.DataFrame({"member": ties["source"][:80], "team": ["a"] * 40 + ["b"] * 40})
    chart = cw.plot.network(ties, halves, group="team")
    # From a to b one act, and 39 within each: the act from b to the others is not known to go out.
    assert (
        title(chart)[0] == "99% of the acts stay within the 2 groups that 80 members are in; 80 are in no known group"
    )
    drawn = circles(chart)
    assert drawn["(none)"]["told"] is False
    assert drawn["b"]["within"] == 1
    assert cw.plot.svg(chart).count(cw.plot.PALETTE["grey"]) > cw.plot.svg(
        cw.plot.network(ties, pl.DataFrame({"member": ties["source"], "team": ["a"] * 160}), group="team")
    ).count(cw.plot.PALETTE["grey"])
    nobody = halves.with_columns(team=pl.lit(None, pl.String))
    assert "160 are in no known group" in title(cw.plot.network(ties, nobody, group="team"))[0]


def test_where_nobody_stays_the_share_is_none() -> None:
    table = flows(("a", "a", 10, 6), ("b", "a", 8, 2), ("c", "a", 4, 1), ("a", "b", 10, 1))
    assert title(cw.plot.flow(table))[0] == "In the median 0% stay; most go from b to a (25%)"
    # What is suppressed is not known to be none.
    table = flows(("a", "a", 10, 6), ("b", "a", 8, 2), ("b", "b", None, None), ("a", "b", 10, 1))
    assert title(cw.plot.flow(table))[0] == "In the median 60% stay; most go from b to a (25%)"
    table = flows(("a", "a", None, None), ("a", "b", 8, 2))
    assert title(cw.plot.flow(table))[0] == "Most go from a to b (25%)"
    assert title(cw.plot.flow(flows(("a", None, 8, 8))))[0] == "In the median 0% stay"


def test_a_target_that_is_no_source_is_drawn_or_counted() -> None:
    table = flows(("a", "a", 10, 6), ("a", "new", 10, 5), ("b", "a", 8, 2))
    assert title(cw.plot.flow(table))[0] == "In the median 30% stay; most go from a to new (50%)"
    drawn = cw.plot.svg(cw.plot.flow(table))
    assert ">new<" in drawn
    assert "not drawn" not in drawn
    fewer = cw.plot.svg(cw.plot.flow(table, top=2))
    assert ">new<" not in fewer
    assert "1 smaller not drawn" in fewer.replace("\N{NO-BREAK SPACE}", " ")


def test_leaders_are_called_what_they_are(community: cw.Community) -> None:
    def said(table: pl.DataFrame) -> str:
        return title(cw.plot.leaders(table))[0]

    table = community.network.leaders(bootstrap=20, confidence=0.8, top=None)
    assert table.height > 30
    assert re.match(r"\d+ of the first 20 by rank are there with their whole interval", said(table))
    assert "%" not in said(table)
    later = table.filter(pl.col("rank") > 5)
    low, high = later.head(20)["rank"].min(), later.head(20)["rank"].max()
    assert said(later).startswith(f"20 members of ranks {low} to {high}")
    assert said(later.head(1)).startswith(f"1 member of rank {low}")
    risen = community.network.leaders(bootstrap=0, top=None).sort("rank", descending=True)
    low, high = risen.head(20)["rank"].min(), risen.head(20)["rank"].max()
    assert said(risen) == f"20 members of ranks {low} to {high}"
    assert said(risen.sort("rank")) == "The first 20 by rank"


def heights(
    labels: Sequence[str],
    circles: Sequence[tuple[float, float, float]],
    lines: Sequence[tuple[float, float, float, float, float]],
    *,
    may_cover: bool = True,
) -> list[float]:
    return beside(labels, circles, lines, 10, 300, may_cover=may_cover)


def test_names_stand_where_no_tie_passes() -> None:
    low, high = (100.0, 200.0, 20.0), (100.0, 100.0, 20.0)
    down = (100.0, 100.0, 100.0, 200.0, 1.0)
    assert heights(["low", "high"], [low, high], [down]) == [230.0, 70.0]
    # The weaker of two ties, not the fewer ties.
    weak = [(60.0, 190.0, 140.0, 60.0, 0.1), (60.0, 60.0, 140.0, 80.0, 0.1)]
    assert heights(["low", "high"], [low, high], [down, *weak]) == [230.0, 70.0]
    # Neither out of the picture, nor over a circle, nor over another name.
    assert heights(["a"], [(100.0, 25.0, 20.0)], [(100.0, 25.0, 100.0, 300.0, 1.0)]) == [55.0]
    assert heights(["low", "c"], [low, (100.0, 240.0, 15.0)], []) == [170.0, 265.0]
    near, under = [(100.0, 100.0, 10.0), (130.0, 150.0, 10.0)], [(130.0, 150.0, 130.0, 300.0, 1.0)]
    assert heights(["a", "b"], near, under) == [120.0, 130.0]
    assert heights(["a long", "b long"], near, under) == [120.0, 170.0]


def test_names_that_would_hide_others_are_on_their_circles() -> None:
    # Of three in a column there is room between the first two for one name alone, and none between the others.
    column = [(100.0, 60.0, 20.0), (100.0, 130.0, 20.0), (100.0, 180.0, 20.0)]
    assert heights(["one", "two", "three"], column, []) == [90.0, 130.0, 210.0]
    # Where members are drawn in them, it is rather over another circle than over another name.
    assert heights(["one", "two", "three"], column, [], may_cover=False) == [90.0, 160.0, 210.0]
    # What is too small would not be seen under its name.
    small = [(100.0, 100.0, 6.0), (100.0, 125.0, 6.0), (100.0, 150.0, 6.0)]
    assert heights(["one", "two", "three"], small, [])[1] != 125.0


def test_names_are_readable_over_ties() -> None:
    community = cw.datasets.simulate(members=500, days=200, seed=7)
    assert community.members is not None
    edges = community.network.edges()
    few = community.network.communities().head(100)
    for chart in (cw.plot.network(edges, community.members, group="department"), cw.plot.network(edges.head(100), few)):
        *below, halo, names = chart.to_dict()["layer"]
        assert all(layer["mark"]["type"] != "text" for layer in below)
        assert [layer["mark"]["type"] for layer in (halo, names)] == ["text", "text"]
        assert (halo["mark"]["stroke"], halo["mark"]["strokeJoin"]) == (cw.plot.PALETTE["paper"], "round")
        assert "stroke" not in names["mark"]
    drawn = circles(cw.plot.network(edges, community.members, group="department")).values()
    sides = [row["label_y"] > row["y"] for row in drawn]
    assert any(sides)
    assert not all(sides)
