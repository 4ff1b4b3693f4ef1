"""Whether people talk with each other, over time."""

import altair as alt
import polars as pl

from commonweal.plot._chart import Chart
from commonweal.plot._finding import extremes, last, percent, when
from commonweal.plot._frame import AnyChart, faded, finished, grouped, lines, need, period_axis, suppressed
from commonweal.plot._theme import PALETTE

_SHARES = {"answered_share": "answered", "two_way_share": "two-way", "turn_taking": "turns taken"}
_COLOURS = [PALETTE["blue"], PALETTE["vermilion"], PALETTE["green"]]
_PARTS = ("value", "low", "high")
_OWN = tuple(_SHARES)


def conversations(table: pl.DataFrame) -> AnyChart:
    """The shares of threads that are answered and two-way, and of messages that take a turn, with intervals.

    Args:
        table: Of `community.engagement.conversations(every=...)`.
    """
    need(table, "conversations", ("period", *_SHARES, "complete"))
    rows = grouped(table, _OWN)
    kept = ["period", "complete", *(["group"] if "group" in rows.columns else [])]
    parts = [
        rows.select(*kept, pl.lit(label).alias("part"), value=name, low=f"{name}_low", high=f"{name}_high").drop_nulls(
            "value"
        )
        for name, label in _SHARES.items()
    ]
    names = list(_SHARES.values())
    colour = alt.Color("part:N", sort=names, scale=alt.Scale(domain=names, range=_COLOURS))
    axis, share = alt.Axis(format="%"), alt.Scale(domain=[0, 1])
    band = (
        Chart()
        .mark_area(opacity=0.18)
        .encode(
            x=period_axis(),
            y=alt.Y("low:Q", title="Of threads; turns: of messages", axis=axis, scale=share),
            y2="high:Q",
            color=colour,
        )
    )
    line = Chart().mark_line().encode(x=period_axis(), y=alt.Y("value:Q", scale=share), color=colour)
    dots = (
        Chart()
        .mark_point(filled=True, size=28)
        .encode(
            x=period_axis(),
            y=alt.Y("value:Q", scale=share),
            color=colour,
            opacity=faded(),
            tooltip=["period:T", "part:N", *(alt.Tooltip(f"{name}:Q", format=".1%") for name in _PARTS)],
        )
    )
    whole, hidden = grouped(table, _OWN), suppressed(table, _OWN)
    return finished([band, *lines(line), dots], pl.concat(parts), finding=_finding(whole), hidden=hidden)


def _finding(table: pl.DataFrame) -> str:
    if row := last(table, "two_way_share"):
        shares = f"{percent(row['answered_share'])} of the threads answered, {percent(row['two_way_share'])} two-way"
        return f"{when(table, row['period'])}: {shares}"
    return extremes(table, "two_way_share", "Two-way threads")
