"""A question-and-answer site: how far those who join come within 30 days."""

from pathlib import Path

import commonweal as cw
from commonweal.plot._frame import AnyChart


def draw(data: Path) -> AnyChart:
    """The funnel from joining to being answered."""
    community = cw.read(data / "stackexchange-quantumcomputing-2018")
    return cw.plot.funnel(
        community.adoption.funnel(steps=["join", "contribution", "message", "first_reply_received"], within="30d")
    )
