"""How unequally contributions are shared out, over time."""

import altair as alt
import polars as pl

from commonweal.plot._chart import Chart
from commonweal.plot._finding import extremes, last, percent, when
from commonweal.plot._frame import AnyChart, faded, finished, grouped, need, period_axis, suppressed
from commonweal.plot._theme import PALETTE

_OWN = ("period", "gini", "top1_share", "top10_share", "complete")
_ENDS = ("gini_low", "gini_high")


def inequality(table: pl.DataFrame) -> AnyChart:
    """The Gini coefficient per period, with its interval where one was drawn.

    Args:
        table: Of `community.engagement.inequality(every=..., bootstrap=...)`.
    """
    need(table, "inequality", _OWN)
    rows = grouped(table, _OWN)
    ends = [name for name in _ENDS if name in rows.columns]
    rows = rows.select(*_OWN, *ends, *(["group"] if "group" in rows.columns else []))
    y = alt.Y("gini:Q", title="Gini coefficient", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format=".1f"))
    colour = PALETTE["blue"]
    band = [Chart().mark_area(color=colour, opacity=0.2).encode(x=period_axis(), y="gini_low:Q", y2="gini_high:Q")]
    line = Chart().mark_line(color=colour).encode(x=period_axis(), y=y)
    tips = [alt.Tooltip(f"{name}:Q", format=".2f") for name in ("gini", *ends)]
    tips += [alt.Tooltip(f"{name}:Q", format=".0%") for name in ("top1_share", "top10_share")]
    dots = (
        Chart()
        .mark_point(color=colour, filled=True, size=28)
        .encode(x=period_axis(), y=y, opacity=faded(), tooltip=["period:T", *tips])
    )
    hidden = suppressed(table, _OWN)
    return finished([*(band if ends else []), line, dots], rows, height=220, finding=_finding(rows), hidden=hidden)


def _finding(rows: pl.DataFrame) -> str:
    if row := last(rows, "top10_share"):
        return (
            f"{when(rows, row['period'])}: one in ten members made {percent(row['top10_share'])} of the contributions"
        )
    return extremes(rows, "top10_share", "Made by one in ten members")
