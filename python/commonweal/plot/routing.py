"""Hand-offs between units."""

from typing import Any

import altair as alt
import polars as pl

from commonweal.plot._chart import Chart, layered
from commonweal.plot._frame import AnyChart, inline, need, nothing, suppressed, titled
from commonweal.plot._theme import HEAT, PALETTE

_COLUMNS = ("from", "to", "handoffs", "posts", "share")
_CELL = 44


def routing(table: pl.DataFrame) -> AnyChart:
    """From which unit posts are handed to which other: the darker, the more; units in order of what they pass on.

    Args:
        table: Of `community.response.handoffs()`; the hand-offs of its periods and groups are summed.
    """
    need(table, "routing", _COLUMNS)
    pairs = table.drop_nulls("handoffs").group_by("from", "to").agg(pl.col("handoffs", "posts").sum())
    if pairs.is_empty():
        return nothing(hidden=suppressed(table, (*_COLUMNS, "unit")))
    sides = [pairs.select(unit=side, n="handoffs") for side in ("from", "to")]
    order = pl.concat(sides).group_by("unit").agg(pl.col("n").sum()).sort(["n", "unit"], descending=[True, False])
    units = order["unit"].to_list()
    most = int(str(pairs["handoffs"].max()))
    rows = pairs.sort("from", "to").with_columns(dark=pl.col("handoffs") > 0.55 * most)
    both = alt.Scale(domain=units)
    plain: Any = {"grid": False, "domain": False, "labelOverlap": False}
    base = Chart(inline(rows)).encode(
        x=alt.X(
            "to:N",
            sort=units,
            title="to",
            scale=both,
            axis=alt.Axis(orient="top", labelAngle=-40, titleAnchor="start", **plain),
        ),
        y=alt.Y("from:N", sort=units, title="from", scale=both, axis=alt.Axis(**plain)),
        tooltip=["from:N", "to:N", "handoffs:Q", "posts:Q"],
    )
    cells = base.mark_rect(stroke=PALETTE["paper"], strokeWidth=2).encode(
        color=alt.Color(
            "handoffs:Q", scale=alt.Scale(type="quantize", domain=[0, most], range=list(HEAT[1:7])), legend=None
        )
    )
    numbers = base.mark_text(fontSize=12).encode(
        text="handoffs:Q",
        color=alt.condition("datum.dark", alt.value(PALETTE["paper"]), alt.value(PALETTE["ink"])),
    )
    size = _CELL * len(units)
    chart = layered(cells, numbers, width=size, height=size, fitted=False)
    most_handed = pairs.sort("handoffs", "from", "to", descending=[True, False, False]).row(0, named=True)
    finding = (
        f"{most_handed['handoffs']:,} of the {int(pairs['handoffs'].sum()):,} hand-offs go from "
        f"{most_handed['from']} to {most_handed['to']}"
    )
    return titled(chart, finding, suppressed(table, (*_COLUMNS, "unit")))
