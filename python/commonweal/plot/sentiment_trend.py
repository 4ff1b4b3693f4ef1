"""The tone over time."""

import altair as alt
import polars as pl

from commonweal.plot._chart import Chart
from commonweal.plot._finding import extremes, last, points, when
from commonweal.plot._frame import AnyChart, faded, finished, grouped, lines, need, period_axis, spans, suppressed
from commonweal.plot._theme import PALETTE

_OWN = ("positive", "neutral", "negative", "net", "mean", "n", "authors", "labelled")


def sentiment_trend(table: pl.DataFrame) -> AnyChart:
    """Positive messages above the line, negative ones below it, and the net index between them.

    Where an audit makes it a level, its interval is drawn, too.

    Args:
        table: Of `community.sentiment.trend(every=...)`.
    """
    need(table, "sentiment_trend", ("period", "positive", "negative", "net", "complete"))
    rows = spans(grouped(table, _OWN)).with_columns(zero=pl.lit(0), below=-pl.col("negative"))
    rows = rows.with_columns(middle=pl.col("start") + (pl.col("end") - pl.col("start")) / 2)
    names = ["positive", "negative", "net index"]
    scale = alt.Scale(domain=names, range=[PALETTE["sky"], PALETTE["orange"], PALETTE["ink"]])
    axis = alt.Axis(format="+.0%", labelExpr="datum.value === 0 ? '0%' : datum.label")
    bars = [
        Chart()
        .transform_calculate(part=f"'{name}'")
        .mark_bar()
        .encode(
            x=period_axis("start"),
            x2="end:T",
            y=alt.Y("zero:Q", title="Share of scored messages", axis=axis),
            y2=f"{edge}:Q",
            color=alt.Color("part:N", scale=scale),
            opacity=faded(0.9),
            tooltip=[
                "period:T",
                "n:Q",
                *(alt.Tooltip(f"{column}:Q", format=".1%") for column in ("positive", "negative", "net")),
            ],
        )
        for name, edge in (("positive", "positive"), ("negative", "below"))
    ]
    line = (
        Chart()
        .transform_calculate(part="'net index'")
        .mark_line(strokeWidth=1.8)
        .encode(x=period_axis("middle"), y="net:Q", color=alt.Color("part:N", scale=scale))
    )
    dots = line.mark_point(filled=True, size=26).encode(opacity=faded())
    interval = (
        Chart()
        .transform_filter("isValid(datum.net_low)")
        .mark_rule(strokeWidth=1.8, color=PALETTE["ink"])
        .encode(x=period_axis("middle"), y="net_low:Q", y2="net_high:Q")
    )
    zero = Chart().mark_rule(color=PALETTE["grey"]).encode(y=alt.datum(0))
    return finished(
        [*bars, zero, interval, *lines(line), dots], rows, finding=_finding(rows), hidden=suppressed(table, _OWN)
    )


def _finding(table: pl.DataFrame) -> str:
    row = last(table, "net")
    if row is None:
        return extremes(table, "net", "Net index", points)
    text = f"{when(table, row['period'])}: net index {points(row['net'])} points"
    change, low, high = (row.get(name) for name in ("change", "change_low", "change_high"))
    if change is None or low is None or high is None:
        return text
    moved = "more than chance explains" if low > 0 or high < 0 else "which may be chance"
    return f"{text}, {points(change)} against the period before ({points(low)} to {points(high)}), {moved}"
