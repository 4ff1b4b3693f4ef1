"""Which row groups may hold events of a time, by what Parquet says of them."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, Final, TypeVar

import polars as pl

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile

S = TypeVar("S")

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MICROS: Final = {"milliseconds": 1_000, "microseconds": 1, "nanoseconds": 1}
_A_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Window:
    """From `start` to before `end`."""

    start: datetime
    end: datetime

    def within(self, other: "Window | None") -> "Window":
        """The time that is in both."""
        return self if other is None else Window(max(self.start, other.start), min(self.end, other.end))

    def holds(self) -> pl.Expr:
        """Whether an event is in it."""
        return (pl.col("time") >= self.start) & (pl.col("time") < self.end)


@dataclass(frozen=True)
class Group:
    """A row group, and the times of its events where they are known."""

    number: int
    rows: int
    size: int
    span: tuple[datetime, datetime] | None

    def may_hold(self, window: Window | None) -> bool:
        """Whether any of its events may be in this time."""
        if window is None or self.span is None:
            return True
        return self.span[0] < window.end and self.span[1] >= window.start


def groups(source: "ParquetFile", time: str | None) -> list[Group]:
    """The row groups of a file, with the times of this column where the file tells them."""
    metadata, made = source.metadata, []
    leaves = [source.schema.column(at).path for at in range(len(source.schema))]
    at = leaves.index(time) if time in leaves else None
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        span = None if at is None else _span(group.column(at))
        made.append(Group(number, group.num_rows, group.total_byte_size, span))
    return made


def _span(chunk: Any) -> tuple[datetime, datetime] | None:
    told = chunk.statistics
    if told is None or not told.has_min_max or told.null_count is None:
        return None
    unit = json.loads(told.logical_type.to_json())
    if unit.get("Type") != "Timestamp" or unit.get("timeUnit") not in _MICROS:
        return None
    try:
        low, high = (_instant(raw, unit["timeUnit"]) for raw in (told.min_raw, told.max_raw))
    except (OverflowError, TypeError):
        return None
    # A time without a zone is read in one, which may be half a day away and more.
    slack = timedelta() if unit.get("isAdjustedToUTC") else _A_DAY
    return low - slack, high + slack + timedelta(microseconds=1)


def _instant(raw: int, unit: str) -> datetime:
    micros = raw // 1_000 if unit == "nanoseconds" else raw * _MICROS[unit]
    return _EPOCH + timedelta(microseconds=micros)


def last(
    seen: datetime | None,
    skipped: Sequence[S],
    end: datetime,
    read: Callable[[S], Iterator[pl.DataFrame]],
    of: Callable[[S], Group],
) -> datetime | None:
    """The last event of all before `end`, or `end` where one is later; what was skipped is read where it may tell."""
    known = [(span[1], group) for group in skipped if (span := of(group).span) is not None]
    for latest, group in sorted(known, key=lambda one: one[0], reverse=True):
        if seen is not None and (seen >= end or seen >= latest):
            break
        for events in read(group):
            found: datetime | None = events["time"].max()  # type: ignore[assignment]  # of a column of times
            if found is not None:
                seen = found if seen is None else max(seen, found)
    return seen if seen is None else min(seen, end)
