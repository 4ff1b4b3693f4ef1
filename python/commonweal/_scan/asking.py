"""Who asks is told what is known, and what is not is noted, so that all of it is computed together."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, TypeVar

import polars as pl

from commonweal import _options
from commonweal._observed import Observed, Through
from commonweal.exceptions import CommonwealError

T = TypeVar("T")

Ask = tuple[str, Mapping[str, Any]]
"""A KPI, and its options."""


class UnknownError(CommonwealError):
    """This is not known yet."""


class Asking(Through):
    """A community of which some tables are known."""

    __slots__ = ("_known", "missing")

    def __init__(self, of: Observed, known: Mapping[str, pl.DataFrame | CommonwealError]) -> None:
        super().__init__(of)
        self._known = known
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


def called(ask: Ask) -> str:
    """The same for what is asked twice."""
    return f"{ask[0]} {json.dumps(json.loads(_options.to_json(ask[1])), sort_keys=True)}"
