"""The tone of what is said."""

from typing import Any

import polars as pl

from commonweal import plot
from commonweal.report._channels import by_channel
from commonweal.report._data import Data, complete
from commonweal.report._figure import figure
from commonweal.report._format import count, percent, period, points, unit
from commonweal.report._model import Cell, Section, Stat, Table

_ANCHOR, _TITLE, _QUESTION = "sentiment", "Sentiment", "Does the tone change?"
_KPIS = ("sentiment.trend",)


def sentiment(report: Data) -> Section:
    """The section on sentiment."""
    report.step("sentiment")
    if not report.has_text:
        lead = "The data carries no text, so nothing can be said about its tone."
        return Section(_ANCHOR, _TITLE, _QUESTION, lead, kpis=_KPIS)
    series = report.community.sentiment.trend(every=report.every)
    scored = complete(series).filter(pl.col("net").is_not_null())
    if scored.is_empty():
        lead = f"No complete {unit(report.every)} has a message whose tone could be scored."
        return Section(_ANCHOR, _TITLE, _QUESTION, lead, kpis=_KPIS)
    last = scored.row(-1, named=True)
    figures = []
    if series.height > 1:
        name = unit(report.every)
        figures.append(
            figure(
                "tone",
                plot.sentiment_trend(series),
                f"Share of positive messages (above the line) and negative ones (below it) per {name}; the line is the "
                f"net index, positive less negative. A paler bar is a {name} that was not observed to its end.",
                f"Bars of positive and negative shares per {name}, with a line of their difference.",
            )
        )
    return Section(
        _ANCHOR,
        _TITLE,
        _QUESTION,
        f"{_level(last, report)} {_change(last, report)}",
        stats=[Stat("Net index", points(last["net"]), f"points of 100, {period(last['period'], report.every)}")],
        figures=figures,
        tables=[table for table in (_channels(report),) if table],
        notes=[
            "The scores come from word lists and rules (VADER) and were not checked against messages of this community "
            "that a person labelled. Their level is an index: compare it with itself over time, not with other "
            "communities. They do not understand irony, nor languages other than English."
        ],
        kpis=_KPIS,
    )


def _level(last: dict[str, Any], report: Data) -> str:
    unscored = last["not_scored"] or 0
    text = (
        f"In the {period(last['period'], report.every)}, {percent(last['positive'])} of {count(last['n'], 'message')} "
        f"scored positive and {percent(last['negative'])} negative: a net index of {points(last['net'])} points."
    )
    return f"{text} {percent(unscored)} could not be scored." if unscored >= 0.05 else text


def _change(last: dict[str, Any], report: Data) -> str:
    name = unit(report.every)
    if last["change"] is None:
        return f"There is no {name} before it to compare with."
    change, low, high = (points(last[column]) for column in ("change", "change_low", "change_high"))
    moved = f"{'rose' if last['change'] > 0 else 'fell'} by {change.lstrip('+−')} points against the {name} before"
    if last["change_low"] is None or last["change_high"] is None:
        return f"It {moved}; there are too few authors for an interval."
    if last["change_low"] <= 0 <= last["change_high"]:
        return f"It {moved} (95% interval of the change {low} to {high}): that may well be chance."
    return f"It {moved} (95% interval of the change {low} to {high}): more than chance among authors would explain."


def _channels(report: Data) -> Table | None:
    if not report.by_channel:
        return None
    table = report.community.sentiment.trend(every=None, by="channel", min_group=report.min_group)

    def cells(row: dict[str, Any]) -> list[Cell]:
        shares = [Cell(percent(row[name]), soft=row[name] is None) for name in ("positive", "negative")]
        return [Cell(count(row["n"])), *shares, Cell(points(row["net"]), soft=row["net"] is None)]

    header = ["Channel", "Messages", "Positive", "Negative", "Net index"]
    return by_channel(table, "Tone by channel, whole time", header, cells, size="n", min_group=report.min_group)
