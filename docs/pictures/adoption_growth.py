"""A mailing list: where its active members come from, and how many it loses."""

from pathlib import Path

import commonweal as cw
from commonweal.plot._frame import AnyChart


def draw(data: Path) -> AnyChart:
    """Eighteen years."""
    return cw.plot.growth(cw.read(data / "pipermail-twisted").adoption.growth(every="1y"))
