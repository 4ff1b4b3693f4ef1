"""A question-and-answer site: which share of each quarter's newcomers comes back."""

from pathlib import Path

import commonweal as cw
from commonweal.plot._frame import AnyChart


def draw(data: Path) -> AnyChart:
    """Quarterly cohorts by first activity."""
    community = cw.read(data / "stackexchange-beer-2017")
    return cw.plot.retention(community.adoption.retention(every="1q"))
