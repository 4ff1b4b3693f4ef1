"""Hand-offs in the simulated community: real exports in which units are known and may be shown are rare."""

from pathlib import Path

import commonweal as cw
from commonweal.plot._frame import AnyChart


def draw(data: Path) -> AnyChart:  # noqa: ARG001
    """From which department to which other."""
    return cw.plot.routing(cw.datasets.simulate(members=3_000, seed=7).response.handoffs(responder="staff"))
