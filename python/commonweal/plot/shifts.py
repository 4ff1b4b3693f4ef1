"""The stretches of even mood."""

import altair as alt
import polars as pl

from commonweal.plot._chart import Chart
from commonweal.plot._finding import day
from commonweal.plot._frame import AnyChart, finished, grouped, need
from commonweal.plot._theme import PALETTE

_ENDS = ("size_low", "size_high", "mood_low", "mood_high", "p_value", "suppressed")
_OWN = ("time", "until", "alarm", "votes", "authors", "before", "after", "size", "mix", "mood", "stayers", "threshold")


def shifts(table: pl.DataFrame, trend: pl.DataFrame | None = None) -> AnyChart:
    """The level of each stretch, what it became, and which part of that is the mood of the same people.

    At each change a bar leads from the level before to what it would have become by the mood of those who talk in both
    stretches; the rest of the way is that others talk. A dotted line is an alarm.

    Args:
        table: Of `community.sentiment.shifts()`.
        trend: Of `community.sentiment.trend(every=...)` with the same model and groups, to be drawn behind as points;
            not beside one side of the score alone, which has another level than its mean.
    """
    need(table, "shifts", ("time", "until", "before", "after", "size", "mood", "alarm"))
    rows = grouped(table, _OWN)
    rows = rows.with_columns(
        part=pl.lit("stretch"),
        moved=pl.col("before") + pl.col("mood").fill_null(0.0),
        reached=pl.when(pl.col("mood").is_null()).then(None).otherwise(pl.col("after")),
    )
    if trend is not None:
        need(trend, "shifts", ("period", "mean", "n"))
        own = set(trend.columns) - ({"group"} | {name for name in table.columns if name not in _OWN})
        points = grouped(trend, own).filter(pl.col("mean").is_not_null())
        keys = ["group"] if "group" in rows.columns else []
        points = points.select(*keys, time=pl.col("period").cast(pl.Datetime("us", "UTC")), mean="mean", n="n")
        rows = pl.concat([rows, points.with_columns(part=pl.lit("mean"))], how="diagonal")
    names = ["level", "same people", "who talks"]
    scale = alt.Scale(domain=names, range=[PALETTE["ink"], PALETTE["vermilion"], PALETTE["sky"]])

    def colour(name: str) -> alt.Chart:
        chart: alt.Chart = Chart().transform_calculate(what=f"'{name}'")
        return chart

    axis = alt.X("time:T", axis=alt.Axis(title=None, labelFlush=True, tickCount=6), scale=alt.Scale(type="utc"))
    value = alt.Axis(format="+.2f")
    tips = [
        "time:T",
        *(alt.Tooltip(f"{name}:Q", format="+.3f") for name in ("before", "after", "size", "mood", "mix")),
        "votes:Q",
    ]
    points = (
        Chart()
        .transform_filter("datum.part === 'mean'")
        .mark_circle(color=PALETTE["grey"], opacity=0.55, size=16)
        .encode(x=axis, y=alt.Y("mean:Q", title="Mean score (index)", axis=value, scale=alt.Scale(zero=False)))
    )
    level = (
        colour("level")
        .transform_filter("datum.part === 'stretch'")
        .mark_rule(strokeWidth=2.4)
        .encode(x=axis, x2="until:T", y="after:Q", color=alt.Color("what:N", scale=scale), tooltip=tips)
    )
    steps = [
        colour(name)
        .transform_filter("datum.part === 'stretch' && isValid(datum.reached)")
        .mark_rule(strokeWidth=5)
        .encode(x=axis, y=f"{low}:Q", y2=f"{high}:Q", color=alt.Color("what:N", scale=scale), tooltip=tips)
        for name, low, high in (("who talks", "moved", "reached"), ("same people", "before", "moved"))
    ]
    alarms = (
        Chart()
        .transform_filter("isValid(datum.alarm)")
        .mark_rule(strokeDash=[2, 3], color=PALETTE["soft"])
        .encode(x=alt.X("alarm:T", scale=alt.Scale(type="utc")))
    )
    return finished([points, level, *steps, alarms], rows, finding=_finding(table))


def _finding(table: pl.DataFrame) -> str:
    changes = table.filter(pl.col("size").is_not_null())
    if set(table.columns) - {*_OWN, *_ENDS}:
        return ""
    if changes.is_empty():
        return "No shift larger than chance makes of quiet days"
    largest = changes.sort(pl.col("size").abs(), descending=True).row(0, named=True)
    size, mood = largest["size"], largest["mood"]
    text = f"{day(largest['time'].date())}: the mood {_moved(size)}"
    if mood is not None and mood * size >= 0 and abs(mood) <= abs(size):
        text += f", {abs(mood):.2f} of it among the same people"
    elif mood is not None and mood * size >= 0:
        text += f", and by {abs(mood):.2f} among the same people"
    elif mood is not None:
        text += f", but {_moved(mood)} among the same people"
    return text if changes.height == 1 else f"{changes.height} shifts; the largest on {text}"


def _moved(size: float) -> str:
    return f"{'fell' if size < 0 else 'rose'} by {abs(size):.2f}"
