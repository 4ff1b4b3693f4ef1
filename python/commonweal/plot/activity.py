"""What is done, by kind."""

import altair as alt
import polars as pl

from commonweal.plot._chart import Chart
from commonweal.plot._finding import extremes, last, number, when
from commonweal.plot._frame import AnyChart, faded, finished, grouped, need, period_axis, spans, suppressed
from commonweal.plot._theme import PALETTE

_PARTS = ("posts", "replies", "reactions")
_COLOURS = [PALETTE["blue"], PALETTE["sky"], PALETTE["orange"]]


def activity(table: pl.DataFrame) -> AnyChart:
    """Posts, replies and reactions per period.

    Args:
        table: Of `community.engagement.activity(every=...)`.
    """
    need(table, "activity", ("period", *_PARTS, "complete"))
    rows = spans(grouped(table, _PARTS)).with_columns(
        edge_0=pl.lit(0),
        edge_1=pl.col("posts"),
        edge_2=pl.col("posts") + pl.col("replies"),
        edge_3=pl.col("posts") + pl.col("replies") + pl.col("reactions"),
    )
    present = [part for part in _PARTS if table[part].sum()] or list(_PARTS)
    scale = alt.Scale(domain=present, range=[_COLOURS[_PARTS.index(part)] for part in present])
    bars = [
        Chart()
        .transform_calculate(part=f"'{part}'")
        .mark_bar()
        .encode(
            x=period_axis("start"),
            x2="end:T",
            y=alt.Y(f"edge_{i}:Q", title="Contributions", axis=alt.Axis(format=",d", tickMinStep=1)),
            y2=f"edge_{i + 1}:Q",
            color=alt.Color("part:N", scale=scale),
            opacity=faded(),
            tooltip=["period:T", *(f"{name}:Q" for name in _PARTS)],
        )
        for i, part in enumerate(_PARTS)
        if part in present
    ]
    own = (*_PARTS, "views", "shares")
    return finished(bars, rows, finding=_finding(rows, present), hidden=suppressed(table, own))


def _finding(table: pl.DataFrame, present: list[str]) -> str:
    if row := last(table, "posts"):
        return f"{when(table, row['period'])}: {' and '.join(f'{row[part]:,} {part}' for part in present)}"
    return extremes(table, "posts", "Posts", number)
