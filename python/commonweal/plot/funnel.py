"""How far newcomers come."""

import altair as alt
import polars as pl

from commonweal.plot._chart import Chart
from commonweal.plot._finding import extremes, interval, percent
from commonweal.plot._frame import AnyChart, finished, grouped, need, nothing, suppressed
from commonweal.plot._theme import PALETTE

_OWN = ("step", "started", "members", "open", "rate", "rate_low", "rate_high", "step_rate", "suppressed")
_ROW = 46


def funnel(table: pl.DataFrame) -> AnyChart:
    """The share of those who started that has reached each step, with its interval, and the share of the step before.

    Args:
        table: Of `community.adoption.funnel()`; with `by` columns, one panel for each group.
    """
    need(table, "funnel", ("step", "rate", "rate_low", "rate_high", "step_rate"))
    own = (*_OWN, "step_rate_low", "step_rate_high", "median", "median_low", "median_high", "reached_median")
    rows = grouped(table, own).drop_nulls("rate")
    if rows.is_empty():
        return nothing(hidden=suppressed(table, own))
    label = pl.format("{} %", (pl.col("rate") * 100).round(1))
    of_before = pl.format("{} % of the step before", (pl.col("step_rate") * 100).round(0).cast(pl.Int64))
    rows = rows.with_columns(
        name=pl.col("step").str.replace_all("_", " "),
        said=pl.when(pl.col("step_rate").is_null())
        .then(label)
        .otherwise(pl.concat_str(label, of_before, separator=", ")),
    )
    steps = rows["name"].unique(maintain_order=True).to_list()
    kept = ["name", "rate", "rate_low", "rate_high", "said", "members", "started"]
    rows = rows.select([*kept, *(["group"] if "group" in rows.columns else [])])
    y = alt.Y("name:N", sort=steps, title=None, axis=alt.Axis(grid=False, labelFontSize=13))
    share = alt.X("rate:Q", title="Members who reached it", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1]))
    bars = Chart().mark_bar(color=PALETTE["blue"], opacity=0.75, height={"band": 0.62}).encode(x=share, y=y)
    reach = Chart().mark_rule(color=PALETTE["ink"], strokeWidth=1.4).encode(x="rate_low:Q", x2="rate_high:Q", y=y)
    # Beside the bar, or within it where the bar leaves no room.
    roomy = Chart().transform_filter("datum.rate_high < 0.6").mark_text(align="left", dx=8, color=PALETTE["soft"])
    tight = Chart().transform_filter("datum.rate_high >= 0.6").mark_text(align="left", dx=8, color=PALETTE["paper"])
    texts = [roomy.encode(x="rate_high:Q", y=y, text="said:N"), tight.encode(x=alt.datum(0), y=y, text="said:N")]
    height, hidden = _ROW * len(steps), suppressed(table, own)
    return finished([bars, reach, *texts], rows, height=height, finding=_finding(rows, steps), hidden=hidden)


def _finding(rows: pl.DataFrame, steps: list[str]) -> str:
    at_end = rows.filter(pl.col("name") == steps[-1])
    if "group" in rows.columns:
        return extremes(at_end, "rate", f"Came to {steps[-1]}")
    row = at_end.row(0, named=True)
    ends = interval(row["rate_low"], row["rate_high"])
    return f"{percent(row['rate'])}{ends} of the {row['started']:,} who started came to {steps[-1]}"
