"""Levels of involvement, and how members move between them."""

import altair as alt
import polars as pl

from commonweal.plot._chart import Chart
from commonweal.plot._finding import percent, when
from commonweal.plot._frame import (
    HEIGHT,
    AnyChart,
    faded,
    finished,
    grouped,
    need,
    nothing,
    period_axis,
    spans,
    suppressed,
)
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
        Chart()
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
    return finished(
        [bars], rows.select([*kept, *within[1:]]), finding=_levels(rows), hidden=suppressed(table, _LEVEL_OWN)
    )


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
        return nothing(HEIGHT, suppressed(table, ("from", "to", "members", "rate")))
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
    shown = sums.select(["label", "to", "rate", *group])
    hidden = suppressed(table, ("from", "to", "members", "rate"))
    return finished(cells(x, y, 1.0, numbers=True), shown, height=220, finding=_moves(sums), hidden=hidden)


def gravity(table: pl.DataFrame) -> AnyChart:
    """Whether the community pulls its members inward, above the line, or loses hold of them, with its interval.

    Args:
        table: Of `community.adoption.lifecycle()`.
    """
    need(table, "gravity", ("period", "level", "gravity", "gravity_low", "gravity_high", "complete"))
    # It is of the period, and the same on each of its levels.
    rows = grouped(table.filter(pl.col("level") == "away").drop_nulls("gravity"), _LEVEL_OWN)
    kept = ["period", "complete", "gravity", "gravity_low", "gravity_high"]
    rows = rows.select(*kept, *(["group"] if "group" in rows.columns else []))
    rows = rows.with_columns(clear=(pl.col("gravity_low") > 0) | (pl.col("gravity_high") < 0))
    y = alt.Y("gravity:Q", title="Gravity (w² a member)", axis=alt.Axis(format="+.1f"))
    colour = alt.condition("datum.clear", alt.value(PALETTE["blue"]), alt.value(PALETTE["grey"]))
    ends = Chart().mark_rule(strokeWidth=1.6)
    ends = ends.encode(x=period_axis(), y=alt.Y("gravity_low:Q"), y2="gravity_high:Q", color=colour)
    tooltip = ["period:T", *(alt.Tooltip(f"{name}:Q", format="+.2f") for name in kept[2:])]
    dots = Chart().mark_point(filled=True, size=30, opacity=1)
    dots = dots.encode(x=period_axis(), y=y, color=colour, tooltip=tooltip)
    zero = Chart().mark_rule(color=PALETTE["soft"], strokeWidth=1).encode(y=alt.datum(0))
    return finished([zero, ends, dots], rows, finding=_pull(rows), hidden=suppressed(table, _LEVEL_OWN))


def _levels(rows: pl.DataFrame) -> str:
    done = rows.filter("complete")
    if "group" in done.columns or done.is_empty():
        return ""
    newest = done.filter(pl.col("period") == pl.col("period").max())
    counts = dict(newest.select("level", "members").iter_rows())
    said = ", ".join(
        f"{counts.get(level, 0):,} {level}{'' if counts.get(level) == 1 else 's'}" for level in _LEVELS[:3]
    )
    return f"{when(rows, newest['period'][0])}: {said}"


def _moves(sums: pl.DataFrame) -> str:
    if "group" in sums.columns:
        return ""
    stay = sums.filter(pl.col("from") == pl.col("to"), pl.col("from").is_in(["advocate", "participant"]))
    said = [f"{percent(rate)} of the {level}s" for level, rate in stay.select("from", "rate").sort("from").iter_rows()]
    return f"Still there one period later: {' and '.join(said)}" if said else ""


def _pull(rows: pl.DataFrame) -> str:
    if "group" in rows.columns or rows.is_empty():
        return ""
    clear = rows.filter("clear")
    up = clear.filter(pl.col("gravity") > 0).height
    return f"Pulled inward in {up}, outward in {clear.height - up} of {rows.height} periods; the others may be chance"
