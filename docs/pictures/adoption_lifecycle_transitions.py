"""A chat: where members of each level are a month later."""

from pathlib import Path

import commonweal as cw
from commonweal.plot._frame import AnyChart


def draw(data: Path) -> AnyChart:
    """Eight years of months together."""
    return cw.plot.lifecycle_transitions(cw.read(data / "zulip-lean").adoption.lifecycle_transitions())
