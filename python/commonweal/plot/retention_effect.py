"""Whether newcomers come back, answered in time or not."""

import altair as alt
import polars as pl

from commonweal.plot._chart import Chart
from commonweal.plot._finding import percent
from commonweal.plot._frame import HEIGHT, AnyChart, finished, grouped, need, nothing, suppressed
from commonweal.plot._theme import PALETTE

_OWN = ("answered", "time", "at_risk", "came_back", "censored", "returned", "low", "high")
_CLASSES = {True: "answered in time", False: "not answered in time"}


def retention_effect(curve: pl.DataFrame) -> AnyChart:
    """The share of newcomers that has come back by the time since the landmark, for both classes, with intervals.

    Args:
        curve: Of `community.response.return_curve()`; with `by` columns, one panel for each group.
    """
    need(curve, "retention_effect", _OWN)
    table = grouped(curve.drop_nulls("returned"), _OWN)
    if table.is_empty():
        return nothing(hidden=suppressed(curve, _OWN))
    table = table.with_columns(
        days=pl.col("time").dt.total_microseconds() / 86_400e6,
        newcomers=pl.col("answered").replace_strict(_CLASSES, return_dtype=pl.String),
    )
    rows = table.select(
        "days", "returned", "low", "high", "newcomers", *(["group"] if "group" in table.columns else [])
    )
    last = float(str(rows["days"].max()))
    names = [name for name in _CLASSES.values() if name in rows["newcomers"].unique().to_list()]
    colours = {"answered in time": PALETTE["blue"], "not answered in time": PALETTE["vermilion"]}
    colour = alt.Color("newcomers:N", scale=alt.Scale(domain=names, range=[colours[name] for name in names]))
    axis = alt.Axis(grid=False, tickMinStep=1)
    x = alt.X("days:Q", title="Days since the landmark", axis=axis, scale=alt.Scale(domain=[0, last], nice=False))
    top = alt.Scale(domainMin=0, domainMax=min(1.0, float(str(rows["high"].max())) * 1.04), nice=False)
    title = "Newcomers who came back"
    y = alt.Y("returned:Q", title=title, axis=alt.Axis(format="%"), scale=top)
    low = alt.Y("low:Q", title=title, axis=alt.Axis(format="%"), scale=top)
    band = Chart().mark_area(opacity=0.18, interpolate="step-after").encode(x=x, y=low, y2="high:Q", color=colour)
    line = Chart().mark_line(interpolate="step-after", strokeWidth=2).encode(x=x, y=y, color=colour)
    landmark = Chart().mark_rule(color=PALETTE["grey"], strokeDash=[3, 3]).encode(x=alt.datum(0))
    hidden = suppressed(curve, _OWN)
    return finished([band, line, landmark], rows, height=HEIGHT + 20, finding=_finding(rows), hidden=hidden)


def _finding(rows: pl.DataFrame) -> str:
    if "group" in rows.columns:
        return ""
    ends = rows.sort("days").group_by("newcomers", maintain_order=True).last().sort("returned", descending=True)
    said = [f"{percent(share)} of those {who}" for who, share in ends.select("newcomers", "returned").iter_rows()]
    return f"Came back: {', '.join(said)}"
