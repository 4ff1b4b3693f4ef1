"""A chat of mathematicians: silence against habit."""

from pathlib import Path

import commonweal as cw
from commonweal.plot._frame import AnyChart


def draw(data: Path) -> AnyChart:
    """Every member with a habit."""
    return cw.plot.churn(cw.read(data / "zulip-lean").adoption.churn().sort("active_days", descending=True).head(700))
