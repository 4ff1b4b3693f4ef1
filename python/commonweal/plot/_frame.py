"""From a KPI table to the rows of a chart."""

from collections.abc import Collection, Sequence
from textwrap import wrap
from typing import Any, TypeVar

import altair as alt
import polars as pl

from commonweal._periods import length
from commonweal.exceptions import OptionError
from commonweal.plot._chart import Chart, Rows, layered, theme
from commonweal.plot._theme import PALETTE

WIDTH, HEIGHT = 720, 280
_MULTIPLE_WIDTH, _MULTIPLE_HEIGHT, _MULTIPLES_MOST = 300, 150, 24
_OF_EVERY_TABLE = frozenset({"period", "complete", "suppressed"})
_BAR_FILL = 0.86
NAMED = 6

_LINE, _SMALL_LINE = 74, 110
_SHORT_LINE, _BESIDE, _LETTER = 40, 140, 9

AnyChart = alt.LayerChart | alt.FacetChart
_Chart = TypeVar("_Chart", bound=alt.LayerChart | alt.FacetChart)


def need(table: pl.DataFrame, chart: str, columns: Sequence[str]) -> None:
    """Raises unless the table has what the chart draws."""
    missing = [column for column in columns if column not in table.columns]
    if missing:
        hint = "; compute the KPI with every=" if "period" in missing else ""
        raise OptionError(f"plot.{chart} needs the columns {', '.join(missing)}; the table has {table.columns}{hint}")


def _by(table: pl.DataFrame, own: Collection[str]) -> list[str]:
    """The columns that the KPI was grouped by."""
    others = [name for name in table.columns if name not in _OF_EVERY_TABLE and name not in own]
    return [name for name in others if table.schema[name] in (pl.String, pl.Categorical, pl.Enum)]


def _label(by: Sequence[str]) -> pl.Expr:
    return pl.concat_str([pl.col(name).cast(pl.String).fill_null("(none)") for name in by], separator=" · ")


def grouped(table: pl.DataFrame, own: Collection[str]) -> pl.DataFrame:
    """The table with its `by` columns joined into one label, `group`; without `by` columns, as it is."""
    by = _by(table, own)
    if not by:
        return table
    table = table.with_columns(group=_label(by))
    names = table["group"].unique(maintain_order=True)
    if names.len() > _MULTIPLES_MOST:
        raise OptionError(f"a chart shows at most {_MULTIPLES_MOST} groups, got {names.len()}; filter the table first")
    return table


def suppressed(table: pl.DataFrame, own: Collection[str]) -> str:
    """Which groups are not drawn, or not all of them, because they are too small to be shown; nothing where all are."""
    if "suppressed" not in table.columns or not table["suppressed"].any():
        return ""
    by = _by(table, own)
    if not by:
        return "Suppressed where too few members are behind a figure."
    groups = (
        table.group_by(group=_label(by), maintain_order=True)
        .agg(pl.col("suppressed").sum().alias("hidden"), pl.len())
        .filter(pl.col("hidden") > 0)
    )
    names = [name if hidden == rows else f"{name} (in {hidden} of {rows})" for name, hidden, rows in groups.iter_rows()]
    more = f" and {len(names) - NAMED:,} more" if len(names) > NAMED else ""
    return f"Suppressed, too few members: {', '.join(names[:NAMED])}{more}"


def spans(table: pl.DataFrame) -> pl.DataFrame:
    """The table with `start` and `end`: the left and right edge of a bar for each period."""
    start = pl.col("period").cast(pl.Datetime("ms"))
    width = (start.dt.offset_by(length(table["period"]) or "1d") - start) * _BAR_FILL
    return table.with_columns(start=start, end=start + width)


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
    return Rows(values=table.select(ready).to_dicts())


def period_axis(field: str = "period") -> Any:
    """The time axis; periods are dates, so it is drawn in UTC whatever the reader's clock says."""
    # No period is shorter than a day, and of a single one nobody knows where it ends.
    label = "utchours(datum.value) + utcminutes(datum.value) > 0 ? '' : datum.label"
    axis = alt.Axis(title=None, labelFlush=True, tickCount=6, labelExpr=label)
    return alt.X(f"{field}:T", axis=axis, scale=alt.Scale(type="utc"))


def faded(strong: float = 1.0, weak: float = 0.4) -> Any:
    """Less ink for periods that `as_of` cuts short."""
    return alt.condition("datum.complete === false", alt.value(weak), alt.value(strong))


def lines(line: alt.Chart) -> list[alt.Chart]:
    """A line over periods, with less ink where it leads to one that `as_of` cuts short."""
    return [line.encode(opacity=alt.value(0.35)), line.transform_filter("datum.complete !== false")]


def finished(
    layers: Sequence[alt.Chart], table: pl.DataFrame, *, height: int = HEIGHT, finding: str = "", hidden: str = ""
) -> AnyChart:
    """The layers over one table, as small multiples where it has groups, in the theme.

    Args:
        layers: What to draw.
        table: Its rows.
        height: Of a chart without groups.
        finding: The title: what there is to see.
        hidden: What is suppressed, told under the title.
    """
    if table.is_empty():
        return nothing(height, hidden)
    data = inline(table)
    if "group" not in table.columns:
        return titled(layered(*layers, data=data, width=WIDTH, height=height), finding, hidden)
    panel = alt.layer(*layers, width=_MULTIPLE_WIDTH, height=_MULTIPLE_HEIGHT)
    facet = alt.Facet("group:N", sort=table["group"].unique(maintain_order=True).to_list())
    multiples: alt.FacetChart = panel.facet(facet=facet, columns=2, data=data, config=theme(fitted=False))
    return titled(multiples, finding, hidden)


def titled(chart: _Chart, finding: str, hidden: str = "") -> _Chart:
    """The chart under a title that says what there is to see, and below it what is suppressed."""
    if not finding and not hidden:
        return chart
    # Charts of several panels have neither width nor height of their own.
    width, height = (getattr(chart, side, None) for side in ("width", "height"))
    line = _LINE
    if isinstance(width, int) and width < WIDTH:
        line = max(_SHORT_LINE, (width + _BESIDE) // _LETTER)
    lines = wrap(finding, line) or [""]
    small = wrap(hidden, _SMALL_LINE)
    chart.title = alt.TitleParams(lines, subtitle=small) if small else alt.TitleParams(lines)
    if isinstance(height, int):
        chart.height = height + title_height(len(lines), len(small))
    return chart


def title_height(lines: int, small: int) -> int:
    """What a title takes of the height of a chart, whose outer size is fixed."""
    return 14 + 18 * lines + 16 * small


def nothing(height: int = HEIGHT, hidden: str = "") -> AnyChart:
    """A chart that says that there is none, or that all of it is suppressed."""
    said = "Suppressed: too few members" if hidden else "No data to draw"
    words = Chart(Rows(values=[{}])).mark_text(text=said, color=PALETTE["soft"], fontSize=14)
    return layered(words, width=WIDTH, height=height)
