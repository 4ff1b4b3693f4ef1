"""When in the week a post waits long."""

from typing import Any

import altair as alt
import polars as pl

from commonweal.plot._chart import Chart
from commonweal.plot._finding import interval, percent
from commonweal.plot._frame import AnyChart, finished, need, nothing
from commonweal.plot._theme import HEAT, PALETTE
from commonweal.plot._time import words

_COLUMNS = ("weekday", "hour", "within", "n", "attained", "attained_low", "attained_high")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_FEW = 10


def response_by_hour(table: pl.DataFrame, *, least: int = _FEW) -> AnyChart:
    """The share of posts answered in time by the weekday and hour of the post: the darker, the more.

    An hour with fewer than `least` posts says little, and is left blank in a dashed frame, as are suppressed ones.

    Args:
        table: Of `community.response.first_response(within=..., by=["weekday", "hour"])` of one target, on
            `community.with_local_hours()`.
        least: The fewest posts of an hour that is drawn.
    """
    need(table, "response_by_hour", _COLUMNS)
    within = table["within"].drop_nulls().unique().sort()
    rows = table.filter(pl.col("within") == pl.lit(within[0])) if within.len() else table.clear()
    if rows["attained"].drop_nulls().is_empty():
        return nothing(hidden="all hours" if "suppressed" in rows.columns and rows["suppressed"].any() else "")
    full = pl.DataFrame({"weekday": _DAYS}).join(pl.DataFrame({"hour": [f"{h:02}" for h in range(24)]}), how="cross")
    rows = full.join(rows.select(_COLUMNS), on=["weekday", "hour"], how="left", maintain_order="left").drop("within")
    rows = rows.with_columns(shown=pl.col("attained").is_not_null() & (pl.col("n") >= least))
    plain: Any = {"grid": False, "domain": False, "labelOverlap": False}
    hours = alt.Axis(labelExpr="datum.value % 3 === 0 ? datum.value + ':00' : ''", labelAngle=0, **plain)
    x = alt.X("hour:O", title="Hour of the post, local time", axis=hours)
    y = alt.Y("weekday:N", sort=list(_DAYS), title=None, axis=alt.Axis(**plain))
    drawn = rows.filter("shown")["attained"]
    low, high = (float(str(drawn.min() or 0.0)), float(str(drawn.max() or 1.0))) if drawn.len() else (0.0, 1.0)
    scale = alt.Scale(type="quantize", domain=[low, max(high, low + 0.01)], range=list(HEAT[1:]))
    title = f"Answered within {words(within[0])}"
    label = "datum.index % 2 ? datum.label : ''"  # all of them would touch
    legend = alt.Legend(title=title, format=".0%", labelExpr=label)
    shares = [alt.Tooltip(f"{name}:Q", format=".1%") for name in _COLUMNS[4:]]
    cells = Chart().transform_filter("datum.shown").mark_rect(stroke=PALETTE["paper"], strokeWidth=1)
    color = alt.Color("attained:Q", scale=scale, legend=legend)
    cells = cells.encode(x=x, y=y, color=color, tooltip=["weekday:N", "hour:O", "n:Q", *shares])
    blank = Chart().transform_filter("!datum.shown")
    blank = blank.mark_rect(fill=PALETTE["paper"], stroke=PALETTE["grey"], strokeDash=[3, 3], strokeWidth=1)
    few = rows.height - drawn.len()
    hidden = f"{few} of 168 hours are blank: fewer than {least} posts, or suppressed" if few else ""
    layers = [cells, blank.encode(x=x, y=y)]
    return finished(layers, rows, height=260, finding=_finding(rows, title), hidden=hidden)


def _finding(rows: pl.DataFrame, title: str) -> str:
    known = rows.filter("shown").sort("attained", "weekday", "hour")
    if known.is_empty():
        return ""
    said = [
        f"{percent(row['attained'])}{interval(row['attained_low'], row['attained_high'])} "
        f"on {row['weekday']} from {int(row['hour'])}:00"
        for row in (known.row(0, named=True), known.row(-1, named=True))
    ]
    return f"{title}: from {said[0]} to {said[1]}"
