"""Levels of involvement, and how members move between them."""

import altair as alt
import polars as pl

from commonweal.plot._frame import HEIGHT, AnyChart, faded, finished, grouped, need, nothing, period_axis, spans
from commonweal.plot._heat import cells
from commonweal.plot._theme import PALETTE

_LEVELS = ("advocate", "contributor", "participant", "observer")
_COLOURS = [PALETTE["orange"], PALETTE["blue"], PALETTE["sky"], PALETTE["grey"]]
_FROM = ("new", "advocate", "contributor", "participant", "observer", "away")
_TO = ("away", "observer", "participant", "contributor", "advocate")
_LEVEL_OWN = ("level", "members", "share", "share_low", "share_high", "new", "known", "gravity")


def lifecycle(table: pl.DataFrame) -> AnyChart:
    """Members of each level per period, the most involved at the bottom; those away are left out.

    Args:
        table: Of `community.adoption.lifecycle()`.
    """
    need(table, "lifecycle", ("period", "level", "members", "complete"))
    rows = spans(grouped(table.filter(pl.col("level") != "away"), _LEVEL_OWN)).drop_nulls("members")
    order = pl.col("level").replace_strict({level: i for i, level in enumerate(_LEVELS)}, default=0)
    within = ["period", *(["group"] if "group" in rows.columns else [])]
    rows = rows.sort([*within, order]).with_columns(high=pl.col("members").cum_sum().over(within))
    rows = rows.with_columns(low=pl.col("high") - pl.col("members"))
    kept = ["period", "start", "end", "complete", "level", "low", "high", "members"]
    scale = alt.Scale(domain=list(_LEVELS), range=_COLOURS)
    bars = (
        alt.Chart()
        .mark_bar()
        .encode(
            x=period_axis("start"),
            x2="end:T",
            y=alt.Y("low:Q", title="Members", axis=alt.Axis(format=",d", tickMinStep=1)),
            y2="high:Q",
            color=alt.Color("level:N", scale=scale),
            opacity=faded(),
            tooltip=["period:T", "level:N", "members:Q"],
        )
    )
    return finished([bars], rows.select([*kept, *within[1:]]))


def lifecycle_transitions(table: pl.DataFrame) -> AnyChart:
    """Where members of each level are one period later: shares over all complete periods of the table together.

    Args:
        table: Of `community.adoption.lifecycle_transitions()`.
    """
    need(table, "lifecycle_transitions", ("period", "from", "to", "members", "complete"))
    rows = grouped(table.filter("complete").drop_nulls("members"), ("from", "to", "members", "rate"))
    group = ["group"] if "group" in rows.columns else []
    sums = rows.group_by([*group, "from", "to"], maintain_order=True).agg(pl.col("members").sum())
    total = pl.col("members").sum().over([*group, "from"])
    sums = sums.with_columns(total=total).filter(pl.col("total") > 0)
    if sums.is_empty():
        return nothing(HEIGHT)
    label = pl.col("from") if group else pl.format("{}  ({})", "from", "total")
    sums = sums.with_columns(rate=pl.col("members") / pl.col("total"), label=label)
    order = pl.col("from").replace_strict({name: i for i, name in enumerate(_FROM)}, default=0)
    names = sums.sort(order, maintain_order=True)["label"].unique(maintain_order=True).to_list()
    x = alt.X(
        "to:O",
        title="One period later",
        sort=list(_TO),
        axis=alt.Axis(orient="top", labelAngle=0, domain=False, grid=False),
    )
    y = alt.Y("label:O", title=None if group else "From (member-periods)", sort=names, axis=alt.Axis(grid=False))
    return finished(cells(x, y, 1.0, numbers=True), sums.select(["label", "to", "rate", *group]), height=220)
