"""Charts of KPI tables: what all of them share."""

import re

import polars as pl
import pytest
from charts import CHARTS, title
from conftest import events

import commonweal as cw
from commonweal.exceptions import DeclinedError, OptionError


def test_every_chart_is_drawn_here() -> None:
    charts = set(cw.plot.__all__) - {"DARK", "PALETTE", "dark", "png", "svg"}
    assert charts == {name.split()[0] for name in CHARTS}


@pytest.mark.parametrize("name", CHARTS)
def test_it_draws_the_same_bytes_twice(community: cw.Community, name: str) -> None:
    drawn = cw.plot.svg(CHARTS[name](community))
    assert "NaN" not in drawn
    assert len(re.findall(r"<(?:path|line|text)", drawn)) > 10
    assert drawn == cw.plot.svg(CHARTS[name](community))


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


def test_ids_start_with_the_prefix(community: cw.Community) -> None:
    drawn = cw.plot.svg(CHARTS["survival marked"](community), prefix="one")
    ids = re.findall(r'\bid="([^"]*)"', drawn)
    assert all(name.startswith("one-") for name in ids)
    for used in re.findall(r"url\(#([^)]*)\)", drawn):
        assert used in ids
