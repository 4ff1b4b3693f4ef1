"""Alerts: periods that are not like those before them, at a stated number of false ones a year."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise
from math import sqrt
from typing import TYPE_CHECKING

import polars as pl

from commonweal._health.change import student
from commonweal._health.indicators import INDICATORS, Asked, read

if TYPE_CHECKING:
    from commonweal._observed import Observed

SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "period": pl.Date,
    "indicator": pl.String,
    "kpi": pl.String,
    "unit": pl.String,
    "rule": pl.String,
    "value": pl.Float64,
    "expected": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "direction": pl.String,
    "better": pl.String,
    "note": pl.String,
}

_A_YEAR = {"1d": 365.25, "1w": 52.18, "1mo": 12.0, "1q": 4.0, "1y": 1.0}
_FEWEST, _LONGEST = 12, 52
_RECENT, _LAMBDA = 4, 0.4
# The mean moving range of k points of normal noise is 1.128 standard deviations, and about as sure as 0.62 (k − 1)
# independent ones are (Montgomery 2019 gives both).
_RANGE, _FREEDOM = 1.128, 0.62


@dataclass(frozen=True)
class Annotation:
    """What is known to have happened: from `at` on, or from `at` to before `until`."""

    at: date
    until: date | None
    label: str


@dataclass(frozen=True)
class _Series:
    """The periods of an indicator, what they measured, and whether others may be held against them."""

    starts: Sequence[date]
    ends: Sequence[date]
    values: Sequence[float]
    usable: Sequence[bool]

    def baseline(self, end: int, launches: Sequence[date]) -> list[float]:
        """What a point is held against: those before `end`, since the last launch where that is enough."""
        known = [place for place in range(end) if self.usable[place]]
        for launch in launches:
            since = [place for place in known if self.starts[place] >= launch]
            if len(since) >= _FEWEST:
                known = since
                break
        return [self.values[place] for place in known[-_LONGEST:]]


def alerts(community: "Observed", asked: Asked, budget: float, annotations: Sequence[Annotation]) -> pl.DataFrame:
    """One row for each alert, by period."""
    read_all = [(indicator, read(indicator, community, asked)) for indicator in INDICATORS]
    watched = [
        (indicator, _series(table, asked, annotations)) for indicator, table in read_all if table.height > _FEWEST
    ]
    if not watched:
        return pl.DataFrame(schema=SCHEMA)
    # Each point is looked at in two ways, and each look may use up its share of the budget.
    chance = min(0.5, budget / (_A_YEAR[asked.every] * len(watched) * 2))
    launches = sorted((note.at for note in annotations if note.until is None), reverse=True)
    rows: list[dict[str, object]] = []
    for indicator, series in watched:
        for place in range(_FEWEST, len(series.values)):
            for rule, recent in (("xmr", 1), ("ewma", _RECENT)):
                seen = _look(series, place, recent, launches, chance)
                if seen is None:
                    continue
                figure, expected, reach = seen
                rows.append(
                    {
                        "period": series.starts[place],
                        "indicator": indicator.name,
                        "kpi": indicator.kpi,
                        "unit": indicator.unit,
                        "rule": rule,
                        "value": figure,
                        "expected": expected,
                        "low": expected - reach,
                        "high": expected + reach,
                        "direction": "up" if figure > expected else "down",
                        "better": indicator.better,
                        "note": _note(series, place, annotations),
                    }
                )
    return pl.DataFrame(rows, schema=SCHEMA, orient="row").sort("period", "indicator", "rule", maintain_order=True)


def _series(table: pl.DataFrame, asked: Asked, annotations: Sequence[Annotation]) -> _Series:
    starts = table["period"].to_list()
    ends = table.select(pl.col("period").dt.offset_by(asked.every)).to_series().to_list()
    usable = [
        not any(note.until is not None and note.at < end and start < note.until for note in annotations)
        for start, end in zip(starts, ends, strict=True)
    ]
    return _Series(starts, ends, table["value"].to_list(), usable)


def _look(
    series: _Series, place: int, recent: int, launches: Sequence[date], chance: float
) -> tuple[float, float, float] | None:
    """The figure, what was expected, how far off it may be; None where it is nearer, or too little is known."""
    baseline = series.baseline(place - recent + 1, launches)
    points = len(baseline)
    if points < _FEWEST:
        return None
    ranges = [abs(b - a) for a, b in pairwise(baseline)]
    spread = sum(ranges) / len(ranges) / _RANGE
    if spread <= 0:
        return None
    weights = [(1 - _LAMBDA) ** i for i in range(recent)]
    weights = [weight / sum(weights) for weight in weights]
    figure = sum(weight * series.values[place - i] for i, weight in enumerate(weights))
    expected = sum(baseline) / points
    # The baseline's mean is an estimate too, and so is its spread.
    error = spread * sqrt(sum(weight * weight for weight in weights) + 1 / points)
    reach = _student(chance, _FREEDOM * (points - 1)) * error
    return (figure, expected, reach) if abs(figure - expected) > reach else None


_student = cache(student)


def _note(series: _Series, place: int, annotations: Sequence[Annotation]) -> str | None:
    """What is known of the period: an outage in it, or a launch that its baseline does not know yet."""
    start, end = series.starts[place], series.ends[place]
    labels = []
    for note in annotations:
        if note.until is not None:
            held = note.at < end and start < note.until
        else:
            held = note.at < end and sum(note.at <= other < start for other in series.starts) < _FEWEST + _RECENT
        if held:
            labels.append(note.label)
    return ", ".join(labels) or None
