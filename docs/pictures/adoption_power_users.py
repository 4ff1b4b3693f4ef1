"""A chat: on how many of 28 days its members come."""

from pathlib import Path

import commonweal as cw
from commonweal.plot._frame import AnyChart


def draw(data: Path) -> AnyChart:
    """The 28 days up to the end of the last complete month."""
    community = cw.read(data / "zulip-lean")
    return cw.plot.power_users(community.adoption.power_users(every="1mo"))
