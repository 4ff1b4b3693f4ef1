"""Periods and durations on charts."""

import re
from datetime import date, timedelta

import polars as pl
import pytest
from charts import CHARTS, title

import commonweal as cw
from commonweal.plot._time import words


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
        (["2025-01-05", "2025-01-12", "2025-01-26"], "Week of 26 January 2025"),
        (["2025-02-01", "2025-05-01", "2025-11-01"], "Quarter from 1 November 2025"),
        (["2022-04-01", "2023-04-01", "2025-04-01"], "Year from 1 April 2025"),
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


def test_a_cohort_is_called_by_its_day_where_it_may_be_one(community: cw.Community) -> None:
    table = community.adoption.retention(every="1w").sort("cohort")
    first = table.filter(pl.col("cohort") == table["cohort"][0])
    assert first["cohort"][0].isoformat() == "2024-01-01"
    assert ">01 Jan 2024  (" in cw.plot.svg(cw.plot.retention(first))
    assert ">Jan 2024  (" in cw.plot.svg(cw.plot.retention(community.adoption.retention(every="1mo")))


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


@pytest.mark.parametrize(
    "draw", ["sentiment_trend", "attainment", "adoption_rate", "share_of_voice over time", "conversations"]
)
def test_lines_are_pale_where_they_lead_to_a_period_that_is_cut_short(draw: str, community: cw.Community) -> None:
    layers = CHARTS[draw](community).to_dict()["layer"]
    lines = [layer for layer in layers if layer["mark"]["type"] == "line"]
    pale, strong = lines
    assert pale["encoding"]["opacity"]["value"] < 0.5
    assert strong["transform"][-1] == {"filter": "datum.complete !== false"}
