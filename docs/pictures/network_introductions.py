"""A real community: pairs who should get to know each other. Names are left out."""

from pathlib import Path

import polars as pl

import commonweal as cw
from commonweal.plot._frame import AnyChart


def draw(data: Path) -> AnyChart:
    """The first pairs of a chat, numbered, with the channels that they share."""
    pairs = cw.read(data / "zulip-lean").network.introductions(top=12).drop("terms")
    people = pl.concat([pairs["member_a"], pairs["member_b"]]).unique(maintain_order=True).to_list()
    numbers = {name: f"no. {place}" for place, name in enumerate(people, start=1)}
    return cw.plot.introductions(pairs.with_columns(pl.col("member_a", "member_b").replace(numbers)))
