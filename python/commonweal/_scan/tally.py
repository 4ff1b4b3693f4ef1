"""What is counted of events, whatever they are brought together by, and how many buckets fit."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

import polars as pl

TALLIED: Final = ("time", "member", "channel", "platform", "text")


class Tally:
    """Counts of events."""

    span: tuple[datetime, datetime] | None = None

    def __init__(self) -> None:
        self.events = self.unknown = 0
        self.channels: set[str | None] = set()
        self.platforms: set[str] = set()
        self.texts = False

    def add(self, rows: pl.DataFrame) -> None:
        """More events."""
        if not rows.height:
            return
        self.events += rows.height
        self.unknown += rows["member"].null_count()
        first, last = rows.select(pl.col("time").min(), last=pl.col("time").max()).row(0)
        self.span = (first, last) if self.span is None else (min(first, self.span[0]), max(last, self.span[1]))
        if "channel" in rows.columns:
            self.channels |= set(rows["channel"].unique())
        if "platform" in rows.columns:
            self.platforms |= set(rows["platform"].cast(pl.String).drop_nulls().unique())
        self.texts = self.texts or ("text" in rows.columns and rows["text"].null_count() < rows.height)


def grouped(sizes: Sequence[int], most: int) -> Iterator[list[int]]:
    """Buckets one after another, as many together as fit."""
    group: list[int] = []
    held = 0
    for bucket, size in enumerate(sizes):
        if group and held + size > most:
            yield group
            group, held = [], 0
        group.append(bucket)
        held += size
    yield group
