"""When in the week the community is awake."""

from typing import Any

import altair as alt
import polars as pl

from commonweal.plot._chart import Chart
from commonweal.plot._finding import percent
from commonweal.plot._frame import AnyChart, finished, grouped, need, nothing, suppressed
from commonweal.plot._theme import HEAT, PALETTE

_COLUMNS = ("weekday", "hour", "contributions", "contributors", "share")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_NAMES = dict(zip(_DAYS, ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"), strict=True))


def heatmap(table: pl.DataFrame) -> AnyChart:
    """The share of all contributions in each hour of the week, in local time: the darker, the more.

    Args:
        table: Of `community.engagement.rhythm()`; with `by` columns, one panel for each group.
    """
    need(table, "heatmap", _COLUMNS)
    whole, table = table, grouped(table.drop_nulls("contributions"), _COLUMNS)
    if table.is_empty() or not table["contributions"].sum():
        return nothing(hidden=suppressed(whole, _COLUMNS))
    over = ["group"] if "group" in table.columns else []
    names = dict(enumerate(_DAYS, start=1))
    rows = table.select(
        *over,
        "hour",
        "contributions",
        "contributors",
        "share",
        day=pl.col("weekday").replace_strict(names, return_dtype=pl.String),
    )
    most = float(str(rows["share"].max()))
    plain: Any = {"grid": False, "domain": False}
    labels: Any = {"values": list(range(0, 24, 3)), "labelExpr": "datum.value + ':00'", "labelAngle": 0}
    scale = alt.Scale(type="quantize", domain=[0, most], range=list(HEAT))
    cells = (
        Chart()
        .mark_rect(stroke=PALETTE["paper"], strokeWidth=1)
        .encode(
            x=alt.X(
                "hour:O", title="Hour of the day, local time", axis=alt.Axis(labelOverlap=False, **labels, **plain)
            ),
            y=alt.Y("day:N", sort=list(_DAYS), title=None, axis=alt.Axis(**plain)),
            color=alt.Color(
                "share:Q",
                scale=scale,
                legend=alt.Legend(
                    title="Share of all contributions",
                    format=".1%",
                    gradientLength=180,
                ),
            ),
            tooltip=["day:N", "hour:O", "contributions:Q", "contributors:Q", alt.Tooltip("share:Q", format=".2%")],
        )
    )
    return finished([cells], rows, height=220, finding=_finding(rows), hidden=suppressed(whole, _COLUMNS))


def _finding(rows: pl.DataFrame) -> str:
    if "group" in rows.columns:
        return ""
    top = rows.sort("share", descending=True).row(0, named=True)
    weekend = float(rows.filter(pl.col("day").is_in(["Sat", "Sun"]))["share"].sum())
    return (
        f"Busiest on {_NAMES[top['day']]} from {top['hour']}:00 ({top['share']:.1%}); "
        f"{percent(weekend)} falls on the weekend"
    )
