"""A real community: the communities within a mailing list. Names are left out."""

from pathlib import Path

import commonweal as cw
from commonweal.plot._frame import AnyChart


def draw(data: Path) -> AnyChart:
    """The communities as circles."""
    community = cw.read(data / "pipermail-twisted")
    return cw.plot.network(community.network.edges(), community.network.communities())
