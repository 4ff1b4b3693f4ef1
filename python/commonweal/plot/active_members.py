"""Active members and their share of those who could be."""

import altair as alt
import polars as pl

from commonweal.plot._chart import Chart
from commonweal.plot._finding import extremes, interval, last, number, percent, when
from commonweal.plot._frame import AnyChart, faded, finished, grouped, lines, need, period_axis, spans, suppressed
from commonweal.plot._theme import PALETTE

_OWN = ("active", "new", "eligible", "adoption_rate", "adoption_rate_low", "adoption_rate_high")


def active_members(table: pl.DataFrame) -> AnyChart:
    """Active members per period, first-timers apart.

    Args:
        table: Of `community.adoption.active_members(every=...)`.
    """
    need(table, "active_members", ("period", "active", "new", "complete"))
    rows = spans(grouped(table, _OWN)).with_columns(before=pl.col("active") - pl.col("new"), zero=pl.lit(0))
    parts = (("active before", "zero", "before", PALETTE["blue"]), ("new", "before", "active", PALETTE["green"]))
    bars = [
        Chart()
        .transform_calculate(part=f"'{name}'")
        .mark_bar()
        .encode(
            x=period_axis("start"),
            x2="end:T",
            y=alt.Y(f"{low}:Q", title="Active members", axis=alt.Axis(format=",d", tickMinStep=1)),
            y2=f"{high}:Q",
            color=alt.Color("part:N", scale=alt.Scale(domain=[p[0] for p in parts], range=[p[3] for p in parts])),
            opacity=faded(),
            tooltip=["period:T", "active:Q", "new:Q"],
        )
        for name, low, high, _ in parts
    ]
    return finished(bars, rows, finding=_active(rows), hidden=suppressed(table, _OWN))


def adoption_rate(table: pl.DataFrame) -> AnyChart:
    """The share of eligible members who are active, with its interval.

    Args:
        table: Of `community.adoption.active_members(every=...)` on a community with a members table.
    """
    need(table, "adoption_rate", ("period", "adoption_rate", "adoption_rate_low", "adoption_rate_high", "complete"))
    y = alt.Axis(format="%")
    band = (
        Chart()
        .mark_area(color=PALETTE["blue"], opacity=0.2)
        .encode(
            x=period_axis(),
            y=alt.Y("adoption_rate_low:Q", title="Active share of eligible members", axis=y),
            y2="adoption_rate_high:Q",
        )
    )
    line = Chart().mark_line(color=PALETTE["blue"]).encode(x=period_axis(), y="adoption_rate:Q")
    dots = (
        Chart()
        .mark_point(color=PALETTE["blue"], filled=True, size=28)
        .encode(
            x=period_axis(),
            y="adoption_rate:Q",
            opacity=faded(),
            tooltip=[
                "period:T",
                alt.Tooltip("adoption_rate:Q", format=".1%"),
                alt.Tooltip("adoption_rate_low:Q", format=".1%"),
                alt.Tooltip("adoption_rate_high:Q", format=".1%"),
            ],
        )
    )
    rows = grouped(table, _OWN)
    return finished([band, *lines(line), dots], rows, height=220, finding=_rate(rows), hidden=suppressed(table, _OWN))


def _active(table: pl.DataFrame) -> str:
    if row := last(table, "active"):
        return f"{when(table, row['period'])}: {row['active']:,} active, {row['new']:,} of them for the first time"
    return extremes(table, "active", "Active members", number)


def _rate(table: pl.DataFrame) -> str:
    if row := last(table, "adoption_rate"):
        ends = interval(row["adoption_rate_low"], row["adoption_rate_high"])
        return f"{when(table, row['period'])}: {percent(row['adoption_rate'])} of the eligible members active{ends}"
    return extremes(table, "adoption_rate", "Active share of the eligible")
