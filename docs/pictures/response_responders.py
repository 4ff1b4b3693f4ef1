"""A real community: which share of the first responses each of the busiest gives. Names are left out."""

from pathlib import Path

import polars as pl

import commonweal as cw
from commonweal.plot._frame import AnyChart


def draw(data: Path) -> AnyChart:
    """The busiest first responders of a forum, numbered."""
    table = cw.read(data / "discourse-urho3d").response.responders()
    return cw.plot.responders(table.with_columns(responder=pl.format("no. {}", pl.int_range(1, pl.len() + 1))))
