"""Who, or what, the talk is about."""

from statistics import NormalDist

import altair as alt
import polars as pl

from commonweal.plot._chart import Chart
from commonweal.plot._finding import extremes, interval, percent, when
from commonweal.plot._frame import AnyChart, faded, finished, grouped, lines, need, period_axis, suppressed
from commonweal.plot._theme import PALETTE, SERIES

_OWN = ("aspect", "n", "authors", "share", "not_scored", "mean", "net", "positive", "neutral", "negative")
_FORMAT = ".1%"


def share_of_voice(table: pl.DataFrame) -> AnyChart:
    """Of the messages about any of some subjects, such as one's own product and its rivals, the share of each.

    A message about two subjects counts for both. The intervals of a period hold all of its shares at once, in 95 of a
    hundred cases (Bonferroni over the subjects, after Goodman); they are by message.

    Args:
        table: Of `community.sentiment.aspects(terms={name: [patterns], ...})`, with `every` over time, without as bars.

    Source: L. A. Goodman, On simultaneous confidence intervals for multinomial proportions, Technometrics 7 (1965).
    """
    need(table, "share_of_voice", ("aspect", "n"))
    names = table["aspect"].unique(maintain_order=True).sort().to_list()
    rows = _with_shares(grouped(table.drop_nulls("n"), _OWN), len(names))
    scale = alt.Scale(domain=names, range=[SERIES[i % len(SERIES)] for i in range(len(names))])
    colour = alt.Color("aspect:N", sort=names, scale=scale)
    tooltip = ["aspect:N", "n:Q", *(alt.Tooltip(f"{name}:Q", format=_FORMAT) for name in ("voice", "low", "high"))]
    axis = alt.Axis(format="%")
    hidden = suppressed(table, _OWN)
    if "period" not in table.columns:
        order = rows.group_by("aspect").agg(pl.col("n").sum()).sort("n", "aspect", descending=[True, False])
        kind = alt.Y("aspect:N", sort=order["aspect"].to_list(), title=None)
        bars = (
            Chart()
            .mark_bar()
            .encode(
                y=kind,
                x=alt.X("voice:Q", title="Share of voice", axis=axis),
                color=alt.Color("aspect:N", sort=names, scale=scale, legend=None),
                tooltip=tooltip,
            )
        )
        rule = Chart().mark_rule(strokeWidth=1.8, color=PALETTE["ink"]).encode(y=kind, x="low:Q", x2="high:Q")
        height = 34 * len(names) + 20
        return finished([bars, rule], rows, height=height, finding=_finding(rows), hidden=hidden)
    band = (
        Chart()
        .mark_area(opacity=0.2)
        .encode(x=period_axis(), y=alt.Y("low:Q", title="Share of voice", axis=axis), y2="high:Q", color=colour)
    )
    line = Chart().mark_line().encode(x=period_axis(), y="voice:Q", color=colour)
    dots = (
        Chart()
        .mark_point(filled=True, size=28)
        .encode(x=period_axis(), y="voice:Q", color=colour, opacity=faded(), tooltip=["period:T", *tooltip])
    )
    return finished([band, *lines(line), dots], rows, finding=_finding(rows), hidden=hidden)


def _with_shares(rows: pl.DataFrame, subjects: int) -> pl.DataFrame:
    """The share of each subject in its period and group, with Wilson's interval at 1 − 0.05 / subjects."""
    of = [name for name in ("group", "period") if name in rows.columns]
    z = NormalDist().inv_cdf(1 - 0.025 / max(subjects, 1))
    whole = pl.col("n").sum().over(of) if of else pl.col("n").sum()
    rows = rows.with_columns(whole=whole).filter(pl.col("whole") > 0).with_columns(voice=pl.col("n") / pl.col("whole"))
    p, n = pl.col("voice"), pl.col("whole")
    centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * (p * (1 - p) / n + z**2 / (4 * n**2)).sqrt() / (1 + z**2 / n)
    kept = [*of, "aspect", "n", "voice", *(["complete"] if "complete" in rows.columns else [])]
    return rows.select(*kept, low=(centre - half).clip(0, 1), high=(centre + half).clip(0, 1))


def _finding(rows: pl.DataFrame) -> str:
    if "group" in rows.columns:
        first = rows["aspect"].sort()[0] if rows.height else ""
        return extremes(rows.filter(pl.col("aspect") == first), "voice", f"Share of {first}")
    before = ""
    if "period" in rows.columns:
        rows = rows.filter("complete") if rows["complete"].any() else rows
        if rows.is_empty():
            return ""
        newest = rows["period"].max()
        before = f"{when(rows, newest)}: "  # type: ignore[arg-type]
        rows = rows.filter(pl.col("period") == pl.lit(newest))
    told = rows.sort("voice", "aspect", descending=[True, False]).head(3)
    shares = [
        f"{name} {percent(voice)}{interval(low, high)}"
        for name, voice, low, high in told.select("aspect", "voice", "low", "high").iter_rows()
    ]
    return f"{before}{', '.join(shares)} of the talk" if shares else ""
