"""The wait for a first answer."""

import math
from collections.abc import Sequence
from datetime import timedelta

import altair as alt
import polars as pl

from commonweal.plot._chart import Chart, layered
from commonweal.plot._finding import percent
from commonweal.plot._frame import HEIGHT, WIDTH, AnyChart, grouped, inline, need, nothing, suppressed, titled
from commonweal.plot._theme import PALETTE, SERIES
from commonweal.plot._time import words

_COLUMNS = ("time", "survival", "low", "high")
_OWN = (*_COLUMNS, "at_risk", "responded", "censored")
_STEPS = 240
_TICKS = (1, 10, 60, 600, 3_600, 21_600, 86_400, 604_800, 2_592_000, 31_536_000, 315_360_000)
_TICK_NAMES = ("1 s", "10 s", "1 min", "10 min", "1 h", "6 h", "1 day", "1 week", "30 days", "1 year", "10 years")


def survival(
    curve: pl.DataFrame, *, median: timedelta | None = None, answered_median: timedelta | None = None
) -> AnyChart:
    """The share of posts answered by a given time, 1 − S(t), with its interval, on a logarithmic time axis.

    Args:
        curve: Of `community.response.curve()`; with `by` columns, one line for each group.
        median: The median of `first_response`, marked where it is given.
        answered_median: The naive median over the answered posts alone, marked beside it.
    """
    need(curve, "survival", _COLUMNS)
    table = grouped(curve.drop_nulls("time"), _COLUMNS)
    if table.is_empty():
        return nothing(HEIGHT, suppressed(curve, _OWN))
    seconds = pl.col("time").dt.total_microseconds() / 1e6
    table = table.with_columns(seconds=seconds)
    over = ["group"] if "group" in table.columns else []
    start, end, (scale, axis) = duration_axis(table["seconds"], table["survival"])
    rows = steps(table, start, end, over).select(
        "seconds",
        *over,
        answered=1 - pl.col("survival"),
        answered_low=1 - pl.col("high"),
        answered_high=1 - pl.col("low"),
    )
    x = alt.X("seconds:Q", title="Time since the post (logarithmic)", scale=scale, axis=axis)
    y = alt.Y("answered:Q", title="Posts answered", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1]))
    y_low = alt.Y("answered_low:Q", title="Posts answered", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1]))
    many = "group" in rows.columns
    names = rows["group"].unique(maintain_order=True).to_list() if many else []
    colour = (
        alt.Color("group:N", scale=alt.Scale(domain=names, range=[SERIES[i % len(SERIES)] for i in range(len(names))]))
        if many
        else alt.value(PALETTE["blue"])
    )
    data = inline(rows)
    band = (
        Chart(data)
        .mark_area(opacity=0.2, interpolate="step-after")
        .encode(x=x, y=y_low, y2="answered_high:Q", color=colour)
    )
    line = Chart(data).mark_line(interpolate="step-after", strokeWidth=2).encode(x=x, y=y, color=colour)
    layers: list[alt.Chart] = [band, line]
    if not many:
        marked = {"median, all posts": median, "median, answered posts alone": answered_median}
        layers += _marks(x, start, end, {name: length for name, length in marked.items() if length is not None})
    chart = layered(*layers, width=WIDTH, height=HEIGHT + 20)
    if not many:
        chart = chart.resolve_scale(color="independent")
    return titled(chart, _finding(table, median), suppressed(curve, _OWN))


def _finding(table: pl.DataFrame, median: timedelta | None) -> str:
    half = table.filter(pl.col("survival") <= 0.5).sort("time")
    if "group" not in table.columns:
        reached = median if median is not None or half.is_empty() else half["time"][0]
        if reached is None:
            return f"{percent(1 - float(str(table['survival'].min())))} are answered in the end: no median"
        return f"Half of all posts have an answer within {words(reached)}"
    # Those whose curve gets to the half, the fastest first; the others wait longest.
    first = half.group_by("group", maintain_order=True).first().sort("time", "group")
    late = table.filter(~pl.col("group").is_in(first["group"].implode()))["group"].unique(maintain_order=True).to_list()
    said = [f"{words(time)} in {group}" for group, time in first.select("group", "time").iter_rows()]
    ends = [f"in {late[0]} never" if len(late) == 1 else f"never in {len(late)} of them"] if late else said[1:][-1:]
    return (
        f"Half are answered within {', '.join([*said[:1], *ends])}" if said else "Fewer than half are answered in all"
    )


def duration_axis(seconds: pl.Series, share: pl.Series) -> tuple[float, float, tuple[alt.Scale, alt.Axis]]:
    """Where a logarithmic axis of durations starts and ends, with its scale and its ticks.

    `share` is what still waits at each duration: a minute is soon enough to begin with, unless much is over before.
    """
    before = share.filter(seconds <= 60).min()
    start = 60.0 if before is None or float(str(before)) > 0.8 else 1.0
    end = max(float(str(seconds.max() or 0.0)), start * 60)
    return start, end, (alt.Scale(type="log", domain=[start, end], nice=False), _axis(start, end))


def steps(table: pl.DataFrame, start: float, end: float, over: Sequence[str]) -> pl.DataFrame:
    """The curves at evenly spaced points of the axis: what an eye can tell apart, however many posts there are."""
    ratio = math.log(end / start)
    grid = pl.DataFrame({"seconds": [start * math.exp(ratio * step / _STEPS) for step in range(_STEPS + 1)]})
    parts = []
    for curve in table.partition_by(over, maintain_order=True) if over else [table]:
        last = curve["seconds"].max()
        within = grid.filter(pl.col("seconds") <= (float(str(last)) if last is not None else 0.0) * (1 + 1e-9))
        parts.append(within.join_asof(curve.sort("seconds"), on="seconds"))
    return pl.concat(parts)


def _axis(start: float, end: float) -> alt.Axis:
    ticks = [(tick, name) for tick, name in zip(_TICKS, _TICK_NAMES, strict=True) if start <= tick <= end]
    label = " : ".join(f"datum.value === {tick} ? '{name}'" for tick, name in ticks)
    return alt.Axis(values=[tick for tick, _ in ticks], labelExpr=f"{label} : ''", labelFlush=True, grid=True)


def _marks(x: alt.X, start: float, end: float, medians: dict[str, timedelta]) -> list[alt.Chart]:
    if not medians:
        return []
    names = [f"{name}: {words(length)}" for name, length in medians.items()]
    places = [min(max(length.total_seconds(), start), end) for length in medians.values()]
    colours = [PALETTE["ink"], PALETTE["vermilion"]][: len(names)]
    legend = alt.Legend(columns=1, symbolType="stroke", symbolStrokeWidth=2.5, labelLimit=320)
    rules = (
        Chart(inline(pl.DataFrame({"seconds": places, "median": names})))
        .mark_rule(strokeWidth=1.6)
        .encode(x=x, color=alt.Color("median:N", scale=alt.Scale(domain=names, range=colours), legend=legend))
    )
    half = Chart(inline(pl.DataFrame({"half": [0.5]})))
    return [half.mark_rule(color=PALETTE["grey"], strokeDash=[2, 3]).encode(y="half:Q"), rules]
