"""The share of posts answered in time."""

import altair as alt
import polars as pl

from commonweal.plot._chart import Chart
from commonweal.plot._finding import extremes, last, percent, when
from commonweal.plot._frame import AnyChart, faded, finished, grouped, lines, need, period_axis, suppressed
from commonweal.plot._theme import SERIES
from commonweal.plot._time import words

_COLUMNS = ("period", "within", "attained", "attained_low", "attained_high", "complete")


def attainment(table: pl.DataFrame) -> AnyChart:
    """The share of posts answered within each target, per period of the post, with intervals.

    Args:
        table: Of `community.response.first_response(within=..., every=...)`.
    """
    need(table, "attainment", _COLUMNS)
    whole, table = table, table.drop_nulls("within")
    targets = table["within"].unique().sort().to_list()
    names = [f"within {words(target)}" for target in targets]
    label = pl.col("within").replace_strict(targets, names, return_dtype=pl.String)
    rows = grouped(table, _COLUMNS).with_columns(target=label)
    kept = [*_COLUMNS, "target", *(["group"] if "group" in rows.columns else [])]
    colour = alt.Color("target:N", sort=names, scale=alt.Scale(domain=names, range=list(SERIES[: len(names)])))
    share = alt.Scale(domain=[0, 1])
    band = (
        Chart()
        .mark_area(opacity=0.2)
        .encode(
            x=period_axis(),
            y=alt.Y("attained_low:Q", title="Posts answered in time", axis=alt.Axis(format="%"), scale=share),
            y2="attained_high:Q",
            color=colour,
        )
    )
    line = Chart().mark_line().encode(x=period_axis(), y=alt.Y("attained:Q", scale=share), color=colour)
    dots = (
        Chart()
        .mark_point(filled=True, size=28)
        .encode(
            x=period_axis(),
            y=alt.Y("attained:Q", scale=share),
            color=colour,
            opacity=faded(),
            tooltip=["period:T", "target:N", *(alt.Tooltip(f"{name}:Q", format=".1%") for name in _COLUMNS[2:5])],
        )
    )
    hidden = suppressed(whole, _COLUMNS)
    return finished([band, *lines(line), dots], rows.select(kept), finding=_finding(rows), hidden=hidden)


def _finding(rows: pl.DataFrame) -> str:
    row = last(rows, "attained")
    if row is None:
        longest = rows.filter(pl.col("within") == pl.col("within").max())
        return extremes(longest, "attained", f"Answered {longest['target'][0]}") if longest.height else ""
    same = rows.filter(pl.col("period") == row["period"]).drop_nulls("attained")
    said = [f"{percent(share)} {target}" for share, target in same.select("attained", "target").iter_rows()]
    return f"{when(rows, row['period'])}: answered {', '.join(said)}"
