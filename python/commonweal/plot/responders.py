"""Who answers first."""

import altair as alt
import polars as pl

from commonweal.exceptions import OptionError
from commonweal.plot._chart import Chart
from commonweal.plot._finding import percent
from commonweal.plot._frame import AnyChart, finished, grouped, need, nothing, suppressed
from commonweal.plot._theme import PALETTE
from commonweal.plot._time import words

_COLUMNS = ("responder_role", "first_responses", "share", "share_low", "share_high", "answered_median")
_OWN = (*_COLUMNS, "responder", "responders")
_ROLES = {"staff": PALETTE["blue"], "peer": PALETTE["orange"], "bot": PALETTE["grey"]}


def responders(table: pl.DataFrame, *, top: int = 15) -> AnyChart:
    """The share of first responses of each responder, or of each role, with intervals, the largest first.

    Args:
        table: Of `community.response.responders()`, of one period; with `by` columns, one panel for each group.
        top: How many to draw in each panel.
    """
    need(table, "responders", _COLUMNS)
    if "period" in table.columns and table["period"].n_unique() > 1:
        raise OptionError("plot.responders draws one period; filter the table first, or compute it without every=")
    whole, table = table, grouped(table.drop_nulls("responder_role"), _OWN)
    name = "responder" if "responder" in table.columns else "responder_role"
    over = ["group"] if "group" in table.columns else []
    best = table.group_by(over or pl.lit(1).alias("all"), maintain_order=True).head(top).select(table.columns)
    if best.is_empty():
        return nothing(hidden=suppressed(whole, _OWN))
    rows = best.select(
        *over,
        "responder_role",
        *("first_responses", "share", "share_low", "share_high"),
        who=pl.col(name),
        wait=pl.col("answered_median").map_elements(words, return_dtype=pl.String),
    )
    shown = rows["responder_role"].unique(maintain_order=True).to_list()
    roles = [role for role in _ROLES if role in shown]
    y = alt.Y("who:N", sort=None, title=None, axis=alt.Axis(labelLimit=180, grid=False))
    colour = alt.Color("responder_role:N", scale=alt.Scale(domain=roles, range=[_ROLES[role] for role in roles]))
    bars = (
        Chart()
        .mark_bar()
        .encode(
            y=y,
            x=alt.X("share:Q", title="Share of the first responses", axis=alt.Axis(format="%", grid=True)),
            color=colour,
            tooltip=["who:N", "responder_role:N", "first_responses:Q", alt.Tooltip("share:Q", format=".1%"), "wait:N"],
        )
    )
    limits = Chart().mark_rule(color=PALETTE["ink"]).encode(y=y, x="share_low:Q", x2="share_high:Q")
    most = rows.group_by(over).len()["len"].max() if over else rows.height
    height = 30 + 22 * int(str(most or 1))
    chart = finished([bars, limits], rows, height=height, finding=_finding(rows), hidden=suppressed(whole, _OWN))
    if isinstance(chart, alt.FacetChart):
        # Each panel has people of its own.
        chart = chart.resolve_scale(y="independent")
    return chart


def _finding(rows: pl.DataFrame) -> str:
    if "group" in rows.columns:
        return ""
    shares = rows["share"].fill_null(0).to_list()
    halves = next((n for n in range(1, len(shares) + 1) if sum(shares[:n]) >= 0.5), None)
    if halves is None or rows["who"].equals(rows["responder_role"]):
        first = rows.row(0, named=True)
        return f"{percent(first['share'])} of the first responses come from {first['who']}" if first["share"] else ""
    who = "One responder gives" if halves == 1 else f"{halves} responders give"
    return f"{who} half of the first responses ({percent(sum(shares[:halves]))})"
