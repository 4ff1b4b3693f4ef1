"""Whether those who come stay."""

from typing import Any

import polars as pl

from commonweal import plot
from commonweal._health.change import wilson
from commonweal._report._data import Data
from commonweal._report._figure import figure
from commonweal._report._format import count, estimate, percent, points, share_range, wait, wait_range
from commonweal._report._model import Figure, Section, Stat
from commonweal.exceptions import DeclinedError
from commonweal.typing import Every

_ANCHOR, _TITLE, _QUESTION = "staying", "Staying", "Do those who come stay, and does an answer go with it?"
_KPIS = ("adoption.retention", "adoption.power_users", "adoption.activation", "response.retention_effect")
_ENOUGH, _COHORTS, _LATER = 30, 18, 3


def staying(report: Data) -> Section:
    """The section on retention, activation and what becomes of newcomers."""
    report.step("staying")
    every: Every = "1mo" if report.days >= 120 else "1w"
    cohorts = report.community.adoption.retention(every=every)
    if cohorts.is_empty():
        return Section(_ANCHOR, _TITLE, _QUESTION, "No member took part in the time observed.", kpis=_KPIS)
    lead, stat = _retention(cohorts, every)
    activation, activated = _activation(report)
    effect, drawn = _effect(report)
    stats = [stat, *activated] if stat else activated
    return Section(
        _ANCHOR,
        _TITLE,
        _QUESTION,
        " ".join(part for part in (lead, activation) if part),
        explanation=effect,
        stats=stats,
        figures=[*_figures(cohorts, report, every), *drawn],
        kpis=_KPIS,
    )


def _retention(cohorts: pl.DataFrame, every: Every) -> tuple[str, Stat | None]:
    unit = "month" if every == "1mo" else "week"
    later = cohorts.filter(pl.col("complete") & (pl.col("offset") == _LATER))
    size, active = int(later["size"].sum()), int(later["active"].sum())
    if size < _ENOUGH:
        return f"Too few were observed for {_LATER} {unit}s after their first one to say who stays.", None
    rate = wilson(active, size)
    share, interval = estimate(rate.value, rate.low, rate.high), share_range(rate.low, rate.high)
    text = (
        f"Of the {count(size, 'member')} observed for {_LATER} {unit}s after their first one, {active:,} "
        f"({share}; 95% interval {interval}) took part in the third {unit} after it."
    )
    under = f"{active:,} of {size:,}; 95% interval {interval}"
    return text, Stat(f"Active {_LATER} {unit}s later", share, under)


def _activation(report: Data) -> tuple[str, list[Stat]]:
    try:
        table = report.community.adoption.activation(within="30d")
    except DeclinedError:
        return "", []
    row: dict[str, Any] | None = table.row(0, named=True) if table.height else None
    if row is None or row["n"] < _ENOUGH or row["attained"] is None:
        return "", []
    interval = share_range(row["attained_low"], row["attained_high"])
    share = estimate(row["attained"], row["attained_low"], row["attained_high"])
    text = f"{share} of those who join contribute within 30 days (95% interval {interval})"
    if row["median"] is not None:
        text += f"; half have done so after {wait(row['median'])} ({wait_range(row['median_low'], row['median_high'])})"
    return f"{text}.", [Stat("Contribute within 30 days", share, f"95% interval {interval}")]


def _effect(report: Data) -> tuple[str, list[Figure]]:
    within, horizon = "6h", "30d"
    kpi = report.community.response
    try:
        table = kpi.retention_effect(within=within, horizon=horizon)
    except DeclinedError:
        return "", []
    # Where all have only just come, nobody's return is known yet.
    if table.is_empty():
        return "", []
    row = table.row(0, named=True)
    if min(row["answered"], row["unanswered"]) < _ENOUGH or row["difference"] is None:
        return "", []
    low, high = row["difference_low"], row["difference_high"]
    clear = "more than chance explains" if low > 0 or high < 0 else "which may be chance"
    text = (
        f"Newcomers whose first post was answered within six hours came back within 30 days in "
        f"{percent(row['answered_rate'])} of {count(row['answered'], 'case')}, the others in "
        f"{percent(row['unanswered_rate'])} of {row['unanswered']:,}: {points(row['difference'])} points "
        f"(95% interval {points(low)} to {points(high)}), {clear}. This is an association: who is answered quickly may "
        "differ in more than the answer."
    )
    curve = kpi.return_curve(within=within, horizon=horizon)
    caption = (
        "Share of newcomers that has come back, by the days since the landmark, six hours after their first post; "
        "95% bands."
    )
    alt = "Two rising curves with bands: newcomers answered within six hours, and not."
    return text, [figure("return", plot.retention_effect(curve), caption, alt)]


def _figures(cohorts: pl.DataFrame, report: Data, every: Every) -> list[Figure]:
    unit = "month" if every == "1mo" else "week"
    # A record may end in months that nobody began in.
    starts = cohorts.filter(pl.col("size") > 0)["cohort"].unique().sort().tail(_COHORTS)
    shown = cohorts.filter(pl.col("cohort").is_in(starts.implode()) & (pl.col("offset") < _COHORTS))
    figures = []
    if starts.len() > 2:
        caption = (
            f"Of those who first took part in a {unit}, the share active so many {unit}s later. Darker is more; "
            f"dashed cells are not yet observed to their end."
        )
        figures.append(figure("retention", plot.retention(shown), caption, f"Triangle of cohorts by {unit}s since."))
    power = report.community.adoption.power_users()
    if power["members"].sum() >= _ENOUGH:
        caption = "Of the members active in the last 28 days, the share active on so many days of them; 95% intervals."
        alt = "Bars: share of members by the number of days on which they were active."
        figures.append(figure("power", plot.power_users(power), caption, alt))
    return figures
