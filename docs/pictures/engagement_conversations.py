"""A chat: whether its conversations are answered, two-way, and take turns."""

from pathlib import Path

import commonweal as cw
from commonweal.plot._frame import AnyChart


def draw(data: Path) -> AnyChart:
    """The shares by the quarter of the opening message, each thread as it was after a week."""
    community = cw.read(data / "zulip-lean")
    return cw.plot.conversations(community.engagement.conversations(every="1q", within="7d"))
