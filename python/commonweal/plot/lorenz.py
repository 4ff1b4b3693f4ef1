"""How contributions are shared out."""

import altair as alt
import polars as pl

from commonweal.plot._chart import Chart
from commonweal.plot._finding import extremes, newest, percent
from commonweal.plot._frame import HEIGHT, AnyChart, finished, grouped, need, nothing, suppressed
from commonweal.plot._theme import PALETTE

_OWN = ("contributions", "members", "members_share", "contributions_share")


def lorenz(table: pl.DataFrame) -> AnyChart:
    """The share of all contributions that the least active members make, beside the line on which all make the same.

    Args:
        table: Of `community.engagement.lorenz()`; with `every`, its last complete period is drawn.
    """
    need(table, "lorenz", _OWN)
    table, period = newest(table)
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
    return finished(layers, rows, height=340, finding=_finding(rows, period), hidden=suppressed(table, _OWN))


def _finding(rows: pl.DataFrame, period: str) -> str:
    if "group" in rows.columns:
        groups = rows.partition_by("group", maintain_order=True)
        halves = pl.DataFrame({"group": [of["group"][0] for of in groups], "half": [_made(of, 0.5) for of in groups]})
        made = "ade by the less active half of the contributors"
        return extremes(halves, "half", f"{period}, m{made}" if period else f"M{made}")
    half, tenth = percent(_made(rows, 0.5)), percent(1 - _made(rows, 0.9))
    makes = f"he less active half makes {half} of the contributions, the most active tenth {tenth}"
    return f"{period}: t{makes}" if period else f"T{makes}"


def _made(curve: pl.DataFrame, members: float) -> float:
    """What the least active `members` make: members of equal counts lie on the straight line between two rows."""
    below = curve.filter(pl.col("members_share") <= members).row(-1, named=True)
    above = curve.filter(pl.col("members_share") >= members).row(0, named=True)
    width = above["members_share"] - below["members_share"]
    part = (members - below["members_share"]) / width if width else 0.0
    return float(below["contributions_share"] + part * (above["contributions_share"] - below["contributions_share"]))
