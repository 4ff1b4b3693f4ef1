"""Places for circles: near where they are tied, never over each other, the same every time."""

import math
from collections.abc import Sequence

_STEPS, _GAP = 300, 26.0

Spot = tuple[float, float]


def sunflower(n: int, radius: float) -> list[Spot]:
    """Places for n dots in a circle, the first in its middle, evenly spread (Vogel 1979)."""
    angle = math.pi * (3 - math.sqrt(5))
    spread = [radius * math.sqrt((i + 0.5) / n) if n > 1 else 0.0 for i in range(n)]
    return [(r * math.cos(i * angle), r * math.sin(i * angle)) for i, r in enumerate(spread)]


def force(radii: Sequence[float], links: Sequence[tuple[int, int, float]], width: float, height: float) -> list[Spot]:
    """Places after Fruchterman and Reingold (1991), from a circle; then circles are moved apart until none overlap."""
    n = len(radii)
    if n == 1:
        return [(width / 2, height / 2)]
    ring = [(math.cos(2 * math.pi * i / n), math.sin(2 * math.pi * i / n)) for i in range(n)]
    spots = [[width / 2 + 0.35 * width * x, height / 2 + 0.35 * height * y] for x, y in ring]
    most = max((weight for _, _, weight in links), default=1.0)
    ideal = 0.75 * math.sqrt(width * height / n)
    for step in range(_STEPS):
        moves = [[0.0, 0.0] for _ in range(n)]
        for i in range(n):
            for j in range(i):
                dx, dy, far = _from(spots[i], spots[j])
                push = ideal * ideal / max(far - radii[i] - radii[j], 8.0)
                _move(moves, i, j, dx / far * push, dy / far * push)
        for i, j, weight in links:
            dx, dy, far = _from(spots[i], spots[j])
            pull = -far * far / ideal * (0.1 + 0.9 * weight / most)
            _move(moves, i, j, dx / far * pull, dy / far * pull)
        heat = 0.1 * width * (1 - step / _STEPS) + 0.5
        for spot, (x, y) in zip(spots, moves, strict=True):
            # A weak pull to the middle keeps what is tied to nothing in the picture.
            x, y = x + 0.1 * (width / 2 - spot[0]), y + 0.1 * (height / 2 - spot[1])
            far = max(math.hypot(x, y), 1e-9)
            spot[0] += x / far * min(far, heat)
            spot[1] += y / far * min(far, heat)
    _fit(spots, radii, width, height)
    for _ in range(_STEPS):
        _apart(spots, radii)
        _fit(spots, radii, width, height, only_if_outside=True)
    return [(round(x, 1), round(y, 1)) for x, y in spots]


def _from(a: Sequence[float], b: Sequence[float]) -> tuple[float, float, float]:
    dx, dy = a[0] - b[0], a[1] - b[1]
    return dx, dy, max(math.hypot(dx, dy), 1e-6)


def _move(moves: list[list[float]], i: int, j: int, x: float, y: float) -> None:
    moves[i][0] += x
    moves[i][1] += y
    moves[j][0] -= x
    moves[j][1] -= y


def _apart(spots: list[list[float]], radii: Sequence[float]) -> None:
    for i in range(len(spots)):
        for j in range(i):
            dx, dy, far = _from(spots[i], spots[j])
            lack = radii[i] + radii[j] + _GAP - far
            if lack > 0:
                _move(spots, i, j, dx / far * lack / 2, dy / far * lack / 2)


def _fit(
    spots: list[list[float]], radii: Sequence[float], width: float, height: float, *, only_if_outside: bool = False
) -> None:
    """Stretches the places over the picture; or only pushes back what is outside of it."""
    for axis, room in ((0, width), (1, height)):
        # Names are above or below the circles, and wider than small ones.
        low = high = [max(radius, 60.0) if axis == 0 else radius + 24.0 for radius in radii]
        if not only_if_outside:
            first = min(spot[axis] for spot in spots)
            last = max(spot[axis] for spot in spots)
            scale = (room - 2 * max(low)) / max(last - first, 1e-6)
            for spot in spots:
                spot[axis] = max(low) + (spot[axis] - first) * scale
        for spot, least, most in zip(spots, low, high, strict=True):
            spot[axis] = min(max(spot[axis], least), room - most)
