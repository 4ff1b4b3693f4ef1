"""A real community: which regulars of a chat keep to themselves, by the channel they write in most."""

from pathlib import Path

from _home import by_home

import commonweal as cw
from commonweal.plot._frame import AnyChart


def draw(data: Path) -> AnyChart:
    """The E-I index of each group against chance."""
    return cw.plot.silos(by_home(cw.read(data / "zulip-lean")).network.silos(unit="home"))
