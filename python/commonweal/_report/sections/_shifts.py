"""When the mood shifted: a part of the section on sentiment."""

from typing import Any

import polars as pl

from commonweal import plot
from commonweal._report._data import Data
from commonweal._report._figure import figure
from commonweal._report._format import count
from commonweal._report._model import Figure

_LEAST_VOTES, _MOST_TOLD = 500, 3
_MOSTLY = 2 / 3


def shifts(report: Data) -> Figure | None:
    """The stretches of even mood; none where there is too little to tell them."""
    table = report.community.sentiment.shifts()
    votes = int(table["votes"].sum())
    if table["threshold"].drop_nulls().is_empty() or votes < _LEAST_VOTES:
        return None
    trend = report.community.sentiment.trend(every=report.every_with(votes, _LEAST_VOTES // 10))
    found = table.filter(pl.col("size").is_not_null()).sort(pl.col("size").abs(), descending=True)
    if found.is_empty():
        told = (
            "No shift of the mood: no change is larger than this community's own quiet days, put together anew, make "
            "one in one history of twenty."
        )
    else:
        told = " ".join(_told(row) for row in found.head(_MOST_TOLD).sort("time").iter_rows(named=True))
        told = f"{count(found.height, 'shift')} larger than chance makes. {told}"
    return figure(
        "shifts",
        plot.shifts(table, trend),
        f"{told} Dots are the means of periods, lines the level of each stretch; at a shift, the broad bar is what the "
        "same people made of it, and the rest is that others talked.",
        "A line of steps with one level for each stretch of even mood, over dots for the periods.",
    )


def _told(row: dict[str, Any]) -> str:
    way = "fell" if row["size"] < 0 else "rose"
    text = f"On {row['time']:%Y-%m-%d} it {way} by {abs(row['size']):.2f}"
    if row["mood"] is None or not row["size"]:
        return f"{text}."
    share = row["mood"] / row["size"]
    if share > _MOSTLY:
        return f"{text}, mostly among the same people."
    if share < 1 - _MOSTLY:
        return f"{text}, mostly because others talked."
    return f"{text}, in part because others talked."
