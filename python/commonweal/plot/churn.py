"""Silence against habit."""

import altair as alt
import polars as pl

from commonweal.plot._chart import Chart, layered
from commonweal.plot._frame import HEIGHT, WIDTH, AnyChart, grouped, inline, need, nothing, suppressed, titled
from commonweal.plot._theme import PALETTE

_COLUMNS = ("silent", "active_days", "usual_gap", "p_return", "at_risk")
_OWN = ("member", "last_active", "risk", *_COLUMNS)
_STATES = ("at risk", "likely back", "lost or no regular")
_COLOURS = [PALETTE["vermilion"], PALETTE["blue"], PALETTE["grey"]]
_MOST = 2_000
_TICKS = (1, 3, 7, 30, 90, 365, 1_095, 3_650)
_NAMES = ("1 day", "3 days", "1 week", "30 days", "90 days", "1 year", "3 years", "10 years")


def churn(table: pl.DataFrame, *, names: int = 0) -> AnyChart:
    """How long each member is silent, against its own usual gap; both axes are logarithmic.

    On the dashed line silence is as long as usual. Members with a single active day have no usual gap, and no dot. Of
    more than 2 000 members, the most active are drawn.

    Args:
        table: Of `community.adoption.churn()`, with all members.
        names: Name this many of the members at risk, the first in the table.
    """
    need(table, "churn", _COLUMNS)
    rows = grouped(table.drop_nulls(["silent", "usual_gap"]), _OWN)
    if rows.is_empty():
        return nothing(HEIGHT, suppressed(table, _OWN))
    half = pl.col("p_return") >= 0.5
    state = (
        pl.when("at_risk").then(pl.lit(_STATES[0])).when(half).then(pl.lit(_STATES[1])).otherwise(pl.lit(_STATES[2]))
    )
    day = 86_400_000_000
    named = pl.when(pl.col("at_risk").cum_sum() <= names).then(pl.col("member")) if names else pl.lit(None, pl.String)
    rows = rows.with_columns(
        state=state,
        name=pl.when("at_risk").then(named).otherwise(None),
        # A day on which it was active is no silence; the axis has no zero.
        days_silent=(pl.col("silent").dt.total_microseconds() / day).clip(0.7),
        usual=pl.col("usual_gap").dt.total_microseconds() / day,
    )
    finding = f"{int(rows['at_risk'].sum()):,} of the {rows.height:,} members with a habit are at risk"
    rows = rows.sort("active_days", descending=True).head(_MOST)
    most = max(float(str(rows["days_silent"].max())), float(str(rows["usual"].max())), 10.0)
    ticks = [(tick, name) for tick, name in zip(_TICKS, _NAMES, strict=True) if tick <= most]
    label = " : ".join(f"datum.value === {tick} ? '{name}'" for tick, name in ticks)
    axis = alt.Axis(values=[tick for tick, _ in ticks], labelExpr=f"{label} : ''", grid=True)
    x = alt.X("usual:Q", title="Usual gap between active days", scale=alt.Scale(type="log"), axis=axis)
    y = alt.Y("days_silent:Q", title="Silent for", scale=alt.Scale(type="log"), axis=axis)
    data = inline(rows.select("state", "name", "days_silent", "usual", "p_return", "active_days"))
    colour = alt.Color("state:N", scale=alt.Scale(domain=list(_STATES), range=_COLOURS))
    dots = (
        Chart(data)
        .mark_circle(size=34, opacity=0.55)
        .encode(x=x, y=y, color=colour, tooltip=["active_days:Q", "p_return:Q"])
    )
    line = (
        Chart(inline(pl.DataFrame({"usual": [1.0, most], "days_silent": [1.0, most]})))
        .mark_line(color=PALETTE["soft"], strokeDash=[4, 4], strokeWidth=1)
        .encode(x=x, y=y)
    )
    layers: list[alt.Chart] = [line, dots]
    if names:
        words = Chart(data).mark_text(align="left", dx=6, fontSize=11, color=PALETTE["ink"])
        layers.append(words.transform_filter("datum.name !== null").encode(x=x, y=y, text="name:N"))
    chart = layered(*layers, width=WIDTH, height=HEIGHT + 80)
    return titled(chart, finding, suppressed(table, _OWN))
