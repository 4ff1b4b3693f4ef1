"""A question-and-answer site: which share of those who join contribute, by the month of joining."""

from pathlib import Path

import commonweal as cw
from commonweal.plot._frame import AnyChart


def draw(data: Path) -> AnyChart:
    """Within a day and within thirty, week by week of its first half year."""
    community = cw.read(data / "stackexchange-quantumcomputing-2018")
    return cw.plot.activation(community.adoption.activation(every="1w", within=["1d", "30d"]))
