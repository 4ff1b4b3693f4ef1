"""Who takes part, and whether they come back."""

from typing import Any

import polars as pl

from commonweal import plot
from commonweal._report._data import Data, complete
from commonweal._report._figure import figure
from commonweal._report._format import NONE, count, during, estimate, period, ratio, share_cell, share_range, unit
from commonweal._report._model import Cell, Figure, Section, Stat, Table

_ANCHOR, _TITLE, _QUESTION = "adoption", "Adoption", "Who takes part, and do they come back?"
_KPIS = ("adoption.active_members", "adoption.growth", "adoption.rolling_active")
_RECENT, _LISTED, _DAYS_DRAWN = 12, 6, 800


def adoption(report: Data) -> Section:
    """The section on adoption."""
    report.step("adoption")
    kpis, every = report.community.adoption, report.every
    active = kpis.active_members(every=every)
    done = complete(active)
    if active.is_empty() or not active["active"].sum():
        return Section(
            _ANCHOR, _TITLE, _QUESTION, "No member posted, replied or reacted in the time observed.", kpis=_KPIS
        )
    if done.is_empty():
        only = active.row(-1, named=True)
        lead = (
            f"{during(only['period'], every)}, which was not observed to its end, {count(only['active'], 'member')} "
            f"contributed; there is no complete {unit(every)} yet, so nothing can be said about a trend."
        )
        return Section(_ANCHOR, _TITLE, _QUESTION, lead, kpis=_KPIS)
    growth = kpis.growth(every=every)
    last = done.row(-1, named=True)
    return Section(
        _ANCHOR,
        _TITLE,
        _QUESTION,
        f"{_level(done, report)} {_flow(complete(growth), report)}",
        stats=_stats(last, report),
        figures=_figures(active, growth, report),
        tables=[_recent(done, growth, report)],
        kpis=_KPIS,
    )


def _level(done: pl.DataFrame, report: Data) -> str:
    last = done.row(-1, named=True)
    text = f"{during(last['period'], report.every)}, the last complete {unit(report.every)}, "
    if last["active"]:
        text += (
            f"{count(last['active'], 'member')} posted, replied or reacted, {last['new']:,} of them for the first time."
        )
    else:
        text += "nobody posted, replied or reacted."
    before = done["active"].slice(0, done.height - 1).tail(_RECENT)
    if before.is_empty():
        return f"{text} It is the only complete {unit(report.every)}, so there is nothing to compare it with."
    low, high = int(str(before.min())), int(str(before.max()))
    where = "below" if last["active"] < low else "above" if last["active"] > high else "within"
    spread = f"{low:,} to {high:,}" if low != high else f"{low:,}"
    return f"{text} That is {where} the range of the {count(before.len(), unit(report.every))} before it ({spread})."


def _flow(growth: pl.DataFrame, report: Data) -> str:
    recent = growth.tail(_RECENT)
    if growth.height < 2:
        return ""
    recent = recent if recent.height < growth.height else recent.slice(1)
    came, new, lost = (int(recent[name].sum()) for name in ("resurrected", "new", "churned"))
    text = (
        f"Over the last {count(recent.height, f'complete {unit(report.every)}')}, {new:,} came for the first time, "
        f"{came:,} came back after a pause, and {lost:,} times a member active in one {unit(report.every)} was not "
        "in the next"
    )
    return f"{text}: {ratio((came + new) / lost)} gained for each one lost." if lost else f"{text}."


def _stats(last: dict[str, Any], report: Data) -> list[Stat]:
    when = period(last["period"], report.every)
    stats = [Stat("Active members", count(last["active"]), when)]
    if last["adoption_rate"] is not None:
        under = f"95% interval {share_range(last['adoption_rate_low'], last['adoption_rate_high'])}"
        of = f"of {count(last['eligible'], 'eligible member')}"
        rate = estimate(*(last[f"adoption_rate{end}"] for end in ("", "_low", "_high")))
        stats.append(Stat("Adoption rate", rate, f"{of}; {under}"))
    return stats


def _figures(active: pl.DataFrame, growth: pl.DataFrame, report: Data) -> list[Figure]:
    if active.height < 2:
        return []
    name = unit(report.every)
    figures = [
        figure(
            "growth",
            plot.growth(growth),
            f"Active members of each {name} by where they come from; below the line, members active in the {name} "
            f"before and no longer. A paler bar is a {name} that was not observed to its end.",
            f"Stacked bars of active members per {name}: retained, resurrected and new; churned below the line.",
        )
    ]
    if active["adoption_rate"].is_not_null().any():
        figures.append(
            figure(
                "rate",
                plot.adoption_rate(complete(active)),
                f"Share of the eligible members who contributed in each complete {name}. The band is the 95% interval.",
                f"Line with a band: active share of eligible members per {name}.",
            )
        )
    rolling = report.community.adoption.rolling_active()
    stride = -(-rolling.height // _DAYS_DRAWN)
    thinned = f" One day in {stride} is drawn." if stride > 1 else ""
    figures.append(
        figure(
            "rolling",
            plot.rolling_active(rolling.gather_every(stride)),
            f"Members active on the day, in the 7 days and in the 28 days up to it.{thinned}",
            "Three lines: members active in trailing windows of one, seven and 28 days.",
        )
    )
    return figures


def _recent(done: pl.DataFrame, growth: pl.DataFrame, report: Data) -> Table:
    rated = done["adoption_rate"].is_not_null().any()
    joined = done.join(growth.drop("active", "new", "complete"), on="period", how="left", maintain_order="left")
    rows = [
        [
            Cell(period(row["period"], report.every)),
            *(Cell(count(row[name])) for name in ("active", "new", "retained", "resurrected", "churned")),
            Cell(ratio(row["quick_ratio"]), soft=row["quick_ratio"] is None),
            *([share_cell(row["adoption_rate"], row["adoption_rate_low"], row["adoption_rate_high"])] if rated else []),
        ]
        for row in joined.tail(_LISTED).reverse().iter_rows(named=True)
    ]
    note = f"{NONE}: nobody was lost, so there is no ratio." if joined["quick_ratio"].tail(_LISTED).has_nulls() else ""
    header = [
        "Period",
        "Active",
        "New",
        "Retained",
        "Back",
        "Lost",
        "Gained per lost",
        *(["Adoption"] if rated else []),
    ]
    return Table(f"The last complete {unit(report.every, 2)}", header, rows, note)
