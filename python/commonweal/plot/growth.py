"""Growth accounting."""

import altair as alt
import polars as pl

from commonweal.plot._chart import Chart
from commonweal.plot._finding import extremes, last, number, when
from commonweal.plot._frame import AnyChart, faded, finished, grouped, need, period_axis, spans, suppressed
from commonweal.plot._theme import PALETTE

_PARTS = ("retained", "resurrected", "new", "churned")
_COLOURS = [PALETTE["blue"], PALETTE["sky"], PALETTE["green"], PALETTE["vermilion"]]
_OWN = ("active", "quick_ratio", *_PARTS)


def growth(table: pl.DataFrame) -> AnyChart:
    """Active members by where they come from, and below the line those who were lost.

    Args:
        table: Of `community.adoption.growth(every=...)`.
    """
    need(table, "growth", ("period", *_PARTS, "complete"))
    stacked = spans(grouped(table, _OWN)).with_columns(
        retained_from=pl.lit(0, pl.Int64),
        retained_to=pl.col("retained"),
        resurrected_from=pl.col("retained"),
        resurrected_to=pl.col("retained") + pl.col("resurrected"),
        new_from=pl.col("retained") + pl.col("resurrected"),
        new_to=pl.col("retained") + pl.col("resurrected") + pl.col("new"),
        churned_from=pl.lit(0, pl.Int64),
        churned_to=-pl.col("churned"),
    )
    parts = [
        stacked.with_columns(part=pl.lit(part), low=f"{part}_from", high=f"{part}_to", members=part) for part in _PARTS
    ]
    kept = ["period", "start", "end", "complete", "part", "low", "high", "members"]
    rows = pl.concat(parts).select([*kept, *(["group"] if "group" in stacked.columns else [])]).drop_nulls("members")
    bars = (
        Chart()
        .mark_bar()
        .encode(
            x=period_axis("start"),
            x2="end:T",
            y=alt.Y("low:Q", title="Members", axis=alt.Axis(format=",d", tickMinStep=1)),
            y2="high:Q",
            color=alt.Color("part:N", scale=alt.Scale(domain=list(_PARTS), range=_COLOURS)),
            opacity=faded(),
            tooltip=["period:T", "part:N", "members:Q"],
        )
    )
    zero = Chart().mark_rule(color=PALETTE["grey"]).encode(y=alt.datum(0))
    return finished([bars, zero], rows, finding=_finding(stacked), hidden=suppressed(table, _OWN))


def _finding(table: pl.DataFrame) -> str:
    if row := last(table, "active"):
        gained = row["new"] + row["resurrected"]
        return f"{when(table, row['period'])}: {row['active']:,} active, {gained:,} gained and {row['churned']:,} lost"
    return extremes(table, "active", "Active members", number)
