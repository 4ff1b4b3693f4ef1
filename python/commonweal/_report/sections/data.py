"""What the data is, and what is wrong with it."""

import polars as pl

from commonweal._report._data import Data
from commonweal._report._format import NONE, count, day, percent
from commonweal._report._model import Cell, Section, Table

_ANCHOR, _TITLE, _QUESTION = "data", "The data", "What is counted here, and how far can it be trusted?"


def data(report: Data) -> Section:
    """The first section."""
    community = report.community
    span = community.span
    if span is None:
        lead = "There are no events, so there is nothing to measure."
    else:
        first, last = (moment.astimezone(report.zone).date() for moment in span)
        lead = (
            f"{count(community.n_events, 'event')} by {count(community.n_members, 'member')} "
            f"in {count(community.n_threads, 'conversation')}, from {day(first)} to {day(last)}. " + _unknown(report)
        )
    checks = community.quality()
    return Section(
        _ANCHOR, _TITLE, _QUESTION, lead, tables=_tables(checks), notes=_notes(report, checks), kpis=("quality",)
    )


def _unknown(report: Data) -> str:
    missing = report.facts.unknown
    if not missing:
        return "Every event has a known author."
    share = percent(missing / report.community.n_events, 1)
    return f"{share} of the events have no known author: they count as volume, never as members."


def _tables(checks: pl.DataFrame) -> list[Table]:
    found = checks.filter((pl.col("count") != 0) | pl.col("count").is_null())
    rows = [
        [
            Cell(_sentence(row["check"])),
            Cell(count(row["count"]), soft=row["count"] is None),
            Cell(percent(row["share"], 1), soft=row["share"] is None),
            Cell(row["detail"] or "", soft=True),
        ]
        for row in found.iter_rows(named=True)
    ]
    return [Table("Checks of the data", ["Check", "Rows", "Share", "Detail"], rows, words=True)] if rows else []


def _notes(report: Data, checks: pl.DataFrame) -> list[str]:
    notes = []
    clean = checks.filter(pl.col("count") == 0)["check"].to_list()
    if clean:
        notes.append(f"Looked for and not found: {', '.join(clean)}.")
    if report.community.members is None:
        notes.append(
            "There is no members table, so staff and bots cannot be told apart from other members, "
            "and the share of members who are active cannot be given."
        )
    end = report.community.as_of.astimezone(report.zone)
    notes.append(
        f"Calendar periods are those of the time zone {report.community.tz}. Observation ends on "
        f"{day(end.date())} at {end:%H:%M}; what had not happened by then is not "
        "known to have happened. Bots, where they are known, are left out of every figure below."
    )
    return notes


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] if text else NONE
