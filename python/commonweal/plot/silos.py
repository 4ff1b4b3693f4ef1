"""Which units keep to themselves."""

import altair as alt
import polars as pl

from commonweal.exceptions import OptionError
from commonweal.plot._chart import Chart
from commonweal.plot._frame import AnyChart, finished, grouped, need, nothing, suppressed
from commonweal.plot._theme import PALETTE

_COLUMNS = ("unit", "members", "ei", "expected", "expected_low", "expected_high", "z")
_OWN = (*_COLUMNS, "internal", "external", "unknown", "sd", "p_value")
_WHOLE = "(the whole community)"
_SIDES = ("keeps to itself", "as chance would", "talks to others")
_SURE = 2.0


def silos(table: pl.DataFrame) -> AnyChart:
    """The E-I index of each unit (dot) against what chance would do, with its interval (bar); the most closed first.

    Args:
        table: Of `community.network.silos()`, of one period; with `by` columns, one panel for each group.
    """
    need(table, "silos", _COLUMNS)
    if "period" in table.columns and table["period"].n_unique() > 1:
        raise OptionError("plot.silos draws one period; filter the table first, or compute it without every=")
    hidden = suppressed(table.with_columns(pl.col("unit").alias("units")), _OWN)
    rows = grouped(table, _OWN).drop_nulls(["ei", "expected"])
    if rows.is_empty():
        return nothing(hidden=hidden)
    z = pl.col("z").fill_null(0)
    side = pl.when(z <= -_SURE).then(pl.lit(_SIDES[0])).when(z >= _SURE).then(pl.lit(_SIDES[2]))
    rows = rows.select(
        *(["group"] if "group" in rows.columns else []),
        *_COLUMNS[1:],
        unit=pl.col("unit").fill_null(_WHOLE),
        side=side.otherwise(pl.lit(_SIDES[1])),
    ).sort(z, "unit")
    y = alt.Y("unit:N", sort=None, title=None, axis=alt.Axis(grid=False, labelLimit=200))
    scale = alt.Scale(domain=[-1, 1], nice=False)
    title = "E-I index: −1 all within, +1 all to others"
    axis = alt.Axis(format="+.1f", grid=True)
    chance = Chart().mark_bar(color=PALETTE["grid"], height={"band": 0.5})
    chance = chance.encode(y=y, x=alt.X("expected_low:Q", title=title, scale=scale, axis=axis), x2="expected_high:Q")
    middle = Chart().mark_tick(color=PALETTE["soft"], thickness=2, height={"band": 0.5})
    middle = middle.encode(y=y, x=alt.X("expected:Q", scale=scale))
    colour = alt.Color(
        "side:N",
        sort=list(_SIDES),
        scale=alt.Scale(domain=list(_SIDES), range=[PALETTE["vermilion"], PALETTE["soft"], PALETTE["blue"]]),
        legend=alt.Legend(symbolType="circle"),
    )
    tooltip = ["unit:N", "members:Q", *(alt.Tooltip(f"{name}:Q", format="+.2f") for name in ("ei", "expected", "z"))]
    dots = Chart().mark_point(filled=True, size=90, opacity=1)
    dots = dots.encode(y=y, x=alt.X("ei:Q", scale=scale), color=colour, tooltip=tooltip)
    chart = finished([chance, middle, dots], rows, height=70 + 28 * rows.height, finding=_finding(rows), hidden=hidden)
    if isinstance(chart, alt.FacetChart):
        chart = chart.resolve_scale(y="independent")
    return chart


def _finding(rows: pl.DataFrame) -> str:
    if "group" in rows.columns:
        return ""
    units = rows.filter(pl.col("unit") != _WHOLE)
    closed = units.filter(pl.col("side") == _SIDES[0])
    if closed.is_empty():
        return f"0 of {units.height} units keep to themselves more than chance would have it"
    return f"{closed.height} of {units.height} units keep to themselves more than chance would have it"
