"""Who asks is told what is known, and what is not is noted, so that all of it is computed together."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, TypeVar

import polars as pl

from commonweal import _options
from commonweal._observed import Facts, Observed
from commonweal.exceptions import CommonwealError

T = TypeVar("T")

Ask = tuple[str, Mapping[str, Any]]
"""A KPI, and its options."""


class UnknownError(CommonwealError):
    """This is not known yet."""


class Asking(Observed):
    """A community of which some tables are known."""

    __slots__ = ("_known", "_of", "missing")

    def __init__(self, of: Observed, known: Mapping[str, pl.DataFrame | CommonwealError]) -> None:
        self._of, self._known = of, known
        self.missing: dict[str, Ask] = {}

    def compute(self, name: str, options: Mapping[str, Any] | None = None, /) -> pl.DataFrame:
        """The KPI of this name, where it is known."""
        return self._told((name, options or {}))

    def _told(self, ask: Ask) -> pl.DataFrame:
        key = called(ask)
        if key not in self._known:
            self.missing[key] = ask
            raise UnknownError(f"{ask[0]} is not known yet")
        table = self._known[key]
        if isinstance(table, CommonwealError):
            raise table
        return table

    def _together(self, works: Sequence[Callable[[Observed], T]]) -> list[T]:
        """The results, once all is known that the pieces of work ask for."""
        done: list[T] = []
        for work in works:
            with suppress(UnknownError):
                done.append(work(self))
        if self.missing:
            raise UnknownError("some of it is not known yet")
        return done

    @property
    def tz(self) -> str:
        """The zone of the calendar periods."""
        return self._of.tz

    @property
    def as_of(self) -> datetime:
        """The end of observation."""
        return self._of.as_of

    @property
    def n_events(self) -> int:
        """The number of events."""
        return self._of.n_events

    @property
    def n_members(self) -> int:
        """The number of members that did something."""
        return self._of.n_members

    @property
    def n_threads(self) -> int:
        """The number of conversations."""
        return self._of.n_threads

    @property
    def span(self) -> tuple[datetime, datetime] | None:
        """The times of the first and the last event."""
        return self._of.span

    @property
    def members(self) -> pl.DataFrame | None:
        """The members table."""
        return self._of.members

    def _columns(self) -> Sequence[str]:
        return self._of._columns()

    def _facts(self) -> Facts:
        return self._of._facts()

    def _with_keys(self, checks: pl.DataFrame) -> pl.DataFrame:
        return self._of._with_keys(checks)


def called(ask: Ask) -> str:
    """The same for what is asked twice."""
    return f"{ask[0]} {json.dumps(json.loads(_options.to_json(ask[1])), sort_keys=True)}"
