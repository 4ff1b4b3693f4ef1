"""Charts as inline SVG: in two widths, in colours that follow the page."""

import re

from commonweal import plot
from commonweal.plot._frame import AnyChart
from commonweal.plot._theme import CONFIG
from commonweal.report._model import Figure

_NARROW_WIDTH, _NARROW_HEIGHT = 340, 260
_FONT = re.compile(r' font-family="[^"]*"')


def figure(anchor: str, chart: AnyChart, caption: str, alt: str, *, narrow: AnyChart | None = None) -> Figure:
    """The chart with its caption and its text for those who cannot see it; `narrow` is one for small screens."""
    if narrow is None:
        narrow = chart.copy(deep=True).properties(width=_NARROW_WIDTH, height=_NARROW_HEIGHT)
        narrow = narrow.configure(**{**CONFIG, "legend": {**CONFIG["legend"], "columns": 2}})
    return Figure(caption, alt, _inline(chart, f"{anchor}-w"), _inline(narrow, f"{anchor}-n"))


def _inline(chart: AnyChart, prefix: str) -> str:
    drawn = _FONT.sub("", plot.svg(chart, prefix=prefix))
    for name, colour in plot.PALETTE.items():
        drawn = drawn.replace(f'"{colour}"', f'"var(--cw-{name}, {colour})"')
    return drawn.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
