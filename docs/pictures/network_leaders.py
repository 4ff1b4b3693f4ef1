"""A real community: the first twenty of its network, with intervals. Names are left out."""

from pathlib import Path

import polars as pl

import commonweal as cw
from commonweal.plot._frame import AnyChart


def draw(data: Path) -> AnyChart:
    """The leaders of a forum, numbered."""
    table = cw.read(data / "discourse-urho3d").network.leaders()
    return cw.plot.leaders(table.with_columns(member=pl.format("no. {}", pl.int_range(1, pl.len() + 1))))
