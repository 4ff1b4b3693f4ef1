"""Staff against peers."""

import altair as alt
import polars as pl

from commonweal.plot._chart import Chart
from commonweal.plot._finding import percent
from commonweal.plot._frame import AnyChart, finished, grouped, need, nothing, suppressed
from commonweal.plot._theme import PALETTE
from commonweal.plot.survival import duration_axis, steps

_COLUMNS = ("responder_role", "time", "incidence", "incidence_low", "incidence_high")
_ROLES = {"peer": ("by a peer", PALETTE["orange"]), "staff": ("by staff", PALETTE["blue"])}
_ROLES |= {"bot": ("by a bot", PALETTE["grey"])}


def incidence(table: pl.DataFrame) -> AnyChart:
    """The share of posts that staff, and that peers, have answered first by a given time, with intervals.

    Args:
        table: Of `community.response.incidence()`; with `by` columns, one panel for each group.
    """
    need(table, "incidence", _COLUMNS)
    whole, table = table, grouped(table.drop_nulls("time"), _COLUMNS)
    if table.is_empty():
        return nothing(hidden=suppressed(whole, _COLUMNS))
    over = ["group"] if "group" in table.columns else []
    table = table.with_columns(seconds=pl.col("time").dt.total_microseconds() / 1e6)
    start, end, axis = duration_axis(table["seconds"], 1 - table["incidence"])
    rows = steps(table, start, end, [*over, "responder_role"])
    known = [(role, *look) for role, look in _ROLES.items() if role in rows["responder_role"].unique()]
    roles, names, colours = (list(column) for column in zip(*known, strict=True))
    rows = rows.select(
        *over,
        "seconds",
        "incidence",
        "incidence_low",
        "incidence_high",
        who=pl.col("responder_role").replace_strict(roles, names, return_dtype=pl.String),
    )
    x = alt.X("seconds:Q", title="Time since the post (logarithmic)", scale=axis[0], axis=axis[1])
    scale = alt.Scale(domain=[0, 1])
    y = alt.Y("incidence:Q", title="Posts answered first", axis=alt.Axis(format="%"), scale=scale)
    low = alt.Y("incidence_low:Q", title="Posts answered first", axis=alt.Axis(format="%"), scale=scale)
    colour = alt.Color("who:N", scale=alt.Scale(domain=names, range=colours))
    band = (
        Chart().mark_area(opacity=0.2, interpolate="step-after").encode(x=x, y=low, y2="incidence_high:Q", color=colour)
    )
    line = Chart().mark_line(interpolate="step-after", strokeWidth=2).encode(x=x, y=y, color=colour)
    return finished([band, line], rows, finding=_finding(rows), hidden=suppressed(whole, _COLUMNS))


def _finding(rows: pl.DataFrame) -> str:
    if "group" in rows.columns:
        return ""
    ends = rows.sort("seconds").group_by("who", maintain_order=True).last().sort("incidence", descending=True)
    said = [f"{percent(share)} {who}" for who, share in ends.select("who", "incidence").iter_rows()]
    return f"In the end, answered first: {', '.join(said)}"
