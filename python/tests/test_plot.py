"""Charts of KPI tables."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import altair as alt
import polars as pl
import pytest
from conftest import events

import commonweal as cw
from commonweal.exceptions import DeclinedError, OptionError
from commonweal.plot._frame import AnyChart
from commonweal.plot._time import words

Draw = Callable[[cw.Community], AnyChart]

BRANDS = {"access": ["access", "log in", "password*"], "reports": ["report*", "dashboard*"]}


CHARTS: dict[str, Draw] = {
    "growth": lambda c: cw.plot.growth(c.adoption.growth()),
    "growth by": lambda c: cw.plot.growth(c.adoption.growth(every="1mo", by="channel")),
    "active_members": lambda c: cw.plot.active_members(c.adoption.active_members()),
    "adoption_rate": lambda c: cw.plot.adoption_rate(c.adoption.active_members()),
    "funnel": lambda c: cw.plot.funnel(c.adoption.funnel(steps=["join", "post", "first_reply_received"])),
    "funnel by": lambda c: cw.plot.funnel(c.adoption.funnel(by="role")),
    "retention_effect": lambda c: cw.plot.retention_effect(c.response.return_curve(within="6h")),
    "retention_effect by": lambda c: cw.plot.retention_effect(c.response.return_curve(within="6h", by="channel")),
    "rolling_active": lambda c: cw.plot.rolling_active(c.adoption.rolling_active()),
    "stickiness": lambda c: cw.plot.stickiness(c.adoption.rolling_active()),
    "retention": lambda c: cw.plot.retention(c.adoption.retention(every="1mo")),
    "retention by": lambda c: cw.plot.retention(c.adoption.retention(every="1mo", by="channel")),
    "power_users": lambda c: cw.plot.power_users(c.adoption.power_users()),
    "power_users every": lambda c: cw.plot.power_users(c.adoption.power_users(every="1mo", window="7d", by="channel")),
    "lifecycle": lambda c: cw.plot.lifecycle(c.adoption.lifecycle()),
    "lifecycle by": lambda c: cw.plot.lifecycle(c.adoption.lifecycle(by="channel")),
    "lifecycle_transitions": lambda c: cw.plot.lifecycle_transitions(c.adoption.lifecycle_transitions()),
    "lifecycle_transitions by": lambda c: cw.plot.lifecycle_transitions(c.adoption.lifecycle_transitions(by="channel")),
    "gravity": lambda c: cw.plot.gravity(c.adoption.lifecycle(every="1w")),
    "gravity by": lambda c: cw.plot.gravity(c.adoption.lifecycle(by="channel")),
    "activation": lambda c: cw.plot.activation(c.adoption.activation(every="1mo", within=["1d", "30d"])),
    "activation by": lambda c: cw.plot.activation(c.adoption.activation(every="1mo", by="role")),
    "resolution": lambda c: cw.plot.resolution(c.response.resolution(every="1mo", within=["1d", "7d"])),
    "resolution by": lambda c: cw.plot.resolution(c.response.resolution(every="1mo", by="channel")),
    "edges": lambda c: cw.plot.edges(c.network.edges()),
    "edges by": lambda c: cw.plot.edges(c.network.edges(by="channel", half_life="30d")),
    "newcomers": lambda c: cw.plot.newcomers(c.network.newcomers(within=["1d", "7d"])),
    "newcomers by": lambda c: cw.plot.newcomers(c.network.newcomers(every="1mo", by="channel")),
    "silos": lambda c: cw.plot.silos(c.network.silos(unit="role", shuffles=100)),
    "silos by": lambda c: cw.plot.silos(c.network.silos(unit="role", shuffles=100, by="channel")),
    "bridges": lambda c: cw.plot.bridges(c.network.bridges(unit="role")),
    "bridges by": lambda c: cw.plot.bridges(c.network.bridges(unit="role", by="channel"), top=3),
    "introductions": lambda c: cw.plot.introductions(c.network.introductions()),
    "introductions by": lambda c: cw.plot.introductions(c.network.introductions(by="channel"), top=3),
    "response_by_hour": lambda c: cw.plot.response_by_hour(
        c.with_local_hours().response.first_response(within="1d", by=["weekday", "hour"]), least=1
    ),
    "activity": lambda c: cw.plot.activity(c.engagement.activity(every="1w")),
    "inequality": lambda c: cw.plot.inequality(c.engagement.inequality(every="1mo")),
    "inequality by": lambda c: cw.plot.inequality(c.engagement.inequality(every="1mo", by="channel", bootstrap=100)),
    "conversations": lambda c: cw.plot.conversations(c.engagement.conversations(every="1w")),
    "conversations by": lambda c: cw.plot.conversations(c.engagement.conversations(every="1mo", by="channel")),
    "lorenz": lambda c: cw.plot.lorenz(c.engagement.lorenz()),
    "lorenz by": lambda c: cw.plot.lorenz(c.engagement.lorenz(every="1mo", by="channel")),
    "heatmap": lambda c: cw.plot.heatmap(c.engagement.rhythm()),
    "heatmap by": lambda c: cw.plot.heatmap(c.engagement.rhythm(by="channel")),
    "leaders": lambda c: cw.plot.leaders(c.network.leaders(bootstrap=20)),
    "leaders by": lambda c: cw.plot.leaders(
        c.network.leaders(by="channel", bootstrap=0, window=None, betweenness=False)
    ),
    "network": lambda c: cw.plot.network(c.network.edges(), c.network.communities()),
    "silo_matrix": lambda c: cw.plot.silo_matrix(c.network.silo_matrix(unit="role", shuffles=100)),
    "flow": lambda c: cw.plot.flow(c.network.flow()),
    "attainment": lambda c: cw.plot.attainment(c.response.first_response(within=["1h", "1d"], every="1mo")),
    "attainment by": lambda c: cw.plot.attainment(c.response.first_response(every="1mo", by="channel")),
    "impact": lambda c: cw.plot.impact(
        cw.impact_curve(c.engagement.activity(every="1w"), "contributions", at="2024-03-11"), value="Contributions"
    ),
    "shifts": lambda c: cw.plot.shifts(c.sentiment.shifts(), c.sentiment.trend()),
    "shifts by": lambda c: cw.plot.shifts(c.sentiment.shifts(by="channel"), c.sentiment.trend(by="channel")),
    "responders": lambda c: cw.plot.responders(c.response.responders()),
    "responders by": lambda c: cw.plot.responders(c.response.responders(by="channel"), top=5),
    "responders by role": lambda c: cw.plot.responders(c.response.responders(each="role", by="channel")),
    "compare": lambda c: cw.plot.compare(c.response.compare(within=["1h", "6h", "1d", "7d"])),
    "compare by": lambda c: cw.plot.compare(
        c.response.compare(between="role", groups=("member", "staff"), by="channel", within=["1h", "1d"])
    ),
    "incidence": lambda c: cw.plot.incidence(c.response.incidence()),
    "incidence by": lambda c: cw.plot.incidence(c.response.incidence(by="channel", bots=True)),
    "churn": lambda c: cw.plot.churn(c.adoption.churn(horizon="14d", at_risk_below=0.9), names=3),
    "diffusion": lambda c: cw.plot.diffusion(c.adoption.diffusion_curve(every="1d")),
    "routing": lambda c: cw.plot.routing(c.response.handoffs(unit="role")),
    "backlog": lambda c: cw.plot.backlog(c.response.backlog(within=["1d", "7d"])),
    "backlog by": lambda c: cw.plot.backlog(c.response.backlog(every="1mo", by="channel")),
    "trending": lambda c: cw.plot.trending(c.engagement.trending(window="1d")),
    "trending by": lambda c: cw.plot.trending(c.engagement.trending(window="7d", by="channel", authors=1)),
    "recognition_effect": lambda c: cw.plot.recognition_effect(c.engagement.recognition_effect(within="7d")),
    "recognition_effect by": lambda c: cw.plot.recognition_effect(
        c.engagement.recognition_effect(within="7d", by="channel", adjust_every="1mo")
    ),
    "reply_effect": lambda c: cw.plot.reply_effect(
        c.sentiment.reply_effect(within="14d", answer="thread", below=-0.05, adjust_every="1y")
    ),
    "reply_effect by": lambda c: cw.plot.reply_effect(
        c.sentiment.reply_effect(within="14d", below=-0.05, adjust_every="1y", by="channel")
    ),
    "sentiment_trend": lambda c: cw.plot.sentiment_trend(c.sentiment.trend(every="1mo")),
    "share_of_voice": lambda c: cw.plot.share_of_voice(c.sentiment.aspects(terms=BRANDS)),
    "share_of_voice over time": lambda c: cw.plot.share_of_voice(c.sentiment.aspects(terms=BRANDS, every="1mo")),
    "share_of_voice by": lambda c: cw.plot.share_of_voice(c.sentiment.aspects(terms=BRANDS, by="channel")),
    "survival": lambda c: cw.plot.survival(c.response.curve()),
    "survival by": lambda c: cw.plot.survival(c.response.curve(by="channel")),
    "survival marked": lambda c: cw.plot.survival(
        c.response.curve(), median=timedelta(hours=3), answered_median=timedelta(hours=1)
    ),
}


def test_every_chart_is_drawn_here() -> None:
    charts = set(cw.plot.__all__) - {"DARK", "PALETTE", "dark", "png", "svg"}
    assert charts == {name.split()[0] for name in CHARTS}


@pytest.mark.parametrize("name", CHARTS)
def test_it_draws_the_same_bytes_twice(community: cw.Community, name: str) -> None:
    drawn = cw.plot.svg(CHARTS[name](community))
    assert "NaN" not in drawn
    assert len(re.findall(r"<(?:path|line|text)", drawn)) > 10
    assert drawn == cw.plot.svg(CHARTS[name](community))


def test_shares_of_voice_are_of_the_talk_about_any(community: cw.Community) -> None:
    table = community.sentiment.aspects(terms=BRANDS)
    rows = next(iter(cw.plot.share_of_voice(table).to_dict()["datasets"].values()))
    whole = table["n"].sum()
    z = 2.241_402_727  # the normal quantile of 1 − 0.05 / 2 / 2
    for row, n in zip(rows, table["n"], strict=True):
        assert row["voice"] == pytest.approx(n / whole)
        for end in (row["low"], row["high"]):
            # Wilson: the share lies z standard errors of the bound away.
            assert abs(row["voice"] - end) == pytest.approx(z * (end * (1 - end) / whole) ** 0.5, rel=1e-6)
    assert sum(row["voice"] for row in rows) == pytest.approx(1)


def test_it_draws_a_png(community: cw.Community) -> None:
    assert cw.plot.png(CHARTS["growth"](community)).startswith(b"\x89PNG")


def test_a_chart_says_what_it_needs(community: cw.Community) -> None:
    with pytest.raises(
        OptionError, match=r"^plot.activity needs the columns period, complete; .*compute the KPI with every="
    ):
        cw.plot.activity(community.engagement.activity())
    with pytest.raises(OptionError, match=r"^plot.growth needs the columns period, retained"):
        cw.plot.growth(pl.DataFrame({"a": [1]}))


@pytest.mark.parametrize("name", CHARTS)
def test_nothing_is_drawn_of_nothing(name: str) -> None:
    empty = cw.Community(events(channel=[]))
    if name == "impact":
        with pytest.raises(DeclinedError, match="there is no complete one"):
            CHARTS[name](empty)
        return
    cw.plot.svg(CHARTS[name](empty))


@pytest.mark.parametrize("min_group", [60, 10_000])
def test_suppressed_groups_leave_gaps(community: cw.Community, min_group: int) -> None:
    by = community.response.first_response(every="1mo", by="channel", min_group=min_group)
    cw.plot.svg(cw.plot.attainment(by))
    cw.plot.svg(cw.plot.survival(community.response.curve(by="channel", min_group=min_group)))
    cw.plot.svg(cw.plot.incidence(community.response.incidence(by="channel", min_group=min_group)))
    cw.plot.svg(cw.plot.responders(community.response.responders(by="channel", min_group=min_group)))


def title(chart: AnyChart) -> tuple[str, str]:
    """The finding, and what is suppressed."""
    if not isinstance(chart.title, alt.TitleParams):
        return "", ""
    finding, hidden = (
        " ".join(part) if isinstance(part, list) else "" for part in (chart.title.text, chart.title.subtitle)
    )
    return finding, hidden


def test_suppressed_groups_are_shown_as_suppressed(community: cw.Community) -> None:
    table = community.adoption.growth(every="1mo", by="channel", min_group=10_000)
    assert table["suppressed"].sum() > 20
    assert "Suppressed: too few members" in cw.plot.svg(cw.plot.growth(table))
    some = community.response.first_response(by="channel", every="1mo", min_group=5)
    hidden = (
        some.group_by("channel", maintain_order=True)
        .agg(pl.col("suppressed").sum(), pl.len())
        .filter(pl.col("suppressed") > 0)
    )
    assert 0 < hidden["suppressed"].sum() < some.height
    _, said = title(cw.plot.attainment(some))
    assert said.startswith("Suppressed, too few members: ")
    for name, suppressed, rows in hidden.head(6).iter_rows():
        assert name in said
        assert suppressed == rows or f"{name} (in {suppressed} of {rows})" in said


@pytest.mark.parametrize("name", [name for name in CHARTS if " by" not in name])
def test_a_title_states_the_finding(community: cw.Community, name: str) -> None:
    finding, hidden = title(CHARTS[name](community))
    assert re.search(r"\d", finding), finding
    assert "nan" not in finding.lower()
    assert "None" not in finding
    assert not hidden or name == "response_by_hour"


def test_a_finding_is_what_the_table_says(community: cw.Community) -> None:
    growth = community.adoption.growth(every="1mo")
    row = growth.filter("complete").row(-1, named=True)
    gained = row["new"] + row["resurrected"]
    said = f"{row['period']:%B %Y}: {row['active']} active, {gained} gained and {row['churned']} lost"
    assert title(growth.pipe(cw.plot.growth))[0] == said
    curve = community.response.curve()
    median = community.response.first_response()["median"].item()
    assert title(cw.plot.survival(curve))[0] == f"Half of all posts have an answer within {words(median)}"


def test_ids_start_with_the_prefix(community: cw.Community) -> None:
    drawn = cw.plot.svg(CHARTS["survival marked"](community), prefix="one")
    ids = re.findall(r'\bid="([^"]*)"', drawn)
    assert all(name.startswith("one-") for name in ids)
    for used in re.findall(r"url\(#([^)]*)\)", drawn):
        assert used in ids


def test_the_parts_of_a_backlog_do_not_overlap_in_words(community: cw.Community) -> None:
    table = community.response.backlog(every="1mo", within=["1d", "7d", "30d"])
    drawn = cw.plot.svg(cw.plot.backlog(table)).replace("\N{NO-BREAK SPACE}", " ")
    for part in ("up to 1 day", "1 day to 7 days", "7 days to 30 days", "older than 30 days"):
        assert part in drawn
    assert "older than 7 days" not in drawn
    assert "in 14 days" in cw.plot.svg(
        cw.plot.rolling_active(community.adoption.rolling_active(window="14d"), window="14d")
    )


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(0), "0 s"),
        (timedelta(microseconds=1), "under 0.1 s"),
        (timedelta(seconds=0.44), "0.4 s"),
        (timedelta(seconds=45), "45 s"),
        (timedelta(seconds=59.6), "1 min"),
        (timedelta(minutes=2, seconds=5), "2 min 5 s"),
        (timedelta(minutes=59, seconds=59.9), "1 h"),
        (timedelta(hours=2, minutes=10, seconds=29), "2 h 10 min"),
        (timedelta(hours=23, minutes=59, seconds=50), "1 day"),
        (timedelta(days=1, hours=2), "1 day 2 h"),
        (timedelta(days=1234, hours=7), "1,234 days"),
    ],
)
def test_durations_in_words(length: timedelta, said: str) -> None:
    assert words(length).replace("\N{NO-BREAK SPACE}", " ") == said


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


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ([1] * 10, "half makes 50% of the contributions, the most active tenth 10%"),
        ([1, 1, 2, 4], "half makes 25% of the contributions, the most active tenth 20%"),
        ([1, 1, 1, 7], "half makes 20% of the contributions, the most active tenth 28%"),
    ],
)
def test_members_of_equal_counts_lie_on_a_straight_line(counts: list[int], said: str) -> None:
    rows = [(n, f"m{i}", "post", f"t{i}-{n}") for i, count in enumerate(counts) for n in range(count)]
    curve = cw.Community(events(*rows)).engagement.lorenz()
    assert said in title(cw.plot.lorenz(curve))[0]


def ring(size: int) -> pl.DataFrame:
    """Ties of each to the next in a ring."""
    return pl.DataFrame(
        {
            "source": [f"m{i:02}" for i in range(size)],
            "target": [f"m{(i + 1) % size:02}" for i in range(size)],
            "weight": [1.0] * size,
        }
    )


def circles(chart: AnyChart) -> dict[str, dict[str, object]]:
    """The circles of a network of groups by name."""
    rows = [row for data in chart.to_dict()["datasets"].values() for row in data if "unit" in row]
    return {row["unit"]: row for row in rows}


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


def flows(*rows: tuple[str, str | None, int | None, int | None]) -> pl.DataFrame:
    """Flows of (source, target, n, members); null members are suppressed."""
    table = pl.DataFrame(rows, schema=["source", "target", "n", "members"], orient="row")
    table = table.cast({"target": pl.String, "n": pl.Int64, "members": pl.Int64})
    return table.with_columns(share=pl.col("members") / pl.col("n"), suppressed=pl.col("members").is_null())


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


@pytest.mark.parametrize(
    ("starts", "said"),
    [
        (["2025-01-01", "2025-04-01", "2025-05-01"], "May 2025"),
        (["2025-01-01", "2025-04-01", "2025-10-01"], "Q4 2025"),
        (["2022-01-01", "2025-01-01"], "2025"),
        (["2025-02-01", "2025-05-01"], "May 2025"),
        (["2025-01-06", "2025-01-27", "2025-06-02"], "Week of 2 June 2025"),
        (["2025-01-06", "2025-02-04"], "4 February 2025"),
        (["2025-01-01", "2025-01-15"], "15 January 2025"),
        (["2025-01-01"], "Period from 1 January 2025"),
        (["2025-01-06"], "Period from 6 January 2025"),
        (["2025-01-07"], "7 January 2025"),
    ],
)
def test_a_period_is_called_what_it_is(starts: list[str], said: str) -> None:
    counts = {"active": 5, "new": 1, "retained": 4, "resurrected": 0, "churned": 2}
    table = pl.DataFrame([{"period": date.fromisoformat(start), **counts, "complete": True} for start in starts])
    assert title(cw.plot.growth(table))[0] == f"{said}: 5 active, 1 gained and 2 lost"


def test_a_bar_is_as_wide_as_its_period() -> None:
    starts = [date(2025, 1, 1), date(2025, 4, 1), date(2025, 5, 1)]
    table = pl.DataFrame({"period": starts}).with_columns(
        posts=3, replies=2, reactions=1, edits=0, contributions=6, complete=True
    )
    rows = next(iter(cw.plot.activity(table).to_dict()["datasets"].values()))
    assert [row["end"][:10] for row in rows] == ["2025-01-27", "2025-04-26", "2025-05-27"]
    drawn = cw.plot.svg(cw.plot.activity(table.head(1)))
    assert not re.search(r">\d+\s[AP]M<", drawn)


def test_edits_are_contributions_too() -> None:
    rows = [(n, "ana", "edit", "t1") for n in range(50)]
    table = cw.Community(events(*rows, (200, "bo", "edit", "t1"))).engagement.activity(every="1w")
    chart = cw.plot.activity(table)
    assert title(chart)[0] == "Week of 5 January 2026: 50 edits"
    rows = next(iter(chart.to_dict()["datasets"].values()))
    assert max(row["edge_1"] for row in rows) == 50
    all_kinds = table.with_columns(posts=pl.lit(3), replies=pl.lit(2), reactions=pl.lit(1))
    chart = cw.plot.activity(all_kinds)
    assert title(chart)[0] == "Week of 5 January 2026: 3 posts, 2 replies, 1 reactions and 50 edits"
    assert ">edits<" in cw.plot.svg(chart)
    assert ">edits<" not in cw.plot.svg(cw.plot.activity(all_kinds.with_columns(edits=pl.lit(0))))


def effects(*rows: tuple[str, float | None, float | None, float | None]) -> pl.DataFrame:
    """Effects of (channel, difference, low, high)."""
    ends = {"pre_trend": pl.lit(0.1), "pre_trend_low": pl.lit(-0.1), "pre_trend_high": pl.lit(0.2)}
    table = pl.DataFrame(rows, schema=["channel", "difference", "difference_low", "difference_high"], orient="row")
    table = table.cast(dict.fromkeys(table.columns[1:], pl.Float64)).with_columns(before_after=0.3, **ends)
    known = pl.col("difference").is_not_null()
    return table.with_columns(pl.when(known).then(pl.col(name)) for name in ("before_after", *ends))


def test_an_effect_by_group_has_a_finding() -> None:
    table = effects(
        ("a", 0.5, 0.1, 0.9),
        ("b", -1.25, -2.0, -0.5),
        ("c", 0.2, -0.1, 0.5),
        ("d", 9.0, None, None),
        ("e", *[None] * 3),
    )
    said, hidden = title(cw.plot.reply_effect(table))
    assert said == (
        "After a reply of staff: a difference beyond chance in 2 of 3 groups with an interval, "
        "the largest in b: −1.25 (−2.00 to −0.50)"
    )
    assert hidden == "Nobody matched: e"
    said, _ = title(cw.plot.recognition_effect(table.filter(pl.col("channel").is_in(["a", "c"]))))
    assert said == "After a recognition: a difference beyond chance in 1 of 2 groups: a, +0.5 (+0.1 to +0.9)"
    said, _ = title(cw.plot.recognition_effect(table.filter(pl.col("channel") == "c")))
    assert said == "After a recognition: a difference beyond chance in 0 of 1 group"
    said, _ = title(cw.plot.recognition_effect(table.filter(pl.col("channel") == "d")))
    assert said == "After a recognition: 1 group matched, too few in each for an interval"
    some = table.with_columns(suppressed=pl.col("channel") == "e")
    assert title(cw.plot.reply_effect(some))[1] == "Suppressed, too few members: e"
    more = pl.concat([table, *(effects((f"z{i}", None, None, None)) for i in range(8))])
    assert title(cw.plot.reply_effect(more))[1].endswith("z3, z4 and 3 more")


@pytest.mark.parametrize("by", [None, "channel"])
def test_the_period_that_is_drawn_is_told(community: cw.Community, by: str | None) -> None:
    for every in (
        cw.plot.lorenz(community.engagement.lorenz(every="1mo", by=by)),
        cw.plot.newcomers(community.network.newcomers(every="1mo", by=by)),
        cw.plot.power_users(community.adoption.power_users(every="1mo", window="7d", by=by)),
    ):
        assert title(every)[0].startswith("March 2024")
    cut = community.engagement.lorenz(every="1mo").with_columns(complete=pl.lit(value=False))
    assert title(cw.plot.lorenz(cut))[0].startswith("April 2024 so far: the less active half makes")
