"""What there is to see in a table, as the title of its chart says it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl

from commonweal._periods import length

Row = dict[str, Any]


def percent(share: float) -> str:
    """A share as a percentage that never rounds to none or all."""
    if 0 < share < 0.005:
        return "under 1%"
    return "over 99%" if 0.995 < share < 1 else f"{share:.0%}"


def interval(low: float | None, high: float | None) -> str:
    """` (21–25%)`, or nothing where there is none."""
    return "" if low is None or high is None else f" ({100 * low:.0f}–{100 * high:.0f}%)"


def points(share: float) -> str:
    """A difference of shares in points of 100."""
    rounded = round(100 * share)
    return f"{'+' if rounded > 0 else '−' if rounded < 0 else ''}{abs(rounded)}"


def day(when: date) -> str:
    """`2 June 2025`."""
    return f"{when.day} {when:%B %Y}"


def when(table: pl.DataFrame, period: date) -> str:
    """The period in words, as long as the table's periods tell; where they do not, the day on which it begins."""
    every = length(table["period"])
    if every == "1y" and period.month == 1:
        return str(period.year)
    if every == "1q" and period.month % 3 == 1:
        return f"Q{(period.month + 2) // 3} {period.year}"
    if every == "1mo":
        return f"{period:%B %Y}"
    before = {"1d": "", "1w": "Week of ", "1q": "Quarter from ", "1y": "Year from "}.get(every or "", "Period from ")
    return f"{before}{day(period)}"


def newest(table: pl.DataFrame) -> tuple[pl.DataFrame, str]:
    """The rows of the last complete period, or of the last one where none is, and which it is; all without periods."""
    if "period" not in table.columns or table.is_empty():
        return table, ""
    done = table.filter("complete")
    rows = table if done.is_empty() else done
    period = rows["period"].max()
    said = when(table, period) if isinstance(period, date) else ""
    return rows.filter(pl.col("period") == pl.lit(period)), f"{said} so far" if done.is_empty() else said


def last(table: pl.DataFrame, column: str) -> Row | None:
    """The last complete period in which `column` is known."""
    if "group" in table.columns:
        return None
    known = table.filter("complete").drop_nulls(column)
    return known.sort("period").row(-1, named=True) if known.height else None


def extremes(table: pl.DataFrame, column: str, what: str, shown: Callable[[Any], str] = percent) -> str:
    """Between which groups `column` lies: in its last complete period, where the table has periods."""
    rows = table.drop_nulls(column)
    if "group" not in rows.columns or rows.is_empty():
        return ""
    tail = ""
    if "period" in rows.columns:
        rows = rows.filter("complete") if rows["complete"].any() else rows
        newest = rows["period"].max()
        tail = f" ({when(table, newest)})" if isinstance(newest, date) else ""
        rows = rows.filter(pl.col("period") == pl.lit(newest))
    rows = rows.sort(column, "group")
    low, high = rows.row(0, named=True), rows.row(-1, named=True)
    if rows.height < 2 or low[column] == high[column]:
        return f"{what}: {shown(high[column])} in {high['group']}{tail}"
    return f"{what}: from {shown(low[column])} in {low['group']} to {shown(high[column])} in {high['group']}{tail}"


def number(value: float) -> str:
    """`1,234`."""
    return f"{value:,.0f}"
