"""Names beside circles: below or above, where weaker ties pass, or else on them; with paper around the letters."""

import math
from collections.abc import Sequence

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
    heights = [_heights(circle, away, may_cover=may_cover) for circle in circles]
    options = [[_box(label, x, y) for y in own] for label, (x, _, _), own in zip(labels, circles, heights, strict=True)]
    # What does not hang on where the other labels are: what is hidden of circles, and how much passes.
    fixed, crossed = [], []
    for place, own in enumerate(options):
        others = [*circles[:place], *circles[place + 1 :]]
        is_out = [box[1] < 0 or box[3] > height for box in own]
        fixed.append(
            [sum(_covers(box, circle) for circle in others) + out for box, out in zip(own, is_out, strict=True)]
        )
        crossed.append([sum(line[4] for line in lines if _passes(line, box)) for box in own])
    chosen: dict[int, int] = {}
    for _ in range(_ROUNDS):
        before = dict(chosen)
        for place, own in enumerate(options):
            taken = [options[other][spot] for other, spot in chosen.items() if other != place]
            hidden = [
                lost + _UNREADABLE * sum(_meet(box, other) for other in taken)
                for lost, box in zip(fixed[place], own, strict=True)
            ]
            chosen[place] = min(range(len(own)), key=lambda spot: (hidden[spot], spot == _ON, crossed[place][spot]))
        if chosen == before:
            break
    return [own[chosen[place]] for place, own in enumerate(heights)]


# Of the heights of a label, the one on its circle.
_ON = 2


def _heights(circle: Circle, away: float, *, may_cover: bool) -> list[float]:
    """Where a label can be: below, above, and on its circle, if that is seen around it."""
    _, y, radius = circle
    return [y + radius + away, y - radius - away, *([y] if may_cover and radius >= 2 * _HALF_LINE else [])]


def _box(label: str, x: float, y: float) -> Box:
    half = _LETTER * len(label)
    return x - half, y - _HALF_LINE, x + half, y + _HALF_LINE


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
