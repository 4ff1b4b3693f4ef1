"""How contributions are shared out."""

import altair as alt
import polars as pl

from commonweal.plot._chart import Chart
from commonweal.plot._finding import percent
from commonweal.plot._frame import HEIGHT, AnyChart, finished, grouped, need, nothing, suppressed
from commonweal.plot._theme import PALETTE

_OWN = ("contributions", "members", "members_share", "contributions_share")


def lorenz(table: pl.DataFrame) -> AnyChart:
    """The share of all contributions that the least active members make, beside the line on which all make the same.

    Args:
        table: Of `community.engagement.lorenz()`; with `every`, its last complete period is drawn.
    """
    need(table, "lorenz", _OWN)
    if "period" in table.columns:
        done = table.filter("complete") if table["complete"].any() else table
        table = done.filter(pl.col("period") == pl.col("period").max())
    rows = grouped(table.drop_nulls("members_share"), _OWN)
    if rows.is_empty():
        return nothing(HEIGHT, suppressed(table, _OWN))
    share = alt.Axis(format="%", values=[0, 0.25, 0.5, 0.75, 1])
    scale = alt.Scale(domain=[0, 1], nice=False)
    x = alt.X("members_share:Q", title="Members who contributed, the least active first", axis=share, scale=scale)
    curve = Chart().encode(x=x)
    layers = [
        curve.mark_area(color=PALETTE["sky"], opacity=0.25).encode(
            y=alt.Y("contributions_share:Q", title="Contributions", axis=share, scale=scale), y2="members_share:Q"
        ),
        curve.mark_line(color=PALETTE["blue"], strokeWidth=2).encode(
            y="contributions_share:Q",
            tooltip=[
                alt.Tooltip("members_share:Q", title="Members", format=".1%"),
                alt.Tooltip("contributions_share:Q", title="Contributions", format=".1%"),
                alt.Tooltip("contributions:Q", title="Each at most", format=",d"),
            ],
        ),
        curve.mark_line(color=PALETTE["soft"], strokeDash=[4, 4]).encode(y="members_share:Q"),
    ]
    return finished(layers, rows, height=340, finding=_finding(rows), hidden=suppressed(table, _OWN))


def _finding(rows: pl.DataFrame) -> str:
    if "group" in rows.columns:
        return ""
    half = rows.filter(pl.col("members_share") <= 0.5)["contributions_share"].max() or 0.0
    tenth = 1 - float(str(rows.filter(pl.col("members_share") <= 0.9)["contributions_share"].max() or 0.0))
    most = f"the most active tenth {percent(tenth)}"
    return f"The less active half makes {percent(float(str(half)))} of the contributions, {most}"
