"""Who should get to know whom."""

import altair as alt
import polars as pl

from commonweal.plot._chart import Chart
from commonweal.plot._frame import AnyChart, finished, grouped, need, nothing, suppressed
from commonweal.plot._theme import PALETTE

_COLUMNS = ("member_a", "member_b", "score", "common")
_OWN = (*_COLUMNS, "rank", "unit_a", "unit_b", "through", "channels", "terms")
_LONGEST = 60


def introductions(table: pl.DataFrame, *, top: int = 15) -> AnyChart:
    """The pairs by score, with what they have in common beside them.

    The score has no unit: its order is what it says.

    Args:
        table: Of `community.network.introductions()`; with `by` columns, one panel for each group.
        top: How many to draw in each panel.
    """
    need(table, "introductions", _COLUMNS)
    whole, table = table, grouped(table.drop_nulls("score"), _OWN)
    if table.is_empty():
        return nothing(hidden=suppressed(whole, _OWN))
    over = ["group"] if "group" in table.columns else []
    best = table.group_by(over or pl.lit(1).alias("all"), maintain_order=True).head(top).select(table.columns)
    shared = [name for name in ("channels", "terms") if name in best.columns]
    said = pl.concat_str(pl.format("{} in common", "common"), *shared, separator=" · ", ignore_nulls=True)
    cut = pl.when(said.str.len_chars() > _LONGEST).then(said.str.slice(0, _LONGEST - 1) + "…").otherwise(said)
    rows = best.select(*over, "score", "common", pair=pl.format("{} – {}", "member_a", "member_b"), said=cut)
    y = alt.Y("pair:N", sort=None, title=None, axis=alt.Axis(labelLimit=220, grid=False))
    scale = alt.Scale(domain=[0, 2.2 * float(str(rows["score"].max()))], nice=False)
    axis = alt.Axis(labels=False, grid=False, domain=False)
    x = alt.X("score:Q", title="Score (its order is what it says)", scale=scale, axis=axis)
    bars = Chart().mark_bar(color=PALETTE["blue"], height={"band": 0.66})
    bars = bars.encode(y=y, x=x, tooltip=["pair:N", "common:Q", "said:N"])
    words = Chart().mark_text(align="left", dx=6, fontSize=11, color=PALETTE["soft"])
    words = words.encode(y=y, x=x, text="said:N")
    most = rows.group_by(over).len()["len"].max() if over else rows.height
    height, hidden = 40 + 22 * int(str(most or 1)), suppressed(whole, _OWN)
    chart = finished([bars, words], rows, height=height, finding=_finding(rows), hidden=hidden)
    if isinstance(chart, alt.FacetChart):
        # Each panel has people of its own.
        chart = chart.resolve_scale(y="independent")
    return chart


def _finding(rows: pl.DataFrame) -> str:
    if "group" in rows.columns:
        return ""
    fewest, most = int(str(rows["common"].min())), int(str(rows["common"].max()))
    contacts = f"{most:,}" if fewest == most else f"{fewest:,} to {most:,}"
    return f"{rows.height} pairs who have never answered each other, and have {contacts} contacts in common"
