"""Who leads the network."""

from typing import Any

import altair as alt
import polars as pl

from commonweal.plot._chart import Chart
from commonweal.plot._frame import AnyChart, finished, grouped, need, nothing, suppressed
from commonweal.plot._theme import PALETTE

_NUMBERS = ("rank", "rank_low", "rank_high", "degree", "rank_before", "rank_now", "rise", "pagerank")
_OWN = ("member", "role", *_NUMBERS, "in_strength", "out_strength", "betweenness", "core", "rising")
_ROLES = {"member": PALETTE["blue"], "staff": PALETTE["vermilion"], "bot": PALETTE["grey"]}


def leaders(table: pl.DataFrame, *, top: int = 20) -> AnyChart:
    """The rank of each leader with its interval, on a logarithmic axis; an arrow for who is on the rise.

    Args:
        table: Of `community.network.leaders()`; with `by` columns, one panel for each group.
        top: How many to draw in each panel.
    """
    need(table, "leaders", ("member", "role", *_NUMBERS, "rising"))
    whole, table = table, grouped(table.drop_nulls("rank"), _OWN)
    if table.is_empty():
        return nothing(hidden=suppressed(whole, _OWN))
    over = ["group"] if "group" in table.columns else []
    best = table.group_by(over or pl.lit(1).alias("all"), maintain_order=True).head(top).select(table.columns)
    best = best.select(*over, "member", "role", *_NUMBERS, rising=pl.col("rising").fill_null(value=False))
    roles = [role for role in _ROLES if role in best["role"]]
    legend = None if roles == ["member"] else alt.Legend()
    colour = alt.Color("role:N", scale=alt.Scale(domain=roles, range=[_ROLES[role] for role in roles]), legend=legend)
    y = alt.Y("member:N", sort=None, title=None, axis=alt.Axis(labelLimit=180, grid=False))
    last = best.select(pl.max_horizontal("rank", "rank_high").max()).item()
    last = max(2, last)
    # Ends and dots are round: they need some room.
    scale = alt.Scale(type="log", domain=[last**-0.015, last**1.015], nice=False)
    ticks = [tick for n in range(7) for tick in (10**n, 2 * 10**n, 5 * 10**n) if tick <= last]
    axis = alt.Axis(grid=True, values=ticks, format="d")
    tip: Any = ["member:N", "role:N", *(f"{name}:Q" for name in _NUMBERS[:-1]), alt.Tooltip("pagerank:Q", format=".4f")]
    lines = Chart().mark_rule(strokeWidth=5, opacity=0.35, strokeCap="round")
    dots = Chart().mark_point(filled=True, size=70, opacity=1)
    arrows = Chart().transform_filter("datum.rising").mark_text(text="▲", dx=14, fontSize=11, align="center")
    layers = [
        lines.encode(y=y, x=alt.X("rank_low:Q", scale=scale), x2="rank_high:Q", color=colour),
        dots.encode(y=y, x=alt.X("rank:Q", scale=scale, title="Rank", axis=axis), color=colour, tooltip=tip),
        arrows.encode(y=y, x=alt.X("rank:Q", scale=scale), color=alt.value(PALETTE["green"]), tooltip=tip),
    ]
    most = best.group_by(over).len()["len"].max() if over else best.height
    height = 30 + 22 * int(str(most or 1))
    chart = finished(layers, best, height=height, finding=_finding(best), hidden=suppressed(whole, _OWN))
    if isinstance(chart, alt.FacetChart):
        # Each panel has people of its own.
        chart = chart.resolve_scale(y="independent")
    return chart


def _finding(best: pl.DataFrame) -> str:
    if "group" in best.columns:
        return ""
    rising = best.filter("rising").height
    rises = f"; {rising} on the rise" if rising else ""
    ranks, shown = best["rank"], best.height
    low, high = int(str(ranks.min())), int(str(ranks.max()))
    if high > shown:
        # Some are left out who rank before those shown: sorted by rise, or filtered.
        at = f"ranks {low} to {high}" if low < high else f"rank {low}"
        return f"{shown} {'members' if shown > 1 else 'member'} of {at}{rises}"
    if best["rank_high"].null_count():
        return f"The first {shown} by rank{rises}"
    surely = best.filter(pl.col("rank_high") <= shown).height
    return f"{surely} of the first {shown} by rank are there with their whole interval{rises}"
