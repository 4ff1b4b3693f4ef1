"""First uses and where they lead."""

import altair as alt
import polars as pl

from commonweal.plot._chart import Chart
from commonweal.plot._finding import day
from commonweal.plot._frame import AnyChart, finished, grouped, need, period_axis, suppressed
from commonweal.plot._theme import PALETTE

_COLUMNS = ("period", "cumulative", "expected", "expected_low", "expected_high", "forecast")
_OWN = ("adopters", *_COLUMNS)


def diffusion(curve: pl.DataFrame) -> AnyChart:
    """Members who ever took part: observed (dots), by the Bass model (line), and to come (dashed), with intervals.

    Args:
        curve: Of `community.adoption.diffusion_curve()`; with `by` columns, one panel for each group.
    """
    need(curve, "diffusion", _COLUMNS)
    table = grouped(curve, _OWN)
    kept = [*_COLUMNS, *(["group"] if "group" in table.columns else [])]
    rows = table.select(kept).filter(pl.col("cumulative").is_not_null() | pl.col("expected").is_not_null())
    # The forecast starts where the fit ends.
    over = ["group"] if "group" in rows.columns else None
    is_next = pl.col("forecast") | pl.col("forecast").shift(-1).fill_null(False)
    after = is_next.over(over) if over else is_next
    rows = rows.with_columns(
        fitted=pl.when(~pl.col("forecast")).then("expected"),
        to_come=pl.when(after).then("expected"),
    )
    y_axis = alt.Axis(format=",d", tickMinStep=1)

    def y(field: str) -> alt.Y:
        return alt.Y(f"{field}:Q", title="Members who ever took part", axis=y_axis)

    band = (
        Chart()
        .mark_area(opacity=0.2, color=PALETTE["blue"])
        .encode(x=period_axis(), y=y("expected_low"), y2="expected_high:Q")
    )
    fitted = Chart().mark_line(color=PALETTE["blue"], strokeWidth=2).encode(x=period_axis(), y=y("fitted"))
    to_come = (
        Chart()
        .mark_line(color=PALETTE["blue"], strokeWidth=2, strokeDash=[5, 4])
        .encode(x=period_axis(), y=y("to_come"))
    )
    seen = Chart().mark_point(color=PALETTE["ink"], size=14, filled=True).encode(x=period_axis(), y=y("cumulative"))
    return finished([band, fitted, to_come, seen], rows, finding=_finding(rows), hidden=suppressed(curve, _OWN))


def _finding(rows: pl.DataFrame) -> str:
    seen, ahead = rows.drop_nulls("cumulative"), rows.filter("forecast").drop_nulls("expected")
    if "group" in rows.columns or seen.is_empty():
        return ""
    text = f"{seen['cumulative'][-1]:,} have taken part"
    if ahead.is_empty():
        return text
    end = ahead.row(-1, named=True)
    ends = f" ({end['expected_low']:,.0f}–{end['expected_high']:,.0f})" if end["expected_low"] is not None else ""
    return f"{text}; the model expects {end['expected']:,.0f}{ends} by {day(end['period'])}"
