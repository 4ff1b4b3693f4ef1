"""A real community: staff against peers."""

from pathlib import Path

import commonweal as cw
from commonweal.plot._frame import AnyChart


def draw(data: Path) -> AnyChart:
    """Who has answered by when, in a forum."""
    return cw.plot.incidence(cw.read(data / "discourse-urho3d").response.incidence())
