"""How long the periods of a table are."""

import polars as pl

from commonweal.typing import Every

_UNITS: tuple[tuple[Every, int], ...] = (("1y", 12), ("1q", 3))
_AGREE = 3


def length(periods: pl.Series) -> Every | None:
    """The `every` behind the days on which periods start; None if it cannot be told.

    Periods may be missing, so it is the longest that all of them fit into, and not the smallest gap. Weeks begin on
    Monday, quarters and years in January, as those of every KPI; of other tables anywhere, if that is no chance: where
    three agree.
    """
    starts = periods.drop_nulls().unique().to_list()
    agree = len(starts) >= _AGREE
    if all(start.day == 1 for start in starts):
        # One that starts on the first of January may be any, and others most.
        if len(starts) < 2:
            return None
        for every, months in _UNITS:
            phases = {(start.month - 1) % months for start in starts}
            if phases == {0} or (agree and len(phases) == 1):
                return every
        return "1mo"
    weekdays = {start.weekday() for start in starts}
    if weekdays == {0}:
        return "1w" if len(starts) > 1 else None
    return "1w" if agree and len(weekdays) == 1 else "1d"
