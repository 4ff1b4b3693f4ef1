"""Which threads surprise."""

import json

import altair as alt
import polars as pl

from commonweal.plot._chart import Chart
from commonweal.plot._frame import AnyChart, finished, grouped, need, nothing, suppressed
from commonweal.plot._theme import PALETTE

_COLUMNS = ("thread", "channel", "opener", "messages", "authors", "expected", "surprise")
_OWN = (*_COLUMNS, "first_activity", "last_activity")
_LONGEST = 48


def trending(table: pl.DataFrame, *, top: int = 15) -> AnyChart:
    """The surprise of each thread, the greatest first, with its messages and those expected.

    Args:
        table: Of `community.engagement.trending()`; with `by` columns, one panel for each group.
        top: How many to draw in each panel.
    """
    # A column that `by` names stands in its place alone.
    need(table, "trending", [name for name in _COLUMNS if name not in ("thread", "channel")])
    by = [name for name in ("channel",) if name in table.columns and table.columns.index(name) == 0]
    whole, table = table, grouped(table.drop_nulls("surprise"), [name for name in _OWN if name not in by])
    over = ["group"] if "group" in table.columns else []
    if table.is_empty():
        return nothing(hidden=suppressed(whole, _OWN))
    best = table.group_by(over or pl.lit(1).alias("all"), maintain_order=True).head(top).select(table.columns)
    name = pl.col("opener").fill_null(pl.col("thread") if "thread" in table.columns else pl.lit("(none)"))
    flat = name.str.replace_all(r"\s+", " ").str.strip_chars()
    short = pl.when(flat.str.len_chars() > _LONGEST).then(flat.str.slice(0, _LONGEST - 1) + "…").otherwise(flat)
    said = pl.format("{} messages, {} expected", "messages", pl.col("expected").round(1))
    rows = best.select(*over, "surprise", "messages", "authors", "expected", who=short, said=said)
    # Two threads may be called the same.
    rows = rows.with_row_index("place").with_columns(place=pl.col("place").cast(pl.Int64))
    most = float(str(rows["surprise"].max()))
    y = alt.Y(
        "place:O",
        title=None,
        axis=alt.Axis(labelLimit=330, grid=False, labelExpr=_labels(rows)),
    )
    scale = alt.Scale(domain=[0, max(most * 1.5, 1.0)], nice=False)
    x = alt.X("surprise:Q", title="Surprise (2: one thread in a hundred, 3: in a thousand)", scale=scale)
    tooltip = ["who:N", "messages:Q", "authors:Q", alt.Tooltip("expected:Q", format=".1f")]
    bars = Chart().mark_bar(color=PALETTE["blue"]).encode(x=x, y=y, tooltip=tooltip)
    words = Chart().mark_text(align="left", baseline="middle", dx=6, color=PALETTE["soft"], fontSize=11)
    words = words.encode(x=x, y=y, text="said:N")
    height = 30 + 22 * rows.height
    chart = finished([bars, words], rows, height=height, finding=_finding(rows), hidden=suppressed(whole, _OWN))
    if isinstance(chart, alt.FacetChart):
        chart = chart.resolve_scale(y="independent")
    return chart


def _finding(rows: pl.DataFrame) -> str:
    if "group" in rows.columns:
        return ""
    first = rows.row(0, named=True)
    return f"The most surprising thread has {first['messages']:,} messages where {first['expected']:,.1f} are expected"


def _labels(rows: pl.DataFrame) -> str:
    """The names of the rows, as an expression that looks them up: two threads may be called the same."""
    return f"{json.dumps(rows['who'].to_list())}[datum.value]"
