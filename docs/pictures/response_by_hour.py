"""A chat: in which hours of the week posts wait."""

from pathlib import Path

import commonweal as cw
from commonweal.plot._frame import AnyChart


def draw(data: Path) -> AnyChart:
    """Answered within the hour, by the weekday and hour of the post, on the clock of Berlin."""
    community = cw.read(data / "zulip-lean", tz="Europe/Berlin").with_local_hours()
    return cw.plot.response_by_hour(community.response.first_response(within="1h", by=["weekday", "hour"]))
