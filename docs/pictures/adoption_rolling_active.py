"""A chat: its members in trailing windows."""

from pathlib import Path

import commonweal as cw
from commonweal.plot._frame import AnyChart


def draw(data: Path) -> AnyChart:
    """Eight years, one day of each week."""
    return cw.plot.rolling_active(cw.read(data / "zulip-lean").adoption.rolling_active().gather_every(7))
