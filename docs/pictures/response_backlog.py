"""A real mailing list: the posts that wait, year by year."""

from pathlib import Path

import commonweal as cw
from commonweal.plot._frame import AnyChart


def draw(data: Path) -> AnyChart:
    """The backlog of a mailing list at the end of each quarter, by age."""
    community = cw.read(data / "pipermail-twisted")
    table = community.response.backlog(every="1q", within=["7d", "90d", "365d"], questions_only=True)
    return cw.plot.backlog(table)
