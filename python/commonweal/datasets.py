"""Data to try things on."""

import json
from typing import Any

from commonweal import _core
from commonweal._options import wrong
from commonweal.community import Community

__all__ = ["simulate", "truth"]


def simulate(members: int = 1000, days: int = 365, seed: int = 0) -> Community:
    """A simulated community: growth, seasons, unanswered posts, staff, bots, departments, text.

    Args:
        members: How many members it has at its end.
        days: How long it is observed.
        seed: The same seed gives the same community.

    Raises:
        OptionError: a number is out of range.

    Example:
        >>> import commonweal as cw
        >>> cw.datasets.simulate(members=60, days=60).n_events == cw.datasets.simulate(members=60, days=60).n_events
        True
    """
    return _simulated(members, days, seed)[0]


def truth(members: int = 1000, days: int = 365, seed: int = 0) -> dict[str, Any]:
    """The parameters behind `simulate` with the same arguments: what a good estimate comes near to."""
    return _simulated(members, days, seed)[1]


def _simulated(members: int, days: int, seed: int) -> tuple[Community, dict[str, Any]]:
    for option, value, least, most in (
        ("members", members, 20, 10_000_000),
        ("days", days, 1, 36_525),
        ("seed", seed, 0, 2**64 - 1),
    ):
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise wrong(option, f"a whole number from {least} to {most}", value)
    core, parameters = _core.simulate(members, days, seed)
    return Community._wrap(core), json.loads(parameters)
