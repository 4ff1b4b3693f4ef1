"""One theme for every chart, safe for colour-blind readers (Okabe and Ito, 2008)."""

from typing import Any, Final

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
}
"""The colours of the charts by name."""

SERIES: Final = tuple(PALETTE[name] for name in ("blue", "vermilion", "green", "orange", "purple", "sky", "grey"))

FONT: Final = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"

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
    },
    "range": {"category": list(SERIES)},
    "title": {"anchor": "start", "color": PALETTE["ink"], "fontSize": 14, "fontWeight": 600},
}
