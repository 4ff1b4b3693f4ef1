"""Who ties units together."""

import altair as alt
import polars as pl

from commonweal.plot._chart import Chart
from commonweal.plot._finding import percent
from commonweal.plot._frame import AnyChart, finished, grouped, need, nothing, suppressed
from commonweal.plot._theme import PALETTE

_COLUMNS = ("member", "across", "units", "share", "sole")
_OWN = (*_COLUMNS, "rank", "unit", "constraint", "effective_size")


def bridges(table: pl.DataFrame, *, top: int = 15) -> AnyChart:
    """The share of all acts between units that each member is at an end of, with the units that they reach.

    An act has two ends, so the shares of all members sum to two. The shares are counts of everything, not estimates.

    Args:
        table: Of `community.network.bridges()`; with `by` columns, one panel for each group.
        top: How many to draw in each panel.
    """
    need(table, "bridges", _COLUMNS)
    whole, table = table, grouped(table.drop_nulls("share"), _OWN)
    if table.is_empty():
        return nothing(hidden=suppressed(whole, _OWN))
    over = ["group"] if "group" in table.columns else []
    best = table.group_by(over or pl.lit(1).alias("all"), maintain_order=True).head(top).select(table.columns)
    alone = pl.when(pl.col("sole") > 0).then(pl.format(", {} of them by no other", "sole")).otherwise(pl.lit(""))
    reach = pl.when(pl.col("units") == 1).then(pl.lit("1 other unit")).otherwise(pl.format("{} other units", "units"))
    rows = best.select(*over, "member", "share", "across", "units", "sole", said=pl.concat_str(reach, alone))
    y = alt.Y("member:N", sort=None, title=None, axis=alt.Axis(labelLimit=180, grid=False))
    most = float(str(rows["share"].max()))
    scale = alt.Scale(domain=[0, 1.45 * most], nice=False)
    axis = alt.Axis(format="%", grid=True, values=[tick / 20 for tick in range(21) if tick / 20 <= most * 1.05])
    x = alt.X("share:Q", title="Of all acts between units", axis=axis, scale=scale)
    tooltip = ["member:N", "across:Q", "units:Q", "sole:Q", alt.Tooltip("share:Q", format=".1%")]
    bars = Chart().mark_bar(color=PALETTE["blue"], height={"band": 0.66}).encode(y=y, x=x, tooltip=tooltip)
    words = Chart().mark_text(align="left", dx=6, fontSize=11, color=PALETTE["soft"])
    words = words.encode(y=y, x=x, text="said:N")
    most_rows = rows.group_by(over).len()["len"].max() if over else rows.height
    height, hidden = 40 + 22 * int(str(most_rows or 1)), suppressed(whole, _OWN)
    chart = finished([bars, words], rows, height=height, finding=_finding(rows), hidden=hidden)
    if isinstance(chart, alt.FacetChart):
        # Each panel has people of its own.
        chart = chart.resolve_scale(y="independent")
    return chart


def _finding(rows: pl.DataFrame) -> str:
    if "group" in rows.columns:
        return ""
    first = rows.row(0, named=True)
    alone = f", and alone ties {first['sole']:,} pairs of them" if first["sole"] else ""
    return f"One member is at an end of {percent(first['share'])} of all acts between units{alone}"
