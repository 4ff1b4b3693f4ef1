"""A real community: which regulars answer which others, by the channel they write in most."""

from pathlib import Path

from _home import by_home

import commonweal as cw
from commonweal.plot._frame import AnyChart


def draw(data: Path) -> AnyChart:
    """The matrix of a chat whose members are put by channel."""
    return cw.plot.silo_matrix(by_home(cw.read(data / "zulip-lean")).network.silo_matrix(unit="home"))
