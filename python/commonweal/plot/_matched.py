"""What became of the treated: before and after, against others like them, and the same before it."""

import altair as alt
import polars as pl

from commonweal.plot._chart import Chart
from commonweal.plot._frame import AnyChart, finished, grouped, need, nothing, suppressed
from commonweal.plot._theme import PALETTE

_MEANS = ("treated_before", "treated_after", "control_before", "control_after")
_COLUMNS = ("before_after", *(f"{name}{end}" for name in ("difference", "pre_trend") for end in ("", "_low", "_high")))
_NAMES = {
    "before_after": "before and after (naive)",
    "difference": "against others like them",
    "pre_trend": "the same, before it",
}


def matched_effect(
    table: pl.DataFrame, chart: str, *, title: str, after: str, number: str, own: tuple[str, ...] = ()
) -> AnyChart:
    """The naive change after something was done, the difference to others like them, and that before it."""
    need(table, chart, _COLUMNS)
    own = (*_COLUMNS, *_MEANS, *own, "evidence")
    whole, table = table, grouped(table, own)
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
        return nothing(hidden=suppressed(whole, own))
    y = alt.Y("what:N", sort=list(_NAMES.values()), title=None, axis=alt.Axis(grid=False, labelLimit=220))
    range_ = [PALETTE["grey"], PALETTE["blue"], PALETTE["orange"]]
    colour = alt.Color("what:N", legend=None, scale=alt.Scale(domain=list(_NAMES.values()), range=range_))
    zero = Chart().mark_rule(color=PALETTE["grey"], strokeDash=[3, 3]).encode(x=alt.datum(0))
    limits = Chart().mark_rule(strokeWidth=2).encode(x=alt.X("low:Q", title=title), x2="high:Q", y=y, color=colour)
    x = alt.X("value:Q", title=title, axis=alt.Axis(format=number, grid=True))
    dots = Chart().mark_point(filled=True, size=90, opacity=1).encode(x=x, y=y, color=colour)
    layers = [zero, limits, dots]
    return finished(layers, rows, height=130, finding=_finding(table, after, number), hidden=suppressed(whole, own))


def _finding(table: pl.DataFrame, after: str, number: str) -> str:
    known = table.drop_nulls("difference")
    if "group" in known.columns or known.is_empty():
        return ""
    row = known.row(0, named=True)
    value, low, high = (row[f"difference{end}"] for end in ("", "_low", "_high"))
    if low is None or high is None:
        return f"{after}: {value:{number}} against others like them".replace("-", "−")
    clear = "" if low > 0 or high < 0 else ", which may be chance"
    text = f"{after}: {value:{number}} ({low:{number}} to {high:{number}}) against others like them{clear}"
    return text.replace("-", "−")
