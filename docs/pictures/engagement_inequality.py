"""A mailing list: how unequal contributions are, year by year."""

from pathlib import Path

import commonweal as cw
from commonweal.plot._frame import AnyChart


def draw(data: Path) -> AnyChart:
    """Gini of the years of a mailing list, with bootstrap intervals."""
    community = cw.read(data / "pipermail-twisted")
    return cw.plot.inequality(community.engagement.inequality(every="1y", bootstrap=2000))
