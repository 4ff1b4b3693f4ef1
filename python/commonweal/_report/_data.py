"""The KPI tables of a report, each computed once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

import polars as pl

from commonweal._observed import Facts, Observed
from commonweal._report._recording import Recording
from commonweal.typing import Every

TARGETS = ("1h", "1d")
_LONGEST: tuple[tuple[int, Every], ...] = ((35, "1d"), (600, "1w"), (2500, "1mo"), (7400, "1q"))
_DAYS: dict[Every, int] = {"1d": 1, "1w": 7, "1mo": 30, "1q": 91, "1y": 365}


@dataclass(frozen=True)
class Data:
    """A community and what the sections ask of it."""

    community: Recording
    facts: Facts
    min_group: int
    step: Callable[[str], object]
    other: Observed | None = None
    other_name: str = ""

    @cached_property
    def every(self) -> Every:
        """The period that gives a series of a readable length."""
        return next((every for longest, every in _LONGEST if self.days <= longest), "1y")

    def every_with(self, acts: int, enough: int) -> Every:
        """That period, or the next longer one that has enough of so many acts on average."""
        longer = list(_DAYS)[list(_DAYS).index(self.every) :]
        return next((every for every in longer if acts * _DAYS[every] >= enough * self.days), "1y")

    @cached_property
    def days(self) -> int:
        """The days from the first event to the last."""
        span = self.community.span
        return 0 if span is None else (span[1] - span[0]).days

    @cached_property
    def zone(self) -> ZoneInfo:
        """The community's zone."""
        return ZoneInfo(self.community.tz)

    @cached_property
    def by_channel(self) -> bool:
        """Whether there are channels to compare."""
        return self.facts.channels > 1

    @cached_property
    def has_staff(self) -> bool:
        """Whether the members table knows of staff."""
        members = self.community.members
        return members is not None and "role" in members.columns and (members["role"].cast(pl.String) == "staff").any()

    @cached_property
    def has_text(self) -> bool:
        """Whether any event carries text."""
        return self.facts.texts


def thinned(table: pl.DataFrame, columns: Sequence[str], least: int) -> pl.DataFrame:
    """The table with nulls in place of what rests on fewer than `least`: a gap in a chart."""
    return table.with_columns(pl.when(pl.col("n") >= least).then(pl.col(name)).alias(name) for name in columns)


def complete(table: pl.DataFrame) -> pl.DataFrame:
    """The periods that were observed to their end."""
    return table.filter(pl.col("complete")) if "complete" in table.columns else table
