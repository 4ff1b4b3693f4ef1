"""Charts as inline SVG: in two widths, in colours that follow the page."""

import re

import altair as alt

from commonweal import plot
from commonweal._report._model import Figure
from commonweal.plot._frame import AnyChart, title_height
from commonweal.plot._theme import CONFIG

_NARROW_WIDTH, _NARROW_HEIGHT = 340, 260
_FONT = re.compile(r' font-family="[^"]*"')


def figure(anchor: str, chart: AnyChart, caption: str, words: str, *, narrow: AnyChart | None = None) -> Figure:
    """The chart with its caption and its words for those who cannot see it; `narrow` is one for small screens."""
    # Words are for the page, where they can be read aloud and wrapped.
    chart, finding, hidden = _untitled(chart)
    if narrow is None:
        narrow = chart.copy(deep=True).properties(width=_NARROW_WIDTH, height=_NARROW_HEIGHT)
        narrow = narrow.configure(**{**CONFIG, "legend": {**CONFIG["legend"], "columns": 2}})
    narrow, _, _ = _untitled(narrow)
    return Figure(caption, words, _inline(chart, f"{anchor}-w"), _inline(narrow, f"{anchor}-n"), finding, hidden)


def _untitled(chart: AnyChart) -> tuple[AnyChart, str, str]:
    """The chart without its title, the title, and the line below it."""
    title = chart.title
    if not isinstance(title, alt.TitleParams):
        return chart, "", ""
    lines = [" ".join(part) if isinstance(part, list) else "" for part in (title.text, title.subtitle)]
    bare = chart.copy(deep=True)
    bare.title = alt.Undefined
    height = getattr(bare, "height", None)
    if isinstance(height, int):
        rows = [len(part) if isinstance(part, list) else 0 for part in (title.text, title.subtitle)]
        bare.height = height - title_height(*rows)
    return bare, lines[0], lines[1]


def _inline(chart: AnyChart, prefix: str) -> str:
    drawn = _FONT.sub("", plot.svg(chart, prefix=prefix))
    for name, colour in plot.PALETTE.items():
        drawn = drawn.replace(f'"{colour}"', f'"var(--cw-{name}, {colour})"')
    return drawn.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
