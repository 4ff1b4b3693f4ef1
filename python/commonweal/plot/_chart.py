"""Altair's marks and rows, without what Altair spends on finding out what they are."""

from functools import cache
from typing import Any

import altair as alt

from commonweal.plot._theme import CONFIG, UNFITTED


class Chart(alt.Chart):
    """A chart that makes channels of `"n:Q"`, `alt.value(1)` and the like itself.

    Altair goes through all of its classes for each of them to find the one that each channel has, which takes longer
    than drawing.
    """

    def encode(self, *args: Any, **channels: Any) -> "Chart":
        """As Altair's own."""
        encoded: Chart = super().encode(*args, **{name: _channel(name, given) for name, given in channels.items()})
        return encoded


class Rows(alt.InlineData):
    """Rows that this package made: right as they are, and the same for every copy of a chart."""

    _class_is_valid_at_instantiation = False

    def __deepcopy__(self, _: Any = None) -> "Rows":
        """The same rows: nothing changes them."""
        return self


def _channel(name: str, given: Any) -> Any:
    if isinstance(given, list):
        return [_channel(name, one) for one in given]
    channel = name[0].upper() + name[1:]
    if isinstance(given, str):
        return getattr(alt, channel)(given)
    if isinstance(given, dict) and ("value" in given or "datum" in given):
        return getattr(alt, f"{channel}{'Value' if 'value' in given else 'Datum'}")(**given)
    return given


def layered(*layers: alt.Chart, width: int, height: int, fitted: bool = True, **more: Any) -> alt.LayerChart:
    """The layers in the theme, in one step: Altair copies all of them at each."""
    config = theme(fitted=fitted)
    chart: alt.LayerChart = alt.LayerChart(layer=layers, width=width, height=height, config=config, **more)
    return chart


@cache
def theme(*, fitted: bool) -> alt.Config:
    """The theme as Altair has it, checked once."""
    return alt.Config(**(CONFIG if fitted else UNFITTED))
