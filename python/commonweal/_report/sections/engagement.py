"""How much is said and done."""

from typing import Any

from commonweal import plot
from commonweal._report._channels import by_channel
from commonweal._report._data import Data, complete
from commonweal._report._figure import figure
from commonweal._report._format import count, during, listed, ratio, unit
from commonweal._report._model import Cell, Figure, Section, Stat, Table

_ANCHOR, _TITLE, _QUESTION = "engagement", "Engagement", "How much is said, and how much of it finds an echo?"
_KPIS = ("engagement.activity", "engagement.rhythm")
_KINDS = (("posts", "post"), ("replies", "reply", "replies"), ("reactions", "reaction"))


def engagement(report: Data) -> Section:
    """The section on engagement."""
    report.step("engagement")
    kpi, every = report.community.engagement.activity, report.every
    whole = kpi()
    if whole.is_empty() or not whole["contributions"].sum():
        return Section(_ANCHOR, _TITLE, _QUESTION, "There are no posts, replies or reactions.", kpis=_KPIS)
    total = whole.row(0, named=True)
    # Without a single reaction the source is taken to have none on record: a zero would say that nobody reacts.
    reactions = bool(total["reactions"])
    kinds = "posts, replies and reactions" if reactions else "posts and replies"
    series = kpi(every=every)
    figures = []
    if series.height > 1:
        figures.append(
            figure(
                "activity",
                plot.activity(series),
                f"{kinds[0].upper()}{kinds[1:]} per {unit(every)}. A paler bar is a {unit(every)} that was not "
                "observed to its end.",
                f"Stacked bars of {kinds} per {unit(every)}.",
            )
        )
    figures += _rhythm(report)
    done = complete(series)
    latest = ""
    if done.height:
        last = done.row(-1, named=True)
        latest = (
            f" {during(last['period'], every)}, the last complete {unit(every)}, there were "
            f"{listed([count(last[name], *words) for name, *words in _KINDS[: 2 + reactions]])}."
        )
    return Section(
        _ANCHOR,
        _TITLE,
        _QUESTION,
        f"{_echo(total)}{latest}",
        stats=[
            Stat("Replies per post", ratio(total["replies_per_post"]), f"{count(total['posts'], 'post')} in all"),
            Stat("Contributions per member", ratio(total["contributions_per_member"]), _contributors(total)),
        ],
        figures=figures,
        tables=[table for table in (_channels(report, reactions=reactions),) if table],
        notes=["These are counts of everything in the data, not estimates, so they carry no interval."],
        kpis=_KPIS,
    )


def _rhythm(report: Data) -> list[Figure]:
    rhythm = report.community.engagement.rhythm()
    if not rhythm["contributions"].sum():
        return []
    return [
        figure(
            "rhythm",
            plot.heatmap(rhythm),
            f"When the week is busy: contributions by weekday and hour, on the clock of {report.community.tz}.",
            "A grid of seven weekdays by 24 hours: the darker, the more contributions.",
        )
    ]


def _echo(total: dict[str, Any]) -> str:
    if total["replies_per_post"] is None:
        return "There are replies or reactions, but no posts in the data that they could be set against."
    text = f"A post draws {ratio(total['replies_per_post'])} replies on average"
    if total["reactions"]:
        text += f", and a message {ratio(total['reactions_per_message'])} reactions"
    return (
        f"{text}; the average member who contributes does so {ratio(total['contributions_per_member'])} times over the "
        "whole time. Averages hide that a few members usually do much of it."
        if total["contributions_per_member"] is not None
        else f"{text}."
    )


def _contributors(total: dict[str, Any]) -> str:
    return count(total["contributors"], "contributor")


def _channels(report: Data, *, reactions: bool) -> Table | None:
    if not report.by_channel:
        return None
    table = report.community.engagement.activity(by="channel", min_group=report.min_group)
    columns = [("posts", "Posts"), ("replies", "Replies"), ("reactions", "Reactions"), ("contributors", "Members")]
    if not reactions:
        del columns[2]

    def cells(row: dict[str, Any]) -> list[Cell]:
        counts = [Cell(count(row[name])) for name, _ in columns]
        return [*counts, Cell(ratio(row["replies_per_post"]), soft=row["replies_per_post"] is None)]

    header = ["Channel", *(title for _, title in columns), "Replies per post"]
    return by_channel(table, "Activity by channel", header, cells, size="contributions", min_group=report.min_group)
