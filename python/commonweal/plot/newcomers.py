"""How soon newcomers are tied to others."""

import altair as alt
import polars as pl

from commonweal.plot._chart import Chart
from commonweal.plot._finding import extremes, interval, newest, percent
from commonweal.plot._frame import AnyChart, finished, grouped, need, nothing, suppressed
from commonweal.plot._theme import PALETTE
from commonweal.plot._time import words

_SHARES = ("attained", "attained_low", "attained_high")
_COLUMNS = ("k", "within", "n", "tied", *_SHARES)
_SHADES = ("blue", "vermilion", "green", "orange", "purple")


def newcomers(table: pl.DataFrame) -> AnyChart:
    """The share of newcomers tied to k others within each target, with intervals.

    Args:
        table: Of `community.network.newcomers(within=[...])`; many targets make curves. With `every`, its last complete
            period is drawn.
    """
    need(table, "newcomers", _COLUMNS)
    table, period = newest(table)
    rows = grouped(table, _COLUMNS).drop_nulls("attained")
    if rows.is_empty():
        return nothing(hidden=suppressed(table, _COLUMNS))
    targets = rows["within"].unique().sort().to_list()
    names = [words(target) for target in targets]
    others = pl.when(pl.col("k") == 1).then(pl.lit("to one other")).otherwise(pl.format("to {} others", "k"))
    rows = rows.sort("k", "within", maintain_order=True).select(
        *(["group"] if "group" in rows.columns else []),
        "k",
        "within",
        "n",
        *_SHARES,
        tied=others,
        target=pl.col("within").replace_strict(targets, names, return_dtype=pl.String),
    )
    ties = rows["tied"].unique(maintain_order=True).to_list()
    scale = alt.Scale(domain=ties, range=[PALETTE[_SHADES[i % len(_SHADES)]] for i in range(len(ties))])
    colour = alt.Color("tied:N", sort=ties, scale=scale)
    x = alt.X("target:N", sort=names, title="Since the first contribution", axis=alt.Axis(labelAngle=0, grid=False))
    share = alt.Scale(domain=[0, 1])
    beside = alt.XOffset("tied:N", sort=ties)
    ends = Chart().mark_rule(strokeWidth=2)
    ends = ends.encode(
        x=x,
        xOffset=beside,
        color=colour,
        y=alt.Y("attained_low:Q", title="Newcomers who are tied", axis=alt.Axis(format="%"), scale=share),
        y2="attained_high:Q",
    )
    tooltip = ["tied:N", "target:N", "n:Q", *(alt.Tooltip(f"{name}:Q", format=".1%") for name in _SHARES)]
    dots = Chart().mark_point(filled=True, size=64, opacity=1)
    dots = dots.encode(x=x, xOffset=beside, color=colour, y=alt.Y("attained:Q", scale=share), tooltip=tooltip)
    return finished([ends, dots], rows, finding=_finding(rows, period), hidden=suppressed(table, _COLUMNS))


def _finding(rows: pl.DataFrame, period: str) -> str:
    longest = rows.filter(pl.col("within") == pl.col("within").max())
    if "group" in rows.columns:
        fewest = longest.filter(pl.col("k") == pl.col("k").min())
        what = f"ied {fewest['tied'][0]} within {fewest['target'][0]}"
        return extremes(fewest, "attained", f"{period}, newcomers t{what}" if period else f"T{what}")
    said = [
        f"{percent(row['attained'])}{interval(row['attained_low'], row['attained_high'])} {row['tied']}"
        for row in longest.iter_rows(named=True)
    ]
    within = f"ithin {longest['target'][0]} newcomers are tied: {', '.join(said)}"
    return f"{period}, w{within}" if period else f"W{within}"
