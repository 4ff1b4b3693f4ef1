"""What waits at the end of each period."""

from datetime import timedelta
from itertools import pairwise

import altair as alt
import polars as pl

from commonweal.plot._chart import Chart
from commonweal.plot._finding import extremes, last, number, when
from commonweal.plot._frame import AnyChart, faded, finished, grouped, need, period_axis, spans, suppressed
from commonweal.plot._theme import PALETTE
from commonweal.plot._time import words

_COLUMNS = ("period", "within", "open", "older_than", "complete")
_COLOURS = [PALETTE["sky"], PALETTE["blue"], PALETTE["orange"], PALETTE["vermilion"], PALETTE["purple"]]


def backlog(table: pl.DataFrame) -> AnyChart:
    """The posts that wait for an answer at the end of each period, by how long they have waited.

    Args:
        table: Of `community.response.backlog(within=...)`, with at most four ages.
    """
    need(table, "backlog", _COLUMNS)
    ages = table["within"].drop_nulls().unique().sort().to_list()[: len(_COLOURS) - 1]
    rows = spans(grouped(table.drop_nulls(["within", "open"]), _COLUMNS))
    # From the ground up: what is older than the longest age, then what is not, down to the youngest.
    between = [f"{words(low)} to {words(high)}" for low, high in pairwise(ages)]
    names = (
        [f"older than {words(age)}" for age in ages[-1:]] + between[::-1] + [f"up to {words(age)}" for age in ages[:1]]
    )
    keys = ["period", *(["group"] if "group" in rows.columns else [])]
    steps = [rows.filter(pl.col("within") == age).select(*keys, at="older_than") for age in reversed(ages)]
    steps += [rows.filter(pl.col("within") == age).select(*keys, at="open") for age in ages[:1]]
    frame = rows.unique(keys, keep="first", maintain_order=True).select(*keys, "start", "end", "complete")
    parts, below = [], frame.select(*keys, low=pl.lit(0, pl.Int64))
    for name, step in zip(names, steps, strict=True):
        part = frame.join(below, on=keys, maintain_order="left").join(step, on=keys, maintain_order="left")
        parts.append(
            part.rename({"at": "high"}).with_columns(waited=pl.lit(name), posts=pl.col("high") - pl.col("low"))
        )
        below = step.rename({"at": "low"})
    scale = alt.Scale(domain=names[::-1], range=_COLOURS[: len(names)])
    bars = (
        Chart()
        .mark_bar()
        .encode(
            x=period_axis("start"),
            x2="end:T",
            y=alt.Y("low:Q", title="Posts without an answer", axis=alt.Axis(format=",d", tickMinStep=1)),
            y2="high:Q",
            color=alt.Color("waited:N", scale=scale),
            opacity=faded(),
            tooltip=["period:T", "waited:N", "posts:Q"],
        )
    )
    hidden = suppressed(table, _COLUMNS)
    return finished([bars], pl.concat(parts) if parts else frame, finding=_finding(rows, ages), hidden=hidden)


def _finding(rows: pl.DataFrame, ages: list[timedelta]) -> str:
    oldest = rows.filter(pl.col("within") == ages[-1]) if ages else rows
    if row := last(oldest, "open"):
        waits = f"{row['older_than']:,} of them longer than {words(ages[-1])}"
        return f"{when(rows, row['period'])}: {row['open']:,} posts wait at its end, {waits}"
    return extremes(oldest, "open", "Posts that wait", number) if ages else ""
