"""A real community: two years side by side."""

from pathlib import Path

import commonweal as cw
from commonweal.plot._frame import AnyChart

WITHIN = ["10m", "30m", "1h", "3h", "6h", "12h", "1d", "3d", "7d", "30d"]


def draw(data: Path) -> AnyChart:
    """The first and the last full year of a question-and-answer site."""
    years = (("2014-02-01", "2015-02-01"), ("2016-02-01", "2017-02-01"))
    table = cw.read(data / "stackexchange-beer-2017").response.compare(periods=years, within=WITHIN)
    return cw.plot.compare(table)
