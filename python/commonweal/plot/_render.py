"""Charts as files, offline: vl-convert carries its own Vega and needs no browser and no network."""

import json
import re
from typing import Any, Literal, TypeVar, get_args

import altair as alt
import vl_convert

from commonweal._options import wrong
from commonweal.plot._frame import AnyChart
from commonweal.plot._theme import DARK, PALETTE
from commonweal.typing import Theme

_Chart = TypeVar("_Chart", alt.Chart, alt.LayerChart, alt.FacetChart)
_VEGA_LITE = ".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])
_PLACED = re.compile(r'\b(?:d|transform|width|height|x2?|y2?)="[^"]*"')
_LONG = re.compile(r"\d+\.\d{3,}")
_ID = re.compile(r'(\bid="|url\(#|href="#)([A-Za-z_][\w-]*)')
_INKS = {colour: DARK[name] for name, colour in PALETTE.items()}


def svg(chart: AnyChart | alt.Chart, *, prefix: str = "cw", theme: Theme = "light") -> str:
    """The chart as an SVG document; the same chart gives the same bytes.

    Args:
        chart: A chart of this package, or any Altair chart.
        prefix: Starts every id in the document, so that several documents can share a page.
        theme: For `light` or `dark` paper; `auto` follows the reader's screen where the viewer can, and is light
            elsewhere.

    Raises:
        OptionError: `theme` is none of these.
    """
    _known(theme, get_args(Theme))
    return svg_of(chart.to_dict(validate=False), prefix=prefix, theme=theme)


def svg_of(spec: dict[str, Any], *, prefix: str, theme: Theme = "light") -> str:
    """The chart that a specification tells, as `svg` gives it."""
    drawn: str = vl_convert.vegalite_to_svg(_ready(spec, theme), vl_version=_VEGA_LITE)
    numbers: dict[str, str] = {}

    def renamed(match: re.Match[str]) -> str:
        # Vega numbers its ids through the life of the process; the page needs them by content.
        return match[1] + numbers.setdefault(match[2], f"{prefix}-{len(numbers)}")

    drawn = _ID.sub(renamed, _PLACED.sub(lambda place: _LONG.sub(_short, place[0]), drawn))
    return _following(drawn) if theme == "auto" else drawn


def png(chart: AnyChart | alt.Chart, *, scale: float = 2.0, theme: Literal["light", "dark"] = "light") -> bytes:
    """The chart as a PNG image.

    Args:
        chart: A chart of this package, or any Altair chart.
        scale: Pixels per unit of the chart.
        theme: For `light` or `dark` paper.

    Raises:
        OptionError: `theme` is none of these.
    """
    _known(theme, ("light", "dark"))
    spec = _ready(chart.to_dict(validate=False), theme)
    drawn: bytes = vl_convert.vegalite_to_png(spec, vl_version=_VEGA_LITE, scale=scale)
    return drawn


def dark(chart: _Chart) -> _Chart:
    """The chart in the colours for dark paper, to be shown in a dark notebook.

    Args:
        chart: A chart of this package.

    Example:
        >>> import commonweal as cw
        >>> c = cw.datasets.simulate(members=60, days=60)
        >>> chart = cw.plot.dark(cw.plot.growth(c.adoption.growth(every="1mo")))
        >>> chart.to_dict()["config"]["background"]
        '#14171b'
    """
    recoloured: _Chart = type(chart).from_dict(_recoloured(chart.to_dict(validate=False)), validate=False)
    return recoloured


def _known(theme: str, allowed: tuple[str, ...]) -> None:
    if theme not in allowed:
        raise wrong("theme", f"one of {', '.join(map(repr, allowed))}", theme)


def _short(number: re.Match[str]) -> str:
    return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")


def _ready(spec: dict[str, Any], theme: Theme) -> str:
    """The specification as JSON, without what no picture shows."""
    spec = _silent(_recoloured(spec) if theme == "dark" else spec)
    rows = spec.pop("datasets", {})
    told = json.dumps(spec, sort_keys=True)
    return json.dumps({**spec, "datasets": {name: _told(table, told) for name, table in rows.items()}}, sort_keys=True)


def _silent(part: Any) -> Any:
    """The same without tooltips: each is worked out for every mark."""
    if not isinstance(part, dict):
        return [_silent(one) for one in part] if isinstance(part, list) else part
    return {
        name: {key: _silent(one) for key, one in inner.items() if key != "tooltip"}
        if name == "encoding"
        else inner
        if name == "datasets"
        else _silent(inner)
        for name, inner in part.items()
    }


def _told(rows: Any, told: str) -> Any:
    """The rows, without the columns whose names occur nowhere in what is told of the chart."""
    if not isinstance(rows, list) or not rows or not isinstance(rows[0], dict):
        return rows
    unused = {name for name in rows[0] if name.isidentifier() and name not in told}
    return [{name: value for name, value in row.items() if name not in unused} for row in rows]


def _recoloured(spec: Any) -> Any:
    if isinstance(spec, dict):
        return {name: _recoloured(part) for name, part in spec.items()}
    if isinstance(spec, list):
        return [_recoloured(part) for part in spec]
    return _INKS.get(spec, spec) if isinstance(spec, str) else spec


def _following(drawn: str) -> str:
    """The document with dark colours for dark screens; viewers without media queries show the light ones."""
    rules = "".join(
        f'[fill="{light}"]{{fill:{ink}}}[stroke="{light}"]{{stroke:{ink}}}'
        for light, ink in _INKS.items()
        if f'"{light}"' in drawn
    )
    return drawn.replace("><", f"><style>@media (prefers-color-scheme:dark){{{rules}}}</style><", 1)
