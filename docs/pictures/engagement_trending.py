"""A chat: the threads of a week that surprise most. What they are about stays with those who wrote them."""

from datetime import datetime, timezone
from pathlib import Path

import polars as pl

import commonweal as cw
from commonweal.plot._frame import AnyChart

CUT = datetime(2024, 5, 6, tzinfo=timezone.utc)


def draw(data: Path) -> AnyChart:
    """The first ten, by the names of their channels."""
    community = cw.read(data / "zulip-lean")
    first = community.events["time"].min()
    table = community.between(first, CUT).engagement.trending(top=10)
    return cw.plot.trending(table.with_columns(opener=pl.format("in {}", "channel")))
