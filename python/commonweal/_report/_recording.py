"""Keeps every KPI table that a report is made of, so that it can be handed out with it."""

import base64
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from io import BytesIO
from typing import Any, TypeVar

import polars as pl

from commonweal import _export
from commonweal._observed import Observed, Through
from commonweal._report._model import Download

T = TypeVar("T")

# Tables in which no member is named and no text is quoted.
_NAMELESS = frozenset(
    {
        "adoption.activation",
        "adoption.active_members",
        "adoption.funnel",
        "adoption.growth",
        "adoption.lifecycle",
        "adoption.power_users",
        "adoption.retention",
        "adoption.rolling_active",
        "engagement.activity",
        "engagement.conversations",
        "engagement.inequality",
        "engagement.lorenz",
        "engagement.rhythm",
        "network.flow",
        "network.newcomers",
        "network.silo_matrix",
        "network.silos",
        "quality",
        "response.backlog",
        "response.curve",
        "response.first_response",
        "response.incidence",
        "response.retention_effect",
        "response.return_curve",
        "sentiment.shifts",
        "sentiment.trend",
    }
)
_MOST_ROWS = 4_000


class Recording(Through):
    """A community that keeps the tables asked of it until they are taken."""

    __slots__ = ("_tables",)

    def __init__(self, of: Observed, tables: dict[str, pl.DataFrame] | None = None) -> None:
        super().__init__(of)
        self._tables: dict[str, pl.DataFrame] = {} if tables is None else tables

    def compute(self, name: str, options: Mapping[str, Any] | None = None, /) -> pl.DataFrame:
        """The KPI of this name."""
        table = self._of.compute(name, options)
        if name in _NAMELESS:
            self._tables.setdefault(_called(name, options or {}), table)
        return table

    def _together(self, works: Sequence[Callable[[Observed], T]]) -> list[T]:
        return self._of._together([partial(self._recorded, work) for work in works])

    def _recorded(self, work: Callable[[Observed], T], of: Observed) -> T:
        return work(Recording(of, self._tables))

    def taken(self) -> list[Download]:
        """The tables asked for since the last time, but for those that are too long for a page."""
        tables = dict(self._tables)
        self._tables.clear()
        return [Download(name, _data(table), table.height) for name, table in tables.items() if _fits(table)]


def _fits(table: pl.DataFrame) -> bool:
    return 0 < table.height <= _MOST_ROWS


def _called(name: str, options: Mapping[str, Any]) -> str:
    told = [options.get(option) for option in ("every", "by", "responder")]
    parts = [name, *("-".join(part) if isinstance(part, list | tuple) else str(part) for part in told if part)]
    return " ".join(part for part in parts if part != "any")


def _data(table: pl.DataFrame) -> str:
    buffer = BytesIO()
    _export.neutral(_export.plain(table)).write_csv(buffer)
    return f"data:text/csv;base64,{base64.b64encode(buffer.getvalue()).decode('ascii')}"
