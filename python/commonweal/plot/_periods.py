"""How long the periods of a table are."""

from math import gcd

import polars as pl

_STEPS = {12: "1y", 6: "1q", 3: "1q"}


def length(periods: pl.Series) -> str | None:
    """`1d`, `1w`, `1mo`, `1q` or `1y`: the `every` behind the days on which periods start; None if it cannot be told.

    Periods may be missing, so it is what all of them fit into, and not the smallest gap.
    """
    starts = periods.drop_nulls().unique().to_list()
    first = all(start.day == 1 for start in starts)
    if not first and not all(start.weekday() == 0 for start in starts):
        return "1d"
    # One that starts on a Monday may be a day or a week, one that starts on the first of January any.
    if len(starts) < 2:
        return None
    return _STEPS.get(gcd(12, *(start.month - 1 for start in starts)), "1mo") if first else "1w"
