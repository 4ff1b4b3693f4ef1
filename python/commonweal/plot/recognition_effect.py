"""What members do after a recognition, against others like them."""

import altair as alt
import polars as pl

from commonweal.plot._chart import Chart
from commonweal.plot._frame import AnyChart, finished, grouped, need, nothing, suppressed
from commonweal.plot._theme import PALETTE

_MEANS = ("treated_before", "treated_after", "control_before", "control_after")
_COLUMNS = ("before_after", *(f"{name}{end}" for name in ("difference", "pre_trend") for end in ("", "_low", "_high")))
_OWN = (*_COLUMNS, *_MEANS, "evidence")
_NAMES = {
    "before_after": "before and after (naive)",
    "difference": "against others like them",
    "pre_trend": "the same, before it",
}


def recognition_effect(table: pl.DataFrame) -> AnyChart:
    """The naive change after a recognition, the difference to others like them, and that before it, with intervals.

    Args:
        table: Of `community.engagement.recognition_effect()`; with `by` columns, one panel for each group.
    """
    need(table, "recognition_effect", _COLUMNS)
    whole, table = table, grouped(table, _OWN)
    over = ["group"] if "group" in table.columns else []
    parts = [
        table.select(
            *over,
            value=pl.col(column),
            low=pl.col(f"{column}_low") if f"{column}_low" in table.columns else pl.lit(None, pl.Float64),
            high=pl.col(f"{column}_high") if f"{column}_high" in table.columns else pl.lit(None, pl.Float64),
            what=pl.lit(name),
        )
        for column, name in _NAMES.items()
    ]
    rows = pl.concat(parts).drop_nulls("value")
    if rows.is_empty():
        return nothing(hidden=suppressed(whole, _OWN))
    y = alt.Y("what:N", sort=list(_NAMES.values()), title=None, axis=alt.Axis(grid=False, labelLimit=220))
    title = "Change in active days, or messages, for each recognition"
    range_ = [PALETTE["grey"], PALETTE["blue"], PALETTE["orange"]]
    colour = alt.Color("what:N", legend=None, scale=alt.Scale(domain=list(_NAMES.values()), range=range_))
    zero = Chart().mark_rule(color=PALETTE["grey"], strokeDash=[3, 3]).encode(x=alt.datum(0))
    limits = Chart().mark_rule(strokeWidth=2).encode(x=alt.X("low:Q", title=title), x2="high:Q", y=y, color=colour)
    x = alt.X("value:Q", title=title, axis=alt.Axis(format="+.1f", grid=True))
    dots = Chart().mark_point(filled=True, size=90, opacity=1).encode(x=x, y=y, color=colour)
    return finished([zero, limits, dots], rows, height=130, finding=_finding(table), hidden=suppressed(whole, _OWN))


def _finding(table: pl.DataFrame) -> str:
    known = table.drop_nulls("difference")
    if "group" in known.columns or known.is_empty():
        return ""
    row = known.row(0, named=True)
    low, high = row["difference_low"], row["difference_high"]
    if low is None or high is None:
        return f"After a recognition: {row['difference']:+.1f} against others like them"
    clear = "" if low > 0 or high < 0 else ", which may be chance"
    text = f"After a recognition: {row['difference']:+.1f} ({low:+.1f} to {high:+.1f}) against others like them{clear}"
    return text.replace("-", "−")
