"""A real community: from which channel people go to which."""

from pathlib import Path

import commonweal as cw
from commonweal.plot._frame import AnyChart


def draw(data: Path) -> AnyChart:
    """The largest channels of a chat."""
    return cw.plot.flow(cw.read(data / "zulip-lean").network.flow(min_group=5), top=12)
