"""On how many days members come."""

import altair as alt
import polars as pl

from commonweal.plot._chart import Chart
from commonweal.plot._finding import extremes, newest, percent
from commonweal.plot._frame import HEIGHT, AnyChart, finished, grouped, need, nothing, suppressed
from commonweal.plot._theme import PALETTE

_OWN = ("days", "members", "share", "share_low", "share_high")
_FEW = 31


def power_users(table: pl.DataFrame) -> AnyChart:
    """The share of the window's members who were active on exactly 1, 2, 3 ... days of it, with its interval.

    Args:
        table: Of `community.adoption.power_users()`; with `every`, its last complete period is drawn.
    """
    need(table, "power_users", _OWN)
    table, period = newest(table)
    rows = grouped(table.drop_nulls("share"), _OWN)
    if rows.is_empty():
        return nothing(HEIGHT, suppressed(table, _OWN))
    longest = int(str(rows["days"].max()))
    axis = alt.Axis(labelAngle=0) if longest <= _FEW else alt.Axis(labelAngle=0, labelOverlap="greedy")
    x = alt.X("days:O", title=f"Days active, of the last {longest}", axis=axis)
    bars = (
        Chart()
        .mark_bar(color=PALETTE["blue"])
        .encode(
            x=x,
            y=alt.Y("share:Q", title="Active members", axis=alt.Axis(format="%")),
            tooltip=["days:O", "members:Q", alt.Tooltip("share:Q", format=".1%")],
        )
    )
    whiskers = Chart().mark_rule(color=PALETTE["ink"]).encode(x=x, y="share_low:Q", y2="share_high:Q")
    return finished([bars, whiskers], rows, finding=_finding(rows, longest, period), hidden=suppressed(table, _OWN))


def _finding(rows: pl.DataFrame, longest: int, period: str) -> str:
    once = rows.filter(pl.col("days") == 1)
    if "group" in rows.columns:
        return extremes(once, "share", f"{period}, came on one day alone" if period else "Came on one day alone")
    often = float(rows.filter(pl.col("days") * 2 >= longest)["share"].sum())
    return (
        f"{f'{period}: ' if period else ''}{percent(float(once['share'].sum()))} came on one day alone, "
        f"{percent(often)} on at least half of the {longest} days"
    )
