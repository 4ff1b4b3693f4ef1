"""Who holds the community together, and where people go."""

from collections.abc import Callable
from typing import Any

import polars as pl

from commonweal import plot
from commonweal._report._data import Data
from commonweal._report._figure import figure
from commonweal._report._format import count, percent, share_cell, unit, wait_cell
from commonweal._report._model import Cell, Figure, Section, Stat, Table
from commonweal._report.sections import _silos
from commonweal.plot._time import words
from commonweal.typing import Every

_ANCHOR, _TITLE, _QUESTION = "network", "Network", "Who holds the community together, and where do people go?"
_KPIS = ("network.edges", "network.leaders", "network.newcomers", "network.flow", *_silos.KPIS)
_LEADERS, _CHANNELS, _NARROW_CHANNELS = 15, 10, 5
_PERIODS: tuple[tuple[int, Every], ...] = ((90, "1mo"), (0, "1w"))


def network(report: Data) -> Section:
    """The section on the network."""
    report.step("network")
    edges = report.community.network.edges()
    if edges.is_empty():
        lead = "Nobody answers anybody in the data, so there is no network to look at."
        return Section(_ANCHOR, _TITLE, _QUESTION, lead, kpis=_KPIS)
    leaders = report.community.network.leaders(top=_LEADERS)
    return Section(
        _ANCHOR,
        _TITLE,
        _QUESTION,
        f"{_ties(edges)} {_half(edges)}",
        stats=[stat(edges) for stat in _STATS],
        figures=[drawn for figure_of in _FIGURES if (drawn := figure_of(report, leaders))],
        tables=[table for table_of in _TABLES if (table := table_of(report))],
        notes=[
            "A tie is one or more replies of one member to another: to the author of the message that a reply names "
            "or, where it names none, of the post that opened the thread. Replies to oneself tie nobody."
        ],
        kpis=_KPIS,
    )


def _ties(edges: pl.DataFrame) -> str:
    people = pl.concat([edges["source"], edges["target"]]).n_unique()
    return (
        f"{count(people, 'member')} {'is' if people == 1 else 'are'} tied to another by {count(edges.height, 'tie')}, "
        f"made of {count(int(edges['replies'].sum()), 'reply', 'replies')}."
    )


def _half(edges: pl.DataFrame) -> str:
    given = edges.group_by("source").agg(pl.col("replies").sum()).sort("replies", descending=True)["replies"]
    few = int((given.cum_sum() < given.sum() / 2).sum()) + 1
    return f"Half of all replies come from {count(few, 'member')} of the {count(given.len())} who reply at all."


def _returned(edges: pl.DataFrame) -> Stat:
    back = edges.join(edges, left_on=["source", "target"], right_on=["target", "source"], how="semi").height
    return Stat("Ties that are returned", percent(back / edges.height), f"{back:,} of {count(edges.height, 'tie')}")


def _partners(edges: pl.DataFrame) -> Stat:
    both = pl.concat([edges.select("source", "target"), edges.select(source="target", target="source")]).unique()
    partners = both.group_by("source").len()["len"].sort()
    middle, most = partners[(partners.len() - 1) // 2], partners[-1]
    return Stat("Partners of a member", f"{middle:,}", f"half have as many or fewer; the most are {most:,}")


_STATS: tuple[Callable[[pl.DataFrame], Stat], ...] = (_returned, _partners)


def _leaders(_: Data, leaders: pl.DataFrame) -> Figure | None:
    if leaders.height < 2:
        return None
    numbered = leaders.with_columns(member=pl.format("no. {}", pl.int_range(1, pl.len() + 1)))
    rising = int(leaders["rising"].sum() or 0)
    news = f" {count(rising, 'of them is', 'of them are')} on the rise (▲)." if rising else ""
    return figure(
        "leaders",
        plot.leaders(numbered, top=_LEADERS),
        f"The first {leaders.height} members by help given (PageRank from who is answered to who answers), and how far "
        "each rank rests on few replies: the bar is the 95% interval of a bootstrap. Where bars overlap, the order may "
        f"be chance.{news} Names are left out.",
        "Dots with bars: the ranks of the leading members, with intervals.",
    )


def _flow(report: Data, _: pl.DataFrame) -> Figure | None:
    if not report.by_channel:
        return None
    every = next(every for days, every in _PERIODS if report.days >= days)
    flow = report.community.network.flow(every=every, min_group=report.min_group)
    if flow.drop_nulls("members").is_empty():
        return None
    return figure(
        "flow",
        plot.flow(flow, top=_CHANNELS),
        f"Of those active in a channel (rows), the share that is active in each channel the {unit(every)} after "
        "(columns). Who is active in several counts in each. A blank cell: nobody, or too few to be shown.",
        f"A grid of channels: the share of those active in one who are active in the other the {unit(every)} after.",
        narrow=plot.flow(flow, top=_NARROW_CHANNELS),
    )


_FIGURES: tuple[Callable[[Data, pl.DataFrame], Figure | None], ...] = (
    _leaders,
    _flow,
    _silos.communities,
    _silos.matrix,
)


def _newcomers(report: Data) -> Table | None:
    table = report.community.network.newcomers(tied_by="answered", within=("7d", "30d"))
    if table.is_empty():
        return None
    rows = []
    for (k,), part in table.group_by("k", maintain_order=True):
        first: dict[str, Any] = part.row(0, named=True)
        median = wait_cell(first["median"], first["median_low"], first["median_high"])
        reached = [share_cell(r["attained"], r["attained_low"], r["attained_high"]) for r in part.iter_rows(named=True)]
        rows.append([Cell(count(int(str(k)), "member")), Cell(count(first["tied"])), median, *reached])
    members = count(table["n"][0], "newcomer")
    note = f"Of {members}; who has not got there yet counts as having taken at least until the end of observation."
    header = [
        "Answered by",
        "So far",
        "Median time",
        *(f"Within {words(length)}" for length in table["within"].head(2)),
    ]
    return Table("How soon others turn to newcomers", header, rows, note)


_TABLES: tuple[Callable[[Data], Table | None], ...] = (_newcomers, _silos.silos)
