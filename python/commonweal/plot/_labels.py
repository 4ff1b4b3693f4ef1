"""Names beside circles: below, or above where weaker ties pass; with paper around the letters."""

from collections.abc import Sequence

import altair as alt

from commonweal.plot._theme import PALETTE

__all__ = ["beside", "named"]

Box = tuple[float, float, float, float]
Line = tuple[float, float, float, float, float]

_SIZE = 12
# Of half a name: letters differ in width, and this is a wide one's.
_LETTER, _HALF_LINE = 3.5, 8.0
# Wide enough to close the spaces between words, through which a line would be seen.
_HALO = 7


def beside(
    labels: Sequence[str],
    circles: Sequence[tuple[float, float, float]],
    lines: Sequence[Line],
    away: float,
    height: float,
) -> list[float]:
    """The height of the middle of each label: below its circle, or above it where less weight of lines passes.

    A side that is free of other circles and labels goes before one that is not.

    Args:
        labels: What stands beside each circle.
        circles: x, y and radius of each.
        lines: The ends and the weight of each, as x, y, x, y, weight.
        away: From the edge of a circle to the middle of its label.
        height: Of the picture; y grows downwards.
    """
    found: list[float] = []
    taken: list[Box] = []
    for place, (label, (x, y, radius)) in enumerate(zip(labels, circles, strict=True)):
        half = _LETTER * len(label)
        below, above = (
            (x - half, middle - _HALF_LINE, x + half, middle + _HALF_LINE)
            for middle in (y + radius + away, y - radius - away)
        )
        full = [_around(circle) for other, circle in enumerate(circles) if other != place] + taken
        upwards = _cost(above, full, lines, height) < _cost(below, full, lines, height)
        taken.append(above if upwards else below)
        found.append(y - radius - away if upwards else y + radius + away)
    return found


def named(base: alt.Chart) -> list[alt.Chart]:
    """The text of the rows over all that is drawn before, with paper around its letters."""
    # Sharp corners of the stroke would stand out of it as spikes.
    halo = base.mark_text(fontSize=_SIZE, stroke=PALETTE["paper"], strokeWidth=_HALO, strokeJoin="round")
    return [halo, base.mark_text(fontSize=_SIZE, color=PALETTE["ink"])]


def _cost(box: Box, full: Sequence[Box], lines: Sequence[Line], height: float) -> tuple[int, float]:
    hidden = sum(_meet(box, other) for other in full) + (box[1] < 0 or box[3] > height)
    return hidden, sum(line[4] for line in lines if _passes(line, box))


def _around(circle: tuple[float, float, float]) -> Box:
    x, y, radius = circle
    return x - radius, y - radius, x + radius, y + radius


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
