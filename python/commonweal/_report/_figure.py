"""Charts as inline SVG: in two widths, in colours that follow the page."""

import re
from typing import Any

from commonweal import plot
from commonweal._report._model import Figure
from commonweal.plot._frame import AnyChart, title_height
from commonweal.plot._render import svg_of
from commonweal.plot._theme import CONFIG

_NARROW_WIDTH, _NARROW_HEIGHT = 340, 260
_NARROW: dict[str, Any] = {**CONFIG, "legend": {**CONFIG["legend"], "columns": 2}}
_FONT = re.compile(r' font-family="[^"]*"')


def figure(anchor: str, chart: AnyChart, caption: str, words: str, *, narrow: AnyChart | None = None) -> Figure:
    """The chart with its caption and its words for those who cannot see it; `narrow` is one for small screens."""
    # Words are for the page, where they can be read aloud and wrapped.
    wide, finding, hidden = _untitled(chart.to_dict(validate=False))
    if narrow is None:
        small = {**wide, "width": _NARROW_WIDTH, "height": _NARROW_HEIGHT, "config": _NARROW}
    else:
        small, _, _ = _untitled(narrow.to_dict(validate=False))
    return Figure(caption, words, _inline(wide, f"{anchor}-w"), _inline(small, f"{anchor}-n"), finding, hidden)


def _untitled(spec: dict[str, Any]) -> tuple[dict[str, Any], str, str]:
    """The chart without its title, the title, and the line below it."""
    bare = dict(spec)
    title = bare.pop("title", {})
    text, subtitle = title.get("text", []), title.get("subtitle", [])
    if title and isinstance(bare.get("height"), int):
        bare["height"] -= title_height(len(text), len(subtitle))
    return bare, " ".join(text), " ".join(subtitle)


def _inline(spec: dict[str, Any], prefix: str) -> str:
    drawn = _FONT.sub("", svg_of(spec, prefix=prefix))
    for name, colour in plot.PALETTE.items():
        drawn = drawn.replace(f'"{colour}"', f'"var(--cw-{name}, {colour})"')
    return drawn.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
