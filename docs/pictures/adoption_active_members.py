"""A question-and-answer site: which share of those who have joined takes part."""

from pathlib import Path

import polars as pl

import commonweal as cw
from commonweal.plot._frame import AnyChart


def draw(data: Path) -> AnyChart:
    """Weeks from the opening on."""
    community = cw.read(data / "stackexchange-quantumcomputing-2018")
    return cw.plot.adoption_rate(community.adoption.active_members().filter(pl.col("complete")))
