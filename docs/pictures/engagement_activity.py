"""A forum: what is said in it, by the month."""

from pathlib import Path

import commonweal as cw
from commonweal.plot._frame import AnyChart


def draw(data: Path) -> AnyChart:
    """Posts and replies of each month."""
    return cw.plot.activity(cw.read(data / "discourse-urho3d").engagement.activity(every="1mo"))
