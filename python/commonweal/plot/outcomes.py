"""Outcomes in time: those who join and come to act, posts and their resolution."""

import altair as alt
import polars as pl

from commonweal.plot._chart import Chart
from commonweal.plot._finding import extremes, last, percent, when
from commonweal.plot._frame import AnyChart, faded, finished, grouped, need, nothing, period_axis, suppressed
from commonweal.plot._theme import SERIES
from commonweal.plot._time import words

_SHARES = ("attained", "attained_low", "attained_high")
_COLUMNS = ("period", "within", "n", *_SHARES, "complete")


def activation(table: pl.DataFrame) -> AnyChart:
    """The share of those who joined in a period that has come to the act within each target, with intervals.

    Args:
        table: Of `community.adoption.activation(every=..., within=...)`.
    """
    return _attained(table, "activation", "Members who came to it", "Joined:", "came to it")


def resolution(table: pl.DataFrame) -> AnyChart:
    """The share of posts that is resolved within each target, per period of the post, with intervals.

    Args:
        table: Of `community.response.resolution(every=..., within=...)`.
    """
    return _attained(table, "resolution", "Posts resolved in time", "Posts:", "resolved")


def _attained(table: pl.DataFrame, chart: str, title: str, of: str, done: str) -> AnyChart:
    need(table, chart, _COLUMNS)
    hidden = suppressed(table, _COLUMNS)
    rows = grouped(table.drop_nulls("within"), _COLUMNS)
    if rows["attained"].drop_nulls().is_empty():
        return nothing(hidden=hidden)
    targets = rows["within"].unique().sort().to_list()
    names = [f"within {words(target)}" for target in targets]
    label = pl.col("within").replace_strict(targets, names, return_dtype=pl.String)
    kept = [*_COLUMNS, "target", *(["group"] if "group" in rows.columns else [])]
    rows = rows.with_columns(target=label).select(kept)
    colour = alt.Color("target:N", sort=names, scale=alt.Scale(domain=names, range=list(SERIES[: len(names)])))
    share = alt.Scale(domainMin=0, domainMax=min(1.0, 1.1 * float(str(rows["attained_high"].max() or 1.0))))
    axis = alt.Axis(format="%")
    band = Chart().mark_area(opacity=0.2)
    band = band.encode(
        x=period_axis(),
        y=alt.Y("attained_low:Q", title=title, axis=axis, scale=share),
        y2="attained_high:Q",
        color=colour,
    )
    line = Chart().mark_line().encode(x=period_axis(), y=alt.Y("attained:Q", scale=share), color=colour)
    dots = Chart().mark_point(filled=True, size=28)
    dots = dots.encode(
        x=period_axis(),
        y=alt.Y("attained:Q", scale=share),
        color=colour,
        opacity=faded(),
        tooltip=["period:T", "target:N", "n:Q", *(alt.Tooltip(f"{name}:Q", format=".1%") for name in _SHARES)],
    )
    return finished([band, line, dots], rows, finding=_finding(rows, of, done), hidden=hidden)


def _finding(rows: pl.DataFrame, of: str, done: str) -> str:
    if row := last(rows, "attained"):
        same = rows.filter(pl.col("period") == row["period"]).drop_nulls("attained").sort("within")
        said = [f"{percent(share)} {target}" for share, target in same.select("attained", "target").iter_rows()]
        return f"{of} {when(rows, row['period'])}, {done} {', '.join(said)}"
    longest = rows.filter(pl.col("within") == pl.col("within").max())
    return extremes(longest, "attained", f"{done[0].upper()}{done[1:]} {longest['target'][0]}")
