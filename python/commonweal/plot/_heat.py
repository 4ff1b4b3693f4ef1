"""Tables of shares as coloured cells with their numbers in them."""

from typing import Any

import altair as alt

from commonweal.plot._chart import Chart
from commonweal.plot._theme import HEAT, PALETTE


def cells(x: Any, y: Any, most: float, *, numbers: bool, value: str = "rate") -> list[alt.Chart]:
    """Cells that darken up to the share `most`; those without a share are blank, in a dashed frame."""
    scale = alt.Scale(type="quantize", domain=[0, most], range=list(HEAT))
    known, open_ = f"isValid(datum.{value})", f"!isValid(datum.{value})"
    filled = (
        Chart()
        .transform_filter(known)
        .mark_rect(stroke=PALETTE["paper"], strokeWidth=1)
        .encode(x=x, y=y, color=alt.Color(f"{value}:Q", scale=scale, legend=None))
    )
    blank = (
        Chart()
        .transform_filter(open_)
        .mark_rect(fill=PALETTE["paper"], stroke=PALETTE["grey"], strokeDash=[3, 3], strokeWidth=1)
        .encode(x=x, y=y)
    )
    if not numbers:
        return [filled, blank]
    ink = alt.condition(f"datum.{value} > {5 / 9 * most}", alt.value(PALETTE["paper"]), alt.value(PALETTE["ink"]))
    text = (
        Chart()
        .transform_filter(known)
        .mark_text(fontSize=11)
        .encode(x=x, y=y, text=alt.Text(f"{value}:Q", format=".0%"), color=ink)
    )
    return [filled, blank, text]
