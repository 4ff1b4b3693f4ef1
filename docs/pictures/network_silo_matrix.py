"""A real community: which regulars answer which others, by the channel they write in most."""

from pathlib import Path

import polars as pl

import commonweal as cw
from commonweal.plot._frame import AnyChart


def draw(data: Path) -> AnyChart:
    """The matrix of a chat whose members are put by channel."""
    events = cw.read(data / "zulip-lean").events
    wrote = events.filter(pl.col("kind").is_in(["post", "reply"]), pl.col("member").is_not_null())
    by_channel = wrote.group_by("member", "channel").len().sort(["len", "channel"], descending=[True, False])
    home = by_channel.group_by("member", maintain_order=True).first().select("member", home="channel")
    return cw.plot.silo_matrix(cw.Community(events, home).network.silo_matrix(unit="home"))
