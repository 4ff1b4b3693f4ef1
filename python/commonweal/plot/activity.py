"""What is done, by kind."""

import altair as alt
import polars as pl

from commonweal.plot._chart import Chart
from commonweal.plot._finding import extremes, last, number, when
from commonweal.plot._frame import AnyChart, faded, finished, grouped, need, period_axis, spans, suppressed
from commonweal.plot._theme import PALETTE

_PARTS = ("posts", "replies", "reactions", "edits")
_COLOURS = dict(zip(_PARTS, (PALETTE[name] for name in ("blue", "sky", "orange", "grey")), strict=True))


def activity(table: pl.DataFrame) -> AnyChart:
    """Posts, replies, reactions and edits per period: those of them that there are.

    Args:
        table: Of `community.engagement.activity(every=...)`.
    """
    need(table, "activity", ("period", *_PARTS, "complete"))
    present = [part for part in _PARTS if table[part].sum()] or list(_PARTS[:3])
    edges = {
        f"edge_{i}": pl.sum_horizontal(pl.lit(0), *present[:i], ignore_nulls=False) for i in range(len(present) + 1)
    }
    rows = spans(grouped(table, _PARTS)).with_columns(**edges)
    scale = alt.Scale(domain=present, range=[_COLOURS[part] for part in present])
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
            tooltip=["period:T", *(f"{name}:Q" for name in present)],
        )
        for i, part in enumerate(present)
    ]
    own = (*_PARTS, "views", "shares")
    return finished(bars, rows, finding=_finding(rows, present), hidden=suppressed(table, own))


def _finding(table: pl.DataFrame, present: list[str]) -> str:
    if row := last(table, "posts"):
        *most, rest = (f"{row[part]:,} {part}" for part in present)
        return f"{when(table, row['period'])}: {' and '.join(filter(None, (', '.join(most), rest)))}"
    return extremes(table, f"edge_{len(present)}", "Contributions", number)
