"""Active members in trailing windows."""

import altair as alt
import polars as pl

from commonweal.plot._chart import Chart
from commonweal.plot._finding import day, extremes, number, percent
from commonweal.plot._frame import AnyChart, finished, grouped, need, period_axis, suppressed
from commonweal.plot._theme import PALETTE

_OWN = ("dau", "wau", "mau", "stickiness", "stickiness_low", "stickiness_high")
_LINES = (("mau", "blue", 2.2), ("wau", "vermilion", 1.6), ("dau", "soft", 0.8))


def rolling_active(table: pl.DataFrame, *, window: str = "28d") -> AnyChart:
    """Members active on a day, in the 7 days and in the whole window up to it.

    Args:
        table: Of `community.adoption.rolling_active()`.
        window: The window that the table was made with, which it does not tell itself.
    """
    need(table, "rolling_active", ("period", "dau", "wau", "mau"))
    days = window.removesuffix("d")
    names = [f"in {days} days" if days.isdecimal() else f"in {window}", "in 7 days", "on the day"]
    scale = alt.Scale(domain=names, range=[PALETTE[colour] for _, colour, _ in _LINES])
    legend = alt.Legend(symbolType="stroke", symbolStrokeWidth=3)
    lines = [
        Chart()
        .transform_calculate(part=f"'{name}'")
        .mark_line(strokeWidth=width)
        .encode(
            x=period_axis(),
            y=alt.Y(f"{column}:Q", title="Active members", axis=alt.Axis(format=",d", tickMinStep=1)),
            color=alt.Color("part:N", scale=scale, legend=legend),
        )
        for name, (column, _, width) in zip(names, _LINES, strict=True)
    ]
    rows = grouped(table, _OWN)
    return finished(lines, rows, finding=_finding(rows, names[0]), hidden=suppressed(table, _OWN))


def stickiness(table: pl.DataFrame) -> AnyChart:
    """The share of the window's active members who come on a day, with its interval.

    Args:
        table: Of `community.adoption.rolling_active()`.
    """
    need(table, "stickiness", ("period", "stickiness", "stickiness_low", "stickiness_high"))
    band = (
        Chart()
        .mark_area(color=PALETTE["blue"], opacity=0.2)
        .encode(
            x=period_axis(),
            y=alt.Y("stickiness_low:Q", title="Stickiness (daily / window)", axis=alt.Axis(format="%")),
            y2="stickiness_high:Q",
        )
    )
    line = Chart().mark_line(color=PALETTE["blue"], strokeWidth=1.6).encode(x=period_axis(), y="stickiness:Q")
    rows = grouped(table, _OWN)
    return finished([band, line], rows, height=200, finding=_sticky(rows), hidden=suppressed(table, _OWN))


def _finding(table: pl.DataFrame, window: str) -> str:
    known = table.drop_nulls("mau").sort("period")
    if "group" in known.columns:
        return extremes(known.with_columns(complete=True), "mau", f"Active {window}", number)
    if known.is_empty():
        return ""
    row = known.row(-1, named=True)
    return f"{row['mau']:,} active {window} up to {day(row['period'])}, {row['wau']:,} of them in the last 7"


def _sticky(table: pl.DataFrame) -> str:
    known = table.drop_nulls("stickiness")
    if known.is_empty() or "group" in known.columns:
        return extremes(known.with_columns(complete=True), "stickiness", "Stickiness")
    return f"On the median day {percent(float(str(known['stickiness'].median())))} of the window's members come"
