"""A question-and-answer site: how many questions come to an accepted answer in time."""

from pathlib import Path

import commonweal as cw
from commonweal.plot._frame import AnyChart


def draw(data: Path) -> AnyChart:
    """Within a day and within thirty, by the month of the question."""
    community = cw.read(data / "stackexchange-quantumcomputing-2018")
    return cw.plot.resolution(community.response.resolution(every="1mo", within=["1d", "30d"]))
