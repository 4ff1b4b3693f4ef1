"""A series beside what it would have been."""

import altair as alt
import polars as pl

from commonweal.plot._chart import Chart
from commonweal.plot._finding import day, number
from commonweal.plot._frame import AnyChart, finished, grouped, need, period_axis
from commonweal.plot._theme import PALETTE

# Figures from here on are told without decimals.
_WHOLE = 100
_OWN = ("period", "observed", "fitted", "expected", "expected_low", "expected_high", "since")


def impact(curve: pl.DataFrame, value: str = "value") -> AnyChart:
    """The series (dots), what the model says of it (line), and what it says without the launch (dashed, with interval).

    Args:
        curve: Of `commonweal.impact_curve()`; with `by` columns, one panel for each group.
        value: What the figure is called, for the axis.
    """
    need(curve, "impact", _OWN)
    table = grouped(curve, _OWN)
    rows = table.with_columns(
        without=pl.when(pl.col("since")).then("expected"),
        low=pl.when(pl.col("since")).then("expected_low"),
        high=pl.when(pl.col("since")).then("expected_high"),
        before=pl.when(~pl.col("since")).then("fitted"),
        after=pl.when(pl.col("since")).then("fitted"),
    )

    def y(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", title=value, scale=alt.Scale(zero=False))

    band = Chart().mark_area(opacity=0.2, color=PALETTE["grey"]).encode(x=period_axis(), y=y("low"), y2="high:Q")
    lines = [
        Chart().mark_line(color=PALETTE[colour], strokeWidth=2, strokeDash=dash).encode(x=period_axis(), y=y(field))
        for field, colour, dash in (
            ("without", "ink", [5, 4]),
            ("before", "blue", [1, 0]),
            ("after", "vermilion", [1, 0]),
        )
    ]
    seen = Chart().mark_point(color=PALETTE["ink"], size=14, filled=True).encode(x=period_axis(), y=y("observed"))
    return finished([band, *lines, seen], rows, finding=_finding(rows))


def _finding(rows: pl.DataFrame) -> str:
    since = rows.filter(pl.col("since") & pl.col("observed").is_not_null())
    if "group" in rows.columns or since.is_empty():
        return ""
    mean, without, low, high = (
        sum(since[name].to_list()) / since.height for name in ("fitted", "expected", "expected_low", "expected_high")
    )
    start = day(since["period"][0])
    return (
        f"{_number(mean)} on average since {start}; {_number(without)} without it ({_number(low)} to {_number(high)})"
    )


def _number(value: float) -> str:
    return number(value) if abs(value) >= _WHOLE else f"{value:.3g}"
