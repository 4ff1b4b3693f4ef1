"""The additive tables behind a KPI, for a cluster or a live service.

Partial tables of any key-complete parts, merged in any order, finish to the same frame as the whole:

>>> import commonweal as cw
>>> c = cw.datasets.simulate(members=60, days=60)
>>> parts = [part.partial("response.first_response") for part in c.partition(3, "thread")]
>>> whole = cw.tables.finish("response.first_response", cw.tables.merge(parts), as_of=c.as_of)
>>> whole.equals(c.response.first_response())
True
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import polars as pl

from commonweal import _core, _options, _time

__all__ = ["finish", "merge"]


def merge(parts: Iterable[bytes]) -> bytes:
    """The tables of all parts together; the order does not matter.

    Raises:
        StateError: the bytes are no tables, or not of one KPI with one set of options.
    """
    return _core.merge(list(parts))


def finish(
    name: str, state: bytes, options: Mapping[str, Any] | None = None, *, as_of: datetime, tz: str = "UTC"
) -> pl.DataFrame:
    """The KPI's frame from its merged tables.

    Args:
        name: The KPI.
        state: Its tables, from `Community.partial` or `merge`.
        options: The options that the tables were made with.
        as_of: The end of observation, with a zone.
        tz: The IANA zone of the calendar periods.

    Raises:
        StateError: the bytes are no tables of this KPI with these options.
        OptionError: an option has a value that it cannot take.
    """
    end = _time.instant("as_of", as_of, tz)
    return pl.DataFrame(_core.finish(name, _options.to_json(options or {}), state, end, tz))
