"""Names beside circles: below or above, where weaker ties pass, or else on them; with paper around the letters."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import altair as alt

from commonweal.plot._theme import PALETTE

__all__ = ["beside", "named"]

Circle = tuple[float, float, float]
Box = tuple[float, float, float, float]
Line = tuple[float, float, float, float, float]

_SIZE = 12
# Of half a name: letters differ in width, and this is a wide one's.
_LETTER, _HALF_LINE = 3.5, 8.0
# A name over a circle can be read, over another name not: it is as bad as over so many circles.
_UNREADABLE = 10
# Each name is looked at anew so often, once the others have a place.
_ROUNDS = 4
# Wide enough to close the spaces between words, through which a line would be seen.
_HALO = 7


def beside(
    labels: Sequence[str],
    circles: Sequence[Circle],
    lines: Sequence[Line],
    away: float,
    height: float,
    *,
    may_cover: bool,
) -> list[float]:
    """The height of the middle of each label: below its circle, or above it where less weight of lines passes.

    Where both are over other circles or labels, it may be on its own circle, if that is large enough.

    Args:
        labels: What stands beside each circle.
        circles: x, y and radius of each.
        lines: The ends and the weight of each, as x, y, x, y, weight.
        away: From the edge of a circle to the middle of a label below or above it.
        height: Of the picture; y grows downwards.
        may_cover: Whether a label may be on its circle.
    """
    spots = []
    for place, (label, circle) in enumerate(zip(labels, circles, strict=True)):
        others = [*circles[:place], *circles[place + 1 :]]
        middles = _middles(circle, away, may_cover=may_cover)
        spots.append([_spot(label, circle, middle, others, lines, height) for middle in middles])
    chosen: dict[int, _Spot] = {}
    for _ in range(_ROUNDS):
        for place, own in enumerate(spots):
            chosen[place] = _best(own, [spot.box for other, spot in chosen.items() if other != place])
    return [chosen[place].middle for place in range(len(spots))]


class _Spot(NamedTuple):
    """Where a label can be, and what hangs on no other label."""

    middle: float
    box: Box
    hidden: int
    """The circles that it would be over, and whether it is out of the picture."""
    is_on: bool
    crossed: float
    """The weight of the lines that pass."""


def _middles(circle: Circle, away: float, *, may_cover: bool) -> list[float]:
    """The heights that a label can have: below, above, and on its circle, if that is seen around it."""
    _, y, radius = circle
    return [y + radius + away, y - radius - away, *([y] if may_cover and radius >= 2 * _HALF_LINE else [])]


def _spot(
    label: str, circle: Circle, middle: float, others: Sequence[Circle], lines: Sequence[Line], height: float
) -> _Spot:
    (x, y, _), half = circle, _LETTER * len(label)
    box = (x - half, middle - _HALF_LINE, x + half, middle + _HALF_LINE)
    hidden = sum(_covers(box, other) for other in others) + (box[1] < 0 or box[3] > height)
    return _Spot(middle, box, hidden, middle == y, sum(line[4] for line in lines if _passes(line, box)))


def _best(spots: Sequence[_Spot], taken: Sequence[Box]) -> _Spot:
    """The spot that hides the least, where these are taken; rather not on the circle, and where less passes."""

    def cost(spot: _Spot) -> tuple[int, bool, float]:
        names = sum(_meet(spot.box, other) for other in taken)
        return spot.hidden + _UNREADABLE * names, spot.is_on, spot.crossed

    return min(spots, key=cost)


def named(base: alt.Chart) -> list[alt.Chart]:
    """The text of the rows over all that is drawn before, with paper around its letters."""
    # Sharp corners of the stroke would stand out of it as spikes.
    halo = base.mark_text(fontSize=_SIZE, stroke=PALETTE["paper"], strokeWidth=_HALO, strokeJoin="round")
    return [halo, base.mark_text(fontSize=_SIZE, color=PALETTE["ink"])]


def _covers(box: Box, circle: Circle) -> bool:
    x, y, radius = circle
    return math.hypot(x - min(max(x, box[0]), box[2]), y - min(max(y, box[1]), box[3])) < radius


def _meet(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _passes(line: Line, box: Box) -> bool:
    """Whether a part of the line is in the box (Liang and Barsky 1984)."""
    x, y, to_x, to_y, _ = line
    first, last = 0.0, 1.0
    for start, way, least, most in ((x, to_x - x, box[0], box[2]), (y, to_y - y, box[1], box[3])):
        if way == 0:
            if not least <= start <= most:
                return False
            continue
        enter, leave = sorted(((least - start) / way, (most - start) / way))
        first, last = max(first, enter), min(last, leave)
    return first <= last
