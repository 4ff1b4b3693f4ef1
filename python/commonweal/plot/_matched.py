"""What became of the treated: before and after, against others like them, and the same before it."""

import altair as alt
import polars as pl

from commonweal.plot._chart import Chart
from commonweal.plot._finding import Row
from commonweal.plot._frame import NAMED, AnyChart, finished, grouped, need, nothing, suppressed
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
    hidden = suppressed(whole, own)
    if rows.is_empty():
        return nothing(hidden=hidden)
    if over:
        hidden = ". ".join(part for part in (hidden, _bare(table, rows)) if part)
    y = alt.Y("what:N", sort=list(_NAMES.values()), title=None, axis=alt.Axis(grid=False, labelLimit=220))
    range_ = [PALETTE["grey"], PALETTE["blue"], PALETTE["orange"]]
    colour = alt.Color("what:N", legend=None, scale=alt.Scale(domain=list(_NAMES.values()), range=range_))
    zero = Chart().mark_rule(color=PALETTE["grey"], strokeDash=[3, 3]).encode(x=alt.datum(0))
    limits = Chart().mark_rule(strokeWidth=2).encode(x=alt.X("low:Q", title=title), x2="high:Q", y=y, color=colour)
    x = alt.X("value:Q", title=title, axis=alt.Axis(format=number, grid=True))
    dots = Chart().mark_point(filled=True, size=90, opacity=1).encode(x=x, y=y, color=colour)
    layers = [zero, limits, dots]
    return finished(layers, rows, height=130, finding=_finding(table, after, number), hidden=hidden)


def _bare(table: pl.DataFrame, rows: pl.DataFrame) -> str:
    """The groups of which there is nothing to draw, though they are not suppressed."""
    told = table.filter(~pl.col("suppressed").fill_null(value=False)) if "suppressed" in table.columns else table
    names = told.join(rows, on="group", how="anti", maintain_order="left")["group"].to_list()
    more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    return f"Nobody matched: {', '.join(names[:NAMED])}{more}" if names else ""


def _finding(table: pl.DataFrame, after: str, number: str) -> str:
    known = table.drop_nulls("difference")
    if known.is_empty():
        return ""
    if "group" in known.columns:
        return _of_groups(known, after, number)
    row = known.row(0, named=True)
    if row["difference_low"] is None or row["difference_high"] is None:
        return f"{after}: {_told(row, number)} against others like them"
    clear = "" if row["difference_low"] > 0 or row["difference_high"] < 0 else ", which may be chance"
    return f"{after}: {_told(row, number)} against others like them{clear}"


def _of_groups(known: pl.DataFrame, after: str, number: str) -> str:
    sure = known.drop_nulls(["difference_low", "difference_high"])
    if sure.is_empty():
        return f"{after}: {known.height} {_groups(known)} matched, too few in each for an interval"
    clear = sure.filter((pl.col("difference_low") > 0) | (pl.col("difference_high") < 0))
    few = " with an interval" if sure.height < known.height else ""
    whole = f"{after}: a difference beyond chance in {clear.height} of {sure.height} {_groups(sure)}{few}"
    if clear.is_empty():
        return whole
    row = clear.sort(pl.col("difference").abs(), "group", descending=[True, False]).row(0, named=True)
    if clear.height == 1:
        return f"{whole}: {row['group']}, {_told(row, number)}"
    return f"{whole}, the largest in {row['group']}: {_told(row, number)}"


def _groups(table: pl.DataFrame) -> str:
    return "group" if table.height == 1 else "groups"


def _told(row: Row, number: str) -> str:
    """The difference with its interval, where there is one."""
    value, low, high = (row[f"difference{end}"] for end in ("", "_low", "_high"))
    limits = "" if low is None or high is None else f" ({low:{number}} to {high:{number}})"
    return f"{value:{number}}{limits}".replace("-", "−")
