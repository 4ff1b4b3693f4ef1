"""The tone of what is said."""

from typing import Any

import polars as pl

from commonweal import plot
from commonweal._report._channels import by_channel
from commonweal._report._data import Data, complete, thinned
from commonweal._report._figure import figure
from commonweal._report._format import count, during, percent, points, unit
from commonweal._report._model import Cell, Section, Stat, Table
from commonweal._report.sections._shifts import shifts

_ANCHOR, _TITLE, _QUESTION = "sentiment", "Sentiment", "Does the tone change?"
_KPIS = ("sentiment.trend", "sentiment.shifts")
_ENOUGH, _DRAWN = 30, 10


def sentiment(report: Data) -> Section:
    """The section on sentiment."""
    report.step("sentiment")
    if not report.has_text:
        lead = "The data carries no text, so nothing can be said about its tone."
        return Section(_ANCHOR, _TITLE, _QUESTION, lead, kpis=_KPIS)
    whole = report.community.sentiment.trend(every=None)
    if whole.is_empty() or whole["net"].item() is None:
        lead = "None of the messages has a tone that could be scored."
        return Section(_ANCHOR, _TITLE, _QUESTION, lead, kpis=_KPIS)
    every = report.every_with(whole["n"].item(), _ENOUGH)
    series = report.community.sentiment.trend(every=every)
    last = complete(series).tail(1).to_dicts()
    enough = bool(last) and (last[0]["n"] or 0) >= _ENOUGH and last[0]["net"] is not None
    shown = last[0] if enough else whole.row(0, named=True)
    when = during(shown["period"], every) if enough else "Over the whole time"
    change = _change(shown, unit(every)) if enough else _too_few(last, unit(every))
    figures = []
    few = series.filter(pl.col("n") < _DRAWN).height
    if series.height - few > 1:
        name = unit(every)
        left_out = f" A {name} with fewer than {_DRAWN} messages is left out." if few else ""
        figures.append(
            figure(
                "tone",
                plot.sentiment_trend(thinned(series, ("positive", "negative", "net"), _DRAWN)),
                f"Share of positive messages (above the line) and negative ones (below it) per {name}; the line is the "
                f"net index, positive less negative. A paler bar is a {name} that was not observed to its end."
                + left_out,
                f"Bars of positive and negative shares per {name}, with a line of their difference.",
            )
        )
    figures.extend(found for found in (shifts(report),) if found)
    return Section(
        _ANCHOR,
        _TITLE,
        _QUESTION,
        f"{_level(shown, when)} {change}",
        stats=[Stat("Net index", points(shown["net"]), f"points of 100, {when[:1].lower()}{when[1:]}")],
        figures=figures,
        tables=[table for table in (_channels(report),) if table],
        notes=[
            "The scores come from word lists and rules (VADER) and were not checked against messages of this community "
            "that a person labelled. Their level is an index: compare it with itself over time, not with other "
            "communities. They do not understand irony, nor languages other than English."
        ],
        kpis=_KPIS,
    )


def _level(row: dict[str, Any], when: str) -> str:
    unscored = row["not_scored"] or 0
    text = (
        f"{when}, {percent(row['positive'])} of {count(row['n'], 'message')} scored positive and "
        f"{percent(row['negative'])} negative: a net index of {points(row['net'])} points."
    )
    return f"{text} {percent(unscored)} could not be scored." if unscored >= 0.05 else text


def _too_few(last: list[dict[str, Any]], name: str) -> str:
    if not last:
        return f"There is no complete {name} yet, so nothing can be said about a change."
    return f"The last complete {name} has {count(last[0]['n'] or 0, 'message')}: too few to speak of a change."


def _change(last: dict[str, Any], name: str) -> str:
    if last["change"] is None:
        return f"There is no {name} before it to compare with."
    change, low, high = (points(last[column]) for column in ("change", "change_low", "change_high"))
    moved = f"{'rose' if last['change'] > 0 else 'fell'} by {change.lstrip('+−')} points against the {name} before"
    if last["change_low"] is None or last["change_high"] is None:
        return f"It {moved}; there are too few authors for an interval."
    if not round(100 * last["change"]):
        return f"It is where it was in the {name} before (95% interval of the change {low} to {high})."
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
