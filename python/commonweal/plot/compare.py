"""Two sides of a comparison."""

import altair as alt
import polars as pl

from commonweal.plot._chart import Chart
from commonweal.plot._finding import percent
from commonweal.plot._frame import AnyChart, finished, grouped, need, nothing, suppressed
from commonweal.plot._theme import PALETTE
from commonweal.plot._time import words
from commonweal.plot.survival import duration_axis

_SHARES = ("attained_first", "attained_first_low", "attained_first_high")
_COLUMNS = ("within", "first", "second", *_SHARES, *(name.replace("first", "second") for name in _SHARES))


def compare(table: pl.DataFrame) -> AnyChart:
    """The shares of posts answered in time on both sides, target by target, with intervals.

    Args:
        table: Of `community.response.compare(within=[...])`; many targets make two curves. With `by` columns, one panel
            for each group.
    """
    need(table, "compare", _COLUMNS)
    whole, table = table, grouped(table, _COLUMNS).drop_nulls("within")
    over = ["group"] if "group" in table.columns else []
    sides = []
    for side in ("first", "second"):
        limits = {"share": "", "low": "_low", "high": "_high"}
        shares = [pl.col(f"attained_{side}{limit}").alias(name) for name, limit in limits.items()]
        seconds = pl.col("within").dt.total_microseconds() / 1e6
        sides.append(table.select(*over, *shares, seconds=seconds, side=pl.col(side)))
    rows = pl.concat(sides).drop_nulls("share")
    if rows.is_empty():
        return nothing(hidden=suppressed(whole, _COLUMNS))
    names = pl.concat([table["first"].unique(), table["second"].unique()]).to_list()
    start, end, (_, axis) = duration_axis(rows["seconds"], 1 - rows["share"])
    scale = alt.Scale(type="log", domain=[start, end * 1.1], nice=False)
    x = alt.X("seconds:Q", title="Time since the post (logarithmic)", scale=scale, axis=axis)
    share = alt.Scale(domain=[0, 1])
    y = alt.Y("share:Q", title="Posts answered", axis=alt.Axis(format="%"), scale=share)
    low = alt.Y("low:Q", title="Posts answered", axis=alt.Axis(format="%"), scale=share)
    colour = alt.Color("side:N", scale=alt.Scale(domain=names, range=[PALETTE["blue"], PALETTE["vermilion"]]))
    band = Chart().mark_area(opacity=0.15).encode(x=x, y=low, y2="high:Q", color=colour)
    rules = Chart().mark_rule().encode(x=x, y=low, y2="high:Q", color=colour)
    line = Chart().mark_line(strokeWidth=2).encode(x=x, y=y, color=colour)
    dots = Chart().mark_point(filled=True, size=36).encode(x=x, y=y, color=colour)
    return finished([band, rules, line, dots], rows, finding=_finding(table), hidden=suppressed(whole, _COLUMNS))


def _finding(table: pl.DataFrame) -> str:
    both = table.drop_nulls(["attained_first", "attained_second"]).sort("within")
    if "group" in both.columns or both.is_empty():
        return ""
    row = both.row(-1, named=True)
    return (
        f"Within {words(row['within'])}: {percent(row['attained_first'])} ({row['first']}) "
        f"against {percent(row['attained_second'])} ({row['second']})"
    )
