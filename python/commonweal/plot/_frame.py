"""From a KPI table to the rows of a chart."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

import altair as alt
import polars as pl

from commonweal.exceptions import OptionError
from commonweal.plot._theme import CONFIG, PALETTE

WIDTH, HEIGHT = 720, 280
_MULTIPLE_WIDTH, _MULTIPLE_HEIGHT, _MULTIPLES_MOST = 300, 150, 24
_OF_EVERY_TABLE = frozenset({"period", "complete", "suppressed"})
_BAR_FILL = 0.86

AnyChart = alt.LayerChart | alt.FacetChart


def need(table: pl.DataFrame, chart: str, columns: Sequence[str]) -> None:
    """Raises unless the table has what the chart draws."""
    missing = [column for column in columns if column not in table.columns]
    if missing:
        hint = "; compute the KPI with every=" if "period" in missing else ""
        raise OptionError(f"plot.{chart} needs the columns {', '.join(missing)}; the table has {table.columns}{hint}")


def grouped(table: pl.DataFrame, own: Collection[str]) -> pl.DataFrame:
    """The table with its `by` columns joined into one label, `group`; without `by` columns, as it is."""
    by = [name for name, kind in table.schema.items() if name not in _OF_EVERY_TABLE and name not in own]
    by = [name for name in by if table.schema[name] in (pl.String, pl.Categorical, pl.Enum)]
    if not by:
        return table
    label = pl.concat_str([pl.col(name).cast(pl.String).fill_null("(none)") for name in by], separator=" · ")
    table = table.with_columns(group=label)
    names = table["group"].unique(maintain_order=True)
    if names.len() > _MULTIPLES_MOST:
        raise OptionError(f"a chart shows at most {_MULTIPLES_MOST} groups, got {names.len()}; filter the table first")
    return table


def spans(table: pl.DataFrame) -> pl.DataFrame:
    """The table with `start` and `end`: the left and right edge of a bar for each period."""
    starts = table["period"].unique().sort()
    gaps = starts.diff().drop_nulls()
    length = min(gaps.to_list(), default=timedelta(days=1))
    edges = pl.DataFrame({"period": starts, "after": starts.shift(-1)}).with_columns(
        pl.col("after").fill_null(pl.col("period") + length)
    )
    edges = edges.select(
        "period",
        start=pl.col("period").cast(pl.Datetime("ms")),
        after=pl.min_horizontal("after", pl.col("period") + 2 * length).cast(pl.Datetime("ms")),
    )
    width = (pl.col("after") - pl.col("start")) * _BAR_FILL
    return table.join(edges.with_columns(end=pl.col("start") + width).drop("after"), on="period", maintain_order="left")


def inline(table: pl.DataFrame) -> alt.InlineData:
    """The rows as Vega reads them: instants and dates as ISO 8601 in UTC, durations in seconds."""
    ready: list[pl.Expr] = []
    for name, kind in table.schema.items():
        column = pl.col(name)
        if kind == pl.Date:
            column = column.dt.strftime("%Y-%m-%dT00:00:00Z")
        elif isinstance(kind, pl.Datetime):
            column = column.dt.strftime("%Y-%m-%dT%H:%M:%SZ")
        elif isinstance(kind, pl.Duration):
            column = column.dt.total_microseconds() / 1e6
        ready.append(column)
    return alt.InlineData(values=table.select(ready).to_dicts())


def period_axis(field: str = "period") -> Any:
    """The time axis; periods are dates, so it is drawn in UTC whatever the reader's clock says."""
    axis = alt.Axis(title=None, labelFlush=True, tickCount=6)
    return alt.X(f"{field}:T", axis=axis, scale=alt.Scale(type="utc"))


def faded(strong: float = 1.0, weak: float = 0.4) -> Any:
    """Less ink for periods that `as_of` cuts short."""
    return alt.condition("datum.complete === false", alt.value(weak), alt.value(strong))


def finished(layers: Sequence[alt.Chart], table: pl.DataFrame, *, height: int = HEIGHT) -> AnyChart:
    """The layers over one table, as small multiples where it has groups, in the theme."""
    if table.is_empty():
        return nothing(height)
    data = inline(table)
    if "group" not in table.columns:
        chart: alt.LayerChart = alt.layer(*layers, data=data).properties(width=WIDTH, height=height).configure(**CONFIG)
        return chart
    panel = alt.layer(*layers).properties(width=_MULTIPLE_WIDTH, height=_MULTIPLE_HEIGHT)
    facet = alt.Facet("group:N", sort=table["group"].unique(maintain_order=True).to_list())
    # A fixed outer size is not for charts of several panels.
    config = {name: value for name, value in CONFIG.items() if name != "autosize"}
    multiples: alt.FacetChart = panel.facet(facet=facet, columns=2, data=data).configure(**config)
    return multiples


def nothing(height: int = HEIGHT) -> AnyChart:
    """A chart that says that there is none."""
    words = alt.Chart(alt.InlineData(values=[{}])).mark_text(text="No data to draw", color=PALETTE["soft"], fontSize=14)
    chart: alt.LayerChart = alt.layer(words).properties(width=WIDTH, height=height).configure(**CONFIG)
    return chart
