"""How long periods are, as their starts tell."""

from datetime import date, timedelta
from typing import get_args

import polars as pl
import pytest

import commonweal as cw
from commonweal._periods import length
from commonweal.typing import Every


@pytest.mark.parametrize(
    ("starts", "every"),
    [
        ([], None),
        # Of a single one it is known what it is not.
        (["2025-01-01"], None),
        (["2025-01-06"], None),
        (["2025-01-07"], "1d"),
        (["2025-01-01", "2025-01-02"], "1d"),
        (["2025-01-06", "2025-02-04"], "1d"),
        (["2025-01-06", "2025-01-13"], "1w"),
        (["2025-01-06", "2025-06-02"], "1w"),
        (["2025-01-01", "2025-02-01"], "1mo"),
        (["2025-01-01", "2025-04-01", "2025-05-01"], "1mo"),
        (["2025-01-01", "2025-04-01"], "1q"),
        (["2025-01-01", "2025-07-01", "2026-01-01"], "1q"),
        (["2025-04-01", "2026-04-01"], "1q"),
        (["2025-01-01", "2026-01-01"], "1y"),
        (["2020-01-01", "2025-01-01"], "1y"),
        # Weeks, quarters and years that begin elsewhere are told from three on, with gaps too.
        (["2025-01-05", "2025-01-12"], "1d"),
        (["2025-01-05", "2025-01-12", "2025-01-26"], "1w"),
        (["2025-01-05", "2025-01-12", "2025-01-25"], "1d"),
        (["2025-02-01", "2025-05-01"], "1mo"),
        (["2025-02-01", "2025-05-01", "2025-11-01"], "1q"),
        (["2025-02-01", "2025-05-01", "2025-12-01"], "1mo"),
        (["2022-04-01", "2023-04-01", "2025-04-01"], "1y"),
    ],
)
def test_a_length_is_what_all_starts_fit_into(starts: list[str], every: Every | None) -> None:
    days = pl.Series(starts, dtype=pl.String).str.to_date()
    assert length(days) == every
    # In any order, with groups, and with what has no period.
    assert length(pl.concat([days.reverse(), days, pl.Series([None], dtype=pl.Date)])) == every


@pytest.mark.parametrize("every", get_args(Every))
def test_of_a_kpi_it_is_the_one_that_was_asked_for(every: Every) -> None:
    community = cw.datasets.simulate(members=20, days=800, seed=7)
    table = community.engagement.activity(every=every)
    assert length(table["period"]) == every
    assert length(table.filter(pl.int_range(pl.len()) % 5 != 1)["period"]) == every


@pytest.mark.parametrize("every", ["1d", "1w", "1mo", "1q", "1y"])
@pytest.mark.parametrize("first", [date(2020, 1, 1), date(2020, 2, 1), date(2020, 7, 1)])
def test_of_a_series_of_others_it_is_their_step(first: date, every: Every) -> None:
    starts = pl.date_range(first, first + timedelta(days=365 * 9), every, eager=True)
    assert length(starts) == every
    assert length(starts.gather([0, 1, 2, 5, 6])) == every


@pytest.mark.parametrize("weekday", range(7))
def test_weeks_begin_on_any_weekday(weekday: int) -> None:
    starts = pl.date_range(date(2026, 1, 5 + weekday), date(2026, 6, 30), "1w", eager=True)
    assert length(starts) == "1w"
    assert length(starts.gather_every(3)) == "1w"
