"""What columns of a file of text are: what all of its pieces say together, as `commonweal.read` has it of the whole."""

import re
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

import polars as pl

CONTRACT: Final = frozenset(
    ("time", "member", "kind", "id", "thread", "parent", "channel", "platform", "text", "time_quality", "target")
)
"""Columns whose type is the same in every piece."""

_IDS: Final = frozenset(("member", "id", "thread", "parent", "target"))
_WHOLE: Final = re.compile(r"events: (\w+) such as 12\.0 taken as 12")

Types: TypeAlias = Mapping[str, pl.DataType]
"""The type of each column that has a value: of ids text, or whole numbers where all have been such as `12.0`."""


class DifferError(Exception):
    """The pieces of a file say different things, which none of them can know."""


def of_piece(events: pl.DataFrame, account: Mapping[str, Any]) -> Types:
    """What a piece says."""
    whole = {match[1] for note in account["notes"] if (match := _WHOLE.fullmatch(note))}
    told: dict[str, pl.DataType] = {}
    for name, dtype in events.schema.items():
        if events[name].null_count() < events.height and (name in _IDS or name not in CONTRACT):
            told[name] = dtype if name not in _IDS else pl.Int64() if name in whole else pl.String()
    return told


def together(one: Types, other: Types) -> Types:
    """What two pieces of a file say, read as one: numbers are numbers, all else is text."""
    return {**one, **other, **{name: _both(one[name], other[name]) for name in one.keys() & other.keys()}}


def alike(one: Types, other: Types) -> Types:
    """What two pieces of a file say that agree.

    Raises:
        DifferError: they do not.
    """
    if any(one[name] != other[name] for name in one.keys() & other.keys()):
        raise DifferError
    return {**one, **other}


def as_written(types: Types) -> list[str]:
    """The columns that are text in every piece, whatever one alone would say."""
    return sorted(name for name, dtype in types.items() if dtype == pl.String)


def widened(events: pl.DataFrame, types: Types) -> pl.DataFrame:
    """Whole numbers of a piece as the fractions that they are among."""
    floats = [name for name, dtype in types.items() if dtype == pl.Float64 and name in events.columns]
    return events.with_columns(pl.col(floats).cast(pl.Float64)) if floats else events


def _both(one: pl.DataType, other: pl.DataType) -> pl.DataType:
    if one == other:
        return one
    return pl.Float64() if one.is_numeric() and other.is_numeric() else pl.String()
