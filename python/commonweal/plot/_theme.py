"""One theme for every chart, safe for colour-blind readers (Okabe and Ito, 2008)."""

from typing import Any, Final

_HEAT = ("#f3f7fb", "#bcdef5", "#82c5ee", "#4eace2", "#3393cd", "#127ab9", "#006198", "#004972", "#00324f")
_LEAN = ("#5ab5e8", "#83c5ee", "#abd6f2", "#d1e7f5", "#f6f7f8", "#f3e2c9", "#f0cc99", "#ebb663", "#e5a00a")
_DARK_HEAT = ("#1d262e", "#1f364b", "#1e476a", "#1d5a8b", "#246da9", "#2c8bd9", "#61aaed", "#9eccf5", "#d8edfb")
_DARK_LEAN = ("#2a83cf", "#3177b4", "#305b84", "#2b4158", "#23282e", "#4d4434", "#7a6035", "#987129", "#ad7d14")

PALETTE: Final[dict[str, str]] = {
    "paper": "#ffffff",
    "ink": "#1b1f24",
    "soft": "#5b6573",
    "grid": "#e4e7eb",
    "blue": "#0072b2",
    "sky": "#56b4e9",
    "green": "#009e73",
    "orange": "#e69f00",
    "vermilion": "#d55e00",
    "purple": "#cc79a7",
    "grey": "#9aa3ae",
    **{f"heat-{i}": colour for i, colour in enumerate(_HEAT)},
    **{f"lean-{i}": colour for i, colour in enumerate(_LEAN)},
}
"""The colours of the charts by name: on white paper."""

DARK: Final[dict[str, str]] = {
    "paper": "#14171b",
    "ink": "#eceff3",
    "soft": "#a3adba",
    "grid": "#2c323a",
    "blue": "#2f93e6",
    "sky": "#c0ecfd",
    "green": "#5fdc9f",
    "orange": "#f8bf19",
    "vermilion": "#e8661c",
    "purple": "#b0759d",
    "grey": "#6d7784",
    **{f"heat-{i}": colour for i, colour in enumerate(_DARK_HEAT)},
    **{f"lean-{i}": colour for i, colour in enumerate(_DARK_LEAN)},
}
"""The same colours on dark paper."""

HEAT: Final = _HEAT
"""From none to much, in steps: a colour that is no mixture has its like in the dark."""

LEAN: Final = _LEAN
"""From less than expected over as expected to more."""

SERIES: Final = tuple(PALETTE[name] for name in ("blue", "vermilion", "green", "orange", "purple", "sky", "soft"))

# The room for labels is measured in Liberation Sans. These have its widths; in a wider font labels would be cut.
FONT: Final = "Arial, 'Liberation Sans', 'Helvetica Neue', Helvetica, sans-serif"

CONFIG: Final[dict[str, Any]] = {
    "aria": False,
    "autosize": {"type": "fit", "contains": "padding"},
    "background": PALETTE["paper"],
    "font": FONT,
    "padding": 4,
    "view": {"stroke": None},
    "axis": {
        "domain": False,
        "grid": True,
        "gridColor": PALETTE["grid"],
        "labelColor": PALETTE["soft"],
        "labelFontSize": 12,
        "labelPadding": 6,
        "ticks": False,
        "titleColor": PALETTE["soft"],
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "titlePadding": 10,
    },
    "axisX": {
        "grid": False,
        "domain": True,
        "domainColor": PALETTE["grey"],
        "labelOverlap": True,
        "labelSeparation": 8,
    },
    "header": {"labelColor": PALETTE["ink"], "labelFontSize": 13, "title": None},
    "legend": {
        "labelColor": PALETTE["ink"],
        "labelFontSize": 12,
        "columnPadding": 20,
        "labelLimit": 260,
        "orient": "top",
        "padding": 0,
        "symbolOpacity": 1,
        "symbolType": "square",
        "title": None,
        "titleColor": PALETTE["ink"],
        "titleFontSize": 12,
        "titleFontWeight": "normal",
    },
    "range": {"category": list(SERIES)},
    "title": {
        "anchor": "start",
        "color": PALETTE["ink"],
        "fontSize": 15,
        "fontWeight": 600,
        "frame": "bounds",
        "offset": 14,
        "subtitleColor": PALETTE["soft"],
        "subtitleFontSize": 12,
        "subtitlePadding": 6,
    },
}

UNFITTED: Final = {name: value for name, value in CONFIG.items() if name != "autosize"}
"""The theme of charts of several panels, or as large as their cells: they have no fixed outer size."""
