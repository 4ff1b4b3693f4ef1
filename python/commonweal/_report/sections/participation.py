"""How few do how much, and whether people talk with each other."""

from typing import Any

import polars as pl

from commonweal import plot
from commonweal._report._channels import by_channel
from commonweal._report._data import Data, complete
from commonweal._report._figure import figure
from commonweal._report._format import count, estimate, percent, ratio, share_cell, share_range, unit
from commonweal._report._model import Cell, Figure, Section, Stat, Table
from commonweal.plot._time import words

_ANCHOR, _TITLE = "participation", "Participation"
_QUESTION = "How few do how much of it, and do people talk with each other?"
_KPIS = ("engagement.inequality", "engagement.lorenz", "engagement.conversations")
_ENOUGH, _RESAMPLES = 30, 1_000
_RULE = (("lurker_share", 0.9), ("occasional_share", 0.09), ("heavy_share", 0.01))


def participation(report: Data) -> Section:
    """The section on inequality and conversations."""
    report.step("participation")
    kpis = report.community.engagement
    table = kpis.inequality(bootstrap=_RESAMPLES)
    row = table.row(0, named=True) if table.height else None
    if row is None or not row["members"]:
        lead = "Nobody is known to have posted, replied or reacted."
        return Section(_ANCHOR, _TITLE, _QUESTION, lead, kpis=_KPIS)
    talk = kpis.conversations()
    threads = talk.row(0, named=True) if talk.height else None
    curve = kpis.lorenz()
    return Section(
        _ANCHOR,
        _TITLE,
        _QUESTION,
        f"{_few(row)}{_least(curve)} {_rule(row)}".strip(),
        explanation=_talk(threads) if threads else "",
        stats=[*_stats(row), *(_talk_stats(threads) if threads else [])],
        figures=_figures(row, curve, threads, report),
        tables=[table for table in (_channels(report),) if table],
        notes=[
            "Unequal is not unhealthy: where a few experts answer many, they do most of it, and nobody is worse off."
        ],
        kpis=_KPIS,
    )


def _of(row: dict[str, Any], share: str) -> str:
    return estimate(row[share], row[f"{share}_low"], row[f"{share}_high"])


def _few(row: dict[str, Any]) -> str:
    if row["members"] == 1:
        return f"One member made all of the {count(row['contributions'], 'contribution')}."
    half = row["half_share_members"]
    return (
        f"Of the {count(row['members'], 'member')} who contributed, {half:,} made half of the "
        f"{count(row['contributions'], 'contribution')}."
    )


def _least(curve: pl.DataFrame) -> str:
    """What the less active half made: on the straight line between the points of the curve about one half."""
    if curve["members"].sum() < _ENOUGH:
        return ""
    below = curve.filter(pl.col("members_share") <= 0.5).row(-1, named=True)
    above = curve.filter(pl.col("members_share") > 0.5).row(0, named=True)
    rise = above["contributions_share"] - below["contributions_share"]
    part = (0.5 - below["members_share"]) / (above["members_share"] - below["members_share"])
    return f" The less active half made {percent(below['contributions_share'] + part * rise)}."


def _rule(row: dict[str, Any]) -> str:
    """The rule of 90, 9 and 1 in a hundred, against the intervals."""
    if row["lurker_share"] is None:
        return "How many only read is not known: no table tells who could have contributed."
    interval = share_range(row["lurker_share_low"], row["lurker_share_high"])
    text = (
        f"Another {count(row['lurkers'], 'member')} could have and did not: {_of(row, 'lurker_share')} of all "
        f"({interval}) only watch, {_of(row, 'occasional_share')} contribute from time to time, and "
        f"{_of(row, 'heavy_share')} make half of it."
    )
    off = [name for name, share in _RULE if not row[f"{name}_low"] <= share <= row[f"{name}_high"]]
    verdict = "does not hold here" if off else "is not contradicted by this"
    return f"{text} The rule of thumb of 90, 9 and 1 in a hundred {verdict}."


def _stats(row: dict[str, Any]) -> list[Stat]:
    of = f"of {row['members']:,} who contributed"
    stats = [Stat("Make half of it", count(row["half_share_members"], "member"), of)]
    if row["members"] >= _ENOUGH:
        ends = f"{row['gini_low']:.2f}–{row['gini_high']:.2f}" if row["gini_low"] is not None else ""
        under = f"95% interval {ends}; 0 is equal" if ends else "0 is equal"
        stats.append(Stat("Gini coefficient", f"{row['gini']:.2f}", under))
    return stats


def _talk(row: dict[str, Any]) -> str:
    text = (
        f"Of the {count(row['threads'], 'conversation')}, {_of(row, 'answered_share')} were answered by another "
        f"person ({share_range(row['answered_share_low'], row['answered_share_high'])})"
    )
    if row["two_way_share"] is not None:
        interval = share_range(row["two_way_share_low"], row["two_way_share_high"])
        text += f", and in {_of(row, 'two_way_share')} the one who began it wrote again after that ({interval})"
    text += f". {ratio(row['participants_mean'])} people take part in the average conversation"
    if row["duration_median"] is not None:
        text += f"; half of those with more than one message last {words(row['duration_median'])} or longer"
    if row["turn_taking"] is not None:
        text += f". {_of(row, 'turn_taking')} of the messages that follow another are by somebody else"
    return f"{text}."


def _talk_stats(row: dict[str, Any]) -> list[Stat]:
    if row["two_way_share"] is None:
        return []
    interval = share_range(row["two_way_share_low"], row["two_way_share_high"])
    return [Stat("Two-way conversations", _of(row, "two_way_share"), f"95% interval {interval}" if interval else "")]


def _figures(row: dict[str, Any], curve: pl.DataFrame, threads: dict[str, Any] | None, report: Data) -> list[Figure]:
    figures = []
    if row["members"] >= _ENOUGH:
        figures.append(
            figure(
                "lorenz",
                plot.lorenz(curve),
                "Which share of the contributions the least active members make together. On the dashed line all would "
                "make the same; the further the curve is from it, the fewer do most.",
                "Curve below a diagonal: cumulative share of contributions by share of members.",
            )
        )
    every = report.every_with(threads["threads"], _ENOUGH) if threads else report.every
    series = report.community.engagement.conversations(every=every, within="7d") if threads else pl.DataFrame()
    done = complete(series) if series.height else series
    if done.height > 2:
        figures.append(
            figure(
                "conversations",
                plot.conversations(done),
                f"By the {unit(every)} in which they began, and as they were a week later: conversations that another "
                "person answered, that were two-way, and messages that followed one by somebody else. 95% bands.",
                f"Three lines with bands per {unit(every)}: answered, two-way, turns taken.",
            )
        )
    return figures


def _channels(report: Data) -> Table | None:
    if not report.by_channel:
        return None
    table = report.community.engagement.conversations(by="channel", min_group=report.min_group)

    def cells(row: dict[str, Any]) -> list[Cell]:
        return [
            Cell(count(row["threads"])),
            Cell(ratio(row["participants_mean"])),
            *(
                share_cell(row[name], row[f"{name}_low"], row[f"{name}_high"])
                for name in ("answered_share", "two_way_share")
            ),
        ]

    header = ["Channel", "Conversations", "People", "Answered", "Two-way"]
    return by_channel(table, "Conversations by channel", header, cells, size="threads", min_group=report.min_group)
