"""A real community: who ties the regulars of its channels together. Names are left out."""

from pathlib import Path

import polars as pl
from _home import by_home

import commonweal as cw
from commonweal.plot._frame import AnyChart


def draw(data: Path) -> AnyChart:
    """The first bridges of a chat, numbered."""
    table = by_home(cw.read(data / "zulip-lean")).network.bridges(unit="home", top=12)
    return cw.plot.bridges(table.with_columns(member=pl.format("no. {}", "rank")))
