"""Impact: against least squares where errors are independent, and what it takes and refuses."""

from datetime import date, datetime, time, timedelta

import numpy as np
import polars as pl
import pytest
from conftest import NOON

import commonweal as cw
from commonweal.exceptions import DeclinedError, OptionError

START = date(2026, 1, 5)


def weekly(n: int = 60, at: int = 40, change: float = 5.0, seed: int = 1) -> pl.DataFrame:
    """A series with a step."""
    rng = np.random.default_rng(seed)
    value = 100 + 0.2 * np.arange(n) + change * (np.arange(n) >= at) + rng.standard_normal(n)
    return pl.DataFrame({"period": [START + timedelta(weeks=i) for i in range(n)], "value": value})


def test_near_least_squares_where_errors_are_independent() -> None:
    table = weekly(n=300, at=200)
    row = cw.impact(table, "value", at=START + timedelta(weeks=200)).row(0, named=True)
    at = np.arange(300) - 200
    since = (at >= 0).astype(float)
    x = np.column_stack([since, since * at, np.ones(300), at])
    coefficients, residual, *_ = np.linalg.lstsq(x, table["value"].to_numpy(), rcond=None)
    error = np.sqrt(np.linalg.inv(x.T @ x)[0, 0] * residual[0] / 296)
    assert row["level"] == pytest.approx(coefficients[0], abs=0.2 * error)
    assert row["slope"] == pytest.approx(coefficients[1], abs=0.01)
    assert 0.8 < (row["level_high"] - row["level_low"]) / (2 * 1.96 * error) < 1.3
    assert row["level_p_value"] < 1e-6 < 0.05 < row["slope_p_value"]
    assert row["relative"] == pytest.approx(row["average"] / row["expected"])


def test_the_period_of_the_launch_is_left_out() -> None:
    middle = START + timedelta(weeks=40, days=2)
    row = cw.impact(weekly(), "value", at=middle).row(0, named=True)
    assert (row["before"], row["after"], row["at"]) == (40, 19, START + timedelta(weeks=41))
    curve = cw.impact_curve(weekly(), "value", at=str(middle))
    assert curve.filter(pl.col("observed").is_null())["period"].to_list() == [START + timedelta(weeks=40)]
    assert curve["since"].sum() == 19
    same = curve.filter(~pl.col("since"))
    assert same["fitted"].to_list() == same["expected"].to_list()


def test_gaps_windows_and_incomplete_periods() -> None:
    table = weekly().with_columns(complete=pl.int_range(pl.len()) < 58)
    at = START + timedelta(weeks=40)
    gone = table.filter(~pl.int_range(pl.len()).is_in([3, 4, 50]))
    row = cw.impact(gone, "value", at=at).row(0, named=True)
    assert (row["before"], row["after"]) == (38, 17)
    near = cw.impact(table, "value", at=at, window="10w").row(0, named=True)
    assert (near["before"], near["after"]) == (10, 10)


def test_groups_months_and_durations() -> None:
    months = [date(2024 + i // 12, i % 12 + 1, 1) for i in range(30)]
    noise = np.random.default_rng(3).standard_normal(60)
    table = pl.DataFrame(
        {
            "period": months * 2,
            "channel": ["a"] * 30 + ["b"] * 30,
            "median": [timedelta(hours=10 + x + 6 * (i >= 30 and i % 30 >= 18)) for i, x in enumerate(noise)],
        }
    )
    found = cw.impact(table, "median", at="2025-07-01", by="channel")
    assert found["channel"].to_list() == ["a", "b"]
    assert found["average_low"][0] < 0 < found["average_high"][0]
    assert found["average_low"][1] < 6 < found["average_high"][1]
    assert cw.impact_curve(table, "median", at="2025-07-01", by="channel").height == 60


def test_the_weekdays_of_a_daily_series_are_taken_off() -> None:
    days = [START + timedelta(days=i) for i in range(120)]
    week = np.array([0, 0, 0, 0, 0, -30, -30])
    value = 50 + week[np.arange(120) % 7] + np.random.default_rng(4).standard_normal(120)
    table = pl.DataFrame({"period": days, "value": value})
    told = cw.impact(table, "value", at=days[80]).row(0, named=True)
    plain = cw.impact(table, "value", at=days[80], season=None).row(0, named=True)
    assert told["average_high"] - told["average_low"] < 0.3 * (plain["average_high"] - plain["average_low"])


def test_a_control_takes_off_what_touched_all() -> None:
    table = weekly(change=0.0).with_columns(
        other=50 + 10.0 * (pl.int_range(pl.len()) >= 40) + pl.lit(np.random.default_rng(7).standard_normal(60))
    )
    table = table.with_columns(value=pl.col("value") + pl.col("other"))
    at = START + timedelta(weeks=40)
    assert cw.impact(table, "value", at=at)["average_p_value"].item() < 0.01
    row = cw.impact(table, "value", at=at, controls="other").row(0, named=True)
    assert row["average_low"] < 0 < row["average_high"]


def test_of_a_community(small: pl.DataFrame) -> None:
    community = cw.datasets.simulate(members=100, days=200, seed=3)
    found = cw.impact(community.engagement.activity(every="1w"), "contributions", at="2024-05-01")
    assert found.height == 1
    with pytest.raises(DeclinedError, match="impact needs"):
        cw.impact(cw.Community(small).engagement.activity(every="1d"), "contributions", at=NOON)


def test_what_it_refuses() -> None:
    table, at = weekly(), START + timedelta(weeks=40)
    cases = [
        (lambda: cw.impact(table, "values", at=at), "value must be a column of the table"),
        (lambda: cw.impact(table.drop("period"), "value", at=at), "a table with a column period: ask with every"),
        (lambda: cw.impact(table, "value", at="soon"), "at must be a date"),
        (lambda: cw.impact(table, "value", at="2020-01-01"), "at must be after 2026-01-05"),
        (lambda: cw.impact(table, "value", at=at, window="3 weeks"), "window must be a number of days or weeks"),
        (lambda: cw.impact(table, "value", at=at, window="3d"), "window must be as long as a period at least"),
        (lambda: cw.impact(table, "value", at=at, window="9999999999d"), "window must be fewer days"),
        (lambda: cw.impact(table, "value", at=at, season=1), "season must be a number of periods"),
        (lambda: cw.impact(table, "value", at=at, season=2**70), "season must be a number of periods"),
        (lambda: cw.impact(table.cast({"period": str}), "value", at=at), "a column period of dates, got 'String'"),
        (lambda: cw.impact(table, "value", at=at, controls=["x"]), "controls must be a numeric column"),
        (lambda: cw.impact(table, "value", at=at, confidence=1.0), "confidence must be between 0 and 1"),
        (lambda: cw.impact(pl.concat([table, table]), "value", at=at), "by must be the columns of the table's groups"),
        (lambda: cw.impact(table.with_columns(value=pl.lit("a")), "value", at=at), "value must be a numeric column"),
    ]
    for ask, message in cases:
        with pytest.raises(OptionError, match=message):
            ask()
    with pytest.raises(DeclinedError, match=r"8 periods .* there are 3 and 57"):
        cw.impact(table, "value", at=START + timedelta(weeks=3))
    with pytest.raises(DeclinedError, match="a series that varies"):
        cw.impact(table.with_columns(value=pl.lit(1.0)), "value", at=at)


def test_a_time_of_the_day_lies_within_its_period() -> None:
    daily = pl.DataFrame({"period": [START + timedelta(days=i) for i in range(60)], "value": weekly()["value"]})
    day = START + timedelta(days=30)
    sides = [
        cw.impact(daily, "value", at=at).select("before", "after", "at").row(0)
        for at in (day, datetime.combine(day, time()), datetime.combine(day, time(18)))
    ]
    assert sides == [(30, 30, day), (30, 30, day), (30, 29, day + timedelta(days=1))]
    # Within a Monday of a weekly series, and on its Sunday.
    for at in (datetime.combine(START + timedelta(weeks=40), time(18)), START + timedelta(weeks=40, days=6)):
        assert cw.impact(weekly(), "value", at=at).select("before", "after").row(0) == (40, 19)


def test_periods_that_are_not_there_are_left_out() -> None:
    table, at = weekly(), START + timedelta(weeks=40)
    every_second = table.gather_every(2)
    assert cw.impact(every_second, "value", at=at).select("before", "after").row(0) == (20, 10)
    months = pl.DataFrame({"period": [date(2020 + i // 12, i % 12 + 1, 1) for i in range(60)], "value": table["value"]})
    some = months.filter(pl.int_range(pl.len()) % 5 != 3)
    curve = cw.impact_curve(some, "value", at=date(2023, 5, 1))
    assert curve["period"].to_list() == months["period"].to_list()[:-1] + months["period"].to_list()[-1:]
    assert curve["observed"].null_count() == 12


@pytest.mark.parametrize("every", ["1d", "1w", "1mo", "1q", "1y"])
@pytest.mark.parametrize("first", [date(1960, 1, 1), date(1960, 2, 1)])
def test_every_period_has_its_place_wherever_it_begins(first: date, every: str) -> None:
    starts = pl.date_range(first, date(2040, 1, 1), every, eager=True).head(60)
    table = pl.DataFrame({"period": starts, "value": weekly()["value"]})
    some = table.filter(~pl.int_range(pl.len()).is_in([3, 4, 50]))
    curve = cw.impact_curve(some, "value", at=starts[40])
    assert curve["period"].to_list() == starts.to_list()
    assert curve.filter(pl.col("observed").is_null())["period"].to_list() == starts.gather([3, 4, 50]).to_list()


def test_how_long_a_period_is_all_groups_tell_together() -> None:
    months = pl.date_range(date(2016, 1, 1), date(2025, 12, 1), "1mo", eager=True)
    value = pl.Series(np.random.default_rng(8).standard_normal(120))
    every = pl.DataFrame({"period": months, "channel": "a", "value": value})
    third = every.gather_every(3).with_columns(channel=pl.lit("b"))
    found = cw.impact_curve(pl.concat([every, third]), "value", at="2022-01-01", by="channel")
    observed = found.group_by("channel", maintain_order=True).agg(pl.len(), pl.col("observed").count())
    assert observed.rows() == [("a", 120, 120), ("b", 118, 40)]


def test_of_less_than_nothing_there_is_no_share() -> None:
    falling = weekly(change=0).with_columns(
        value=pl.max_horizontal(0, 60 - 3 * pl.int_range(pl.len())) + pl.col("value") % 1
    )
    row = cw.impact(falling, "value", at=START + timedelta(weeks=21)).row(0, named=True)
    assert row["expected"] < 0 < row["average"]
    assert row["relative"] is None


def test_an_empty_table_has_an_empty_curve() -> None:
    table = weekly().with_columns(group=pl.lit("a"))
    empty = cw.impact_curve(table.clear(), "value", at=START, by="group")
    assert empty.schema == cw.impact_curve(table, "value", at=START + timedelta(weeks=40), by="group").schema
    with pytest.raises(OptionError, match=r"at must be after .*\(group = a\)"):
        cw.impact(table, "value", at="2020-01-01", by="group")
