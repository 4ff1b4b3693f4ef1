"""A chat: whether it pulls its members inward, month by month."""

from pathlib import Path

import commonweal as cw
from commonweal.plot._frame import AnyChart


def draw(data: Path) -> AnyChart:
    """Eight years of months."""
    return cw.plot.gravity(cw.read(data / "zulip-lean").adoption.lifecycle())
