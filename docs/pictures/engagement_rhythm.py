"""A real community: when in the week it is awake."""

from pathlib import Path

import commonweal as cw
from commonweal.plot._frame import AnyChart


def draw(data: Path) -> AnyChart:
    """The hours of a mailing list."""
    return cw.plot.heatmap(cw.read(data / "pipermail-twisted").engagement.rhythm())
