"""How long posts wait for an answer."""

from typing import Any

import polars as pl

from commonweal import plot
from commonweal._report._channels import by_channel
from commonweal._report._data import TARGETS, Data, complete, thinned
from commonweal._report._figure import figure
from commonweal._report._format import (
    count,
    estimate,
    percent,
    share_cell,
    share_range,
    unit,
    wait,
    wait_cell,
    wait_range,
)
from commonweal._report._model import Cell, Figure, Section, Stat, Table
from commonweal.exceptions import DeclinedError
from commonweal.plot._time import words
from commonweal.typing import Responder

_ANCHOR, _TITLE, _QUESTION = "response", "Response time", "How long does a post wait for its first answer?"
_KPIS = ("response.first_response", "response.curve", "response.backlog", "response.incidence")
_ENOUGH, _DRAWN = 20, 5
_WHO: tuple[tuple[Responder, str], ...] = (("any", "Anyone"), ("staff", "Staff"), ("peer", "Other members"))


def response(report: Data) -> Section:
    """The section on response time."""
    report.step("response time")
    try:
        whole = report.community.response.first_response(within=TARGETS)
    except DeclinedError as error:
        return Section(_ANCHOR, _TITLE, _QUESTION, f"Not to be told: {error}.", kpis=_KPIS)
    if whole.is_empty() or not whole["n"].sum():
        return Section(_ANCHOR, _TITLE, _QUESTION, "There are no posts that could be answered.", kpis=_KPIS)
    row = whole.row(0, named=True)
    if not row["answered"]:
        lead = (
            f"None of the {count(row['n'], 'post')} had an answer by the end of observation. If the data has no "
            "replies at all, this says something about the export rather than about the community."
        )
        return Section(_ANCHOR, _TITLE, _QUESTION, lead, stats=_stats(row), kpis=_KPIS)
    return Section(
        _ANCHOR,
        _TITLE,
        _QUESTION,
        f"{_median(row)} {_targets(whole)}",
        explanation=_why(row),
        stats=_stats(row),
        figures=_figures(row, report),
        tables=[table for table in (_attainment(whole), _responders(report), _channels(report)) if table],
        notes=["A reply to oneself is no answer, nor is one by an unknown author, who may be the asker."],
        kpis=_KPIS,
    )


def _median(row: dict[str, Any]) -> str:
    if row["median"] is None:
        return (
            f"Of the {count(row['n'], 'post')}, {row['answered']:,} had an answer. Fewer than half of the posts are "
            "answered however long one waits, so there is no median waiting time."
        )
    interval = wait_range(row["median_low"], row["median_high"])
    return f"Half of all posts have an answer within {words(row['median'])} (95% interval {interval})."


def _targets(whole: pl.DataFrame) -> str:
    parts = [
        f"{estimate(row['attained'], row['attained_low'], row['attained_high'])} within {words(row['within'])} "
        f"({share_range(row['attained_low'], row['attained_high'])})"
        for row in whole.iter_rows(named=True)
        if row["attained"] is not None
    ]
    return f"Answered in time: {', '.join(parts)}." if parts else ""


def _why(row: dict[str, Any]) -> str:
    if not row["unanswered"]:
        return "Every post was answered, so the median over all posts and the one over the answered posts are the same."
    share = percent(row["unanswered"] / row["n"])
    naive = wait(row["answered_median"])
    ours = "is not reached" if row["median"] is None else f"is {words(row['median'])}"
    return (
        f"Why two medians: {count(row['unanswered'], 'post')} ({share}) had no answer yet. The median of the answered "
        f"posts alone is {naive}, because it leaves those out, and with them the longest waits. The median over all "
        f"posts {ours}: it counts an unanswered post as having waited at least until the end of observation "
        "(Kaplan–Meier)."
    )


def _stats(row: dict[str, Any]) -> list[Stat]:
    interval = wait_range(row["median_low"], row["median_high"])
    return [
        Stat(
            "Median wait, all posts",
            wait(row["median"]),
            f"95% interval {interval}" if interval else "fewer than half are answered",
            mark="ink",
        ),
        Stat(
            "Median, answered posts alone",
            wait(row["answered_median"]) if row["answered"] else "none answered",
            f"leaves out {count(row['unanswered'], 'unanswered post')}",
            mark="vermilion",
        ),
    ]


def _figures(row: dict[str, Any], report: Data) -> list[Figure]:
    curve = report.community.response.curve()
    figures = [
        figure(
            "survival",
            plot.survival(curve, median=row["median"], answered_median=row["answered_median"]),
            "Share of all posts with an answer by the time since the post. The band is the 95% interval; where the "
            "line crosses the dotted one, half of the posts are answered.",
            f"A rising curve. Median of all posts: {wait(row['median'])}; of the answered posts alone: "
            f"{wait(row['answered_median'])}.",
        )
    ]
    if report.has_staff:
        figures.append(
            figure(
                "incidence",
                plot.incidence(report.community.response.incidence()),
                "Share of all posts that staff, and that other members, were the first to answer by the time since the "
                "post; both add up to the share answered. The bands are 95% intervals.",
                "Two rising curves with bands: first answers by staff and by other members.",
            )
        )
    backlog = report.community.response.backlog(every=report.every, within=("1d", "7d"))
    if backlog["period"].n_unique() > 1:
        figures.append(
            figure(
                "backlog",
                plot.backlog(backlog),
                f"Posts that wait for an answer at the end of each {unit(report.every)}, by how long they have waited. "
                "A post that is never answered stays among them.",
                f"Stacked bars: posts open at the end of each {unit(report.every)}, by their age.",
            )
        )
    every = report.every_with(row["n"], _ENOUGH)
    series = complete(report.community.response.first_response(within=TARGETS, every=every))
    few = series.filter(pl.col("n") < _DRAWN)["period"].n_unique()
    if series["period"].n_unique() - few > 1:
        name = unit(every)
        left_out = f" A {name} with fewer than {_DRAWN} posts is left out." if few else ""
        figures.append(
            figure(
                "attainment",
                plot.attainment(thinned(series, ("attained", "attained_low", "attained_high"), _DRAWN)),
                f"Share of the posts of each complete {name} that were answered within one hour and within one day. "
                f"The bands are 95% intervals: where they overlap much, a difference may be chance.{left_out}",
                f"Two lines with bands: posts answered within an hour and within a day, per {name}.",
            )
        )
    return figures


def _attainment(whole: pl.DataFrame) -> Table:
    first = whole.row(0, named=True)
    rows = [
        [
            Cell(f"within {words(row['within'])}"),
            share_cell(row["attained"], row["attained_low"], row["attained_high"]),
            share_cell(row["attained_due"], row["attained_due_low"], row["attained_due_high"]),
        ]
        for row in whole.iter_rows(named=True)
    ]
    quantiles = ", ".join(
        f"{name} within {wait(first[column])}" if first[column] is not None else f"{name}: not reached"
        for name, column in (("three quarters", "p75"), ("nine in ten", "p90"))
    )
    note = f"Of all posts: {quantiles}. Posts due alone: of those old enough to tell. Intervals are 95%."
    return Table("Answered in time", ["Target", "All posts", "Posts due alone"], rows, note)


def _responders(report: Data) -> Table | None:
    if not report.has_staff:
        return None
    rows = []
    for who, name in _WHO:
        table = report.community.response.first_response(within=TARGETS, responder=who)
        row = table.row(0, named=True)
        reached = [
            share_cell(r["attained"], r["attained_low"], r["attained_high"]) for r in table.iter_rows(named=True)
        ]
        median = wait_cell(row["median"], row["median_low"], row["median_high"])
        rows.append([Cell(name), Cell(count(row["answered"])), median, *reached])
    note = "Each row counts the first answer by such a person, whether or not somebody else answered before."
    return Table(
        "Who answers", ["First answer by", "Answered", "Median wait", "Within 1 h", "Within 1 day"], rows, note
    )


def _channels(report: Data) -> Table | None:
    if not report.by_channel:
        return None
    table = report.community.response.first_response(within="1d", by="channel", min_group=report.min_group)

    def cells(row: dict[str, Any]) -> list[Cell]:
        return [
            Cell(count(row["n"])),
            Cell(count(row["unanswered"])),
            wait_cell(row["median"], row["median_low"], row["median_high"]),
            share_cell(row["attained"], row["attained_low"], row["attained_high"]),
        ]

    header = ["Channel", "Posts", "Unanswered", "Median wait", "Within 1 day"]
    return by_channel(table, "Response time by channel", header, cells, size="n", min_group=report.min_group)
