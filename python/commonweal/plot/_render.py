"""Charts as files, offline: vl-convert carries its own Vega and needs no browser and no network."""

import json
import re

import altair as alt
import vl_convert

from commonweal.plot._frame import AnyChart

_VEGA_LITE = ".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])
_PLACED = re.compile(r'\b(?:d|transform|width|height|x2?|y2?)="[^"]*"')
_LONG = re.compile(r"\d+\.\d{3,}")
_ID = re.compile(r'(\bid="|url\(#|href="#)([A-Za-z_][\w-]*)')


def svg(chart: AnyChart | alt.Chart, *, prefix: str = "cw") -> str:
    """The chart as an SVG document; the same chart gives the same bytes.

    Args:
        chart: A chart of this package, or any Altair chart.
        prefix: Starts every id in the document, so that several documents can share a page.
    """
    drawn: str = vl_convert.vegalite_to_svg(_spec(chart), vl_version=_VEGA_LITE)
    numbers: dict[str, str] = {}

    def renamed(match: re.Match[str]) -> str:
        # Vega numbers its ids through the life of the process; the page needs them by content.
        return match[1] + numbers.setdefault(match[2], f"{prefix}-{len(numbers)}")

    return _ID.sub(renamed, _PLACED.sub(lambda place: _LONG.sub(_short, place[0]), drawn))


def png(chart: AnyChart | alt.Chart, *, scale: float = 2.0) -> bytes:
    """The chart as a PNG image.

    Args:
        chart: A chart of this package, or any Altair chart.
        scale: Pixels per unit of the chart.
    """
    drawn: bytes = vl_convert.vegalite_to_png(_spec(chart), vl_version=_VEGA_LITE, scale=scale)
    return drawn


def _short(number: re.Match[str]) -> str:
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")


def _spec(chart: AnyChart | alt.Chart) -> str:
    return json.dumps(chart.to_dict(validate=False), sort_keys=True)
