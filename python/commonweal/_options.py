"""Options as the Python face takes them, turned into the JSON that the core takes."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from math import isfinite
from pathlib import Path
from typing import Any, get_args

import polars as pl

from commonweal.exceptions import OptionError
from commonweal.typing import (
    Act,
    Activity,
    Each,
    Every,
    LeadersBy,
    Outcome,
    RankedBy,
    RankFlow,
    Responder,
    RightUnit,
    Role,
    ShiftSide,
    TiedBy,
    Towards,
)

_CHOICES: dict[str, tuple[str, ...]] = {
    "activity": get_args(Activity),
    "adjust_every": get_args(Every),
    "direction": get_args(RankFlow),
    "each": get_args(Each),
    "event": get_args(Act),
    "every": get_args(Every),
    "outcome": get_args(Outcome),
    "rank": get_args(RankedBy),
    "responder": get_args(Responder),
    "right": get_args(RightUnit),
    "side": get_args(ShiftSide),
    "sort_by": get_args(LeadersBy),
    "tied_by": get_args(TiedBy),
    "towards": get_args(Towards),
}
_DURATIONS = frozenset({"half_life", "history", "horizon", "landmark", "still_active", "wash_in", "within", "window"})
_OPEN = frozenset({"half_life", "landmark", "wash_in", "window", "within"})
_TEXTS = frozenset({"text", "topic", "asker", "unit"})
_MOST = 2**32 - 1
_LONGEST = 1_000
_WHOLE = {"n": (1, "a whole number of messages, 1 or more")}
_UNITS = (("d", timedelta(days=1)), ("h", timedelta(hours=1)), ("m", timedelta(minutes=1)), ("s", timedelta(seconds=1)))


def to_json(options: Mapping[str, Any]) -> str:
    """The options as canonical JSON, checked as far as Python can."""
    checked = {name: _checked(name, value) for name, value in options.items()}
    for name, value in checked.items():
        if not _is_finite(value):
            raise wrong(name, "made of finite numbers", options[name])
    return json.dumps(checked, sort_keys=True)


def _is_finite(value: Any) -> bool:
    if isinstance(value, Mapping):
        return all(_is_finite(item) for item in value.values())
    if isinstance(value, list | tuple):
        return all(_is_finite(item) for item in value)
    return not isinstance(value, float) or isfinite(value)


def _checked(name: str, value: Any) -> Any:
    if name in _CHOICES:
        return _choice(name, value)
    if name in _DURATIONS:
        return None if value is None and name in _OPEN else _durations(name, value)
    if name == "audit":
        return None if value is None else _audit(value)
    if name == "terms":
        return _terms(value)
    if name in ("adjust", "by"):
        return strings(name, value, "a column name, several, or None")
    if name == "steps":
        return strings(name, value, "the names of two steps or more")
    if name in _TEXTS and not (value is None or isinstance(value, str)):
        raise wrong(name, "a text or None", value)
    if name in _WHOLE and (isinstance(value, bool) or not isinstance(value, int) or value < _WHOLE[name][0]):
        raise wrong(name, _WHOLE[name][1], value)
    if name == "top" and value is not None and not _is_whole(value, 1):
        raise wrong(name, f"a whole number of rows, 1 to {_MOST}", value)
    if name == "hub":
        return strings(name, value, "a unit, several, or None")
    if name == "roles":
        return _roles(value)
    if name == "groups":
        return _pair(value)
    if name == "periods":
        return _periods(value)
    if name == "between" and not (value is None or isinstance(value, str)):
        raise wrong(name, "the name of a column, or None", value)
    if name == "hours":
        return None if value is None else hours(value)
    if name == "model" and not isinstance(value, str):
        allowed = '"vader", "commonweal" or the name of a column'
        if hasattr(value, "score"):
            column = 'events.with_columns(mood=model.score(events["text"])["score"])'
            allowed += f" (a model scores a Community alone; elsewhere fill a column: {column})"
        raise wrong(name, allowed, value)
    if name in ("anonymous", "betweenness", "bots", "first", "inherited", "reactions") and not isinstance(value, bool):
        raise wrong(name, "True or False", value)
    if name == "min_group" and not _is_whole(value, 0):
        raise wrong(name, f"a whole number of members, 0 to {_MOST}", value)
    if name == "confidence" and (
        isinstance(value, bool) or not isinstance(value, int | float) or not 0.0 < value < 1.0
    ):
        raise wrong(name, "between 0 and 1, both excluded", value)
    return value


def _is_whole(value: Any, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= _MOST


def _choice(name: str, value: Any) -> Any:
    allowed = _CHOICES[name]
    if value is None and name == "every":
        return None
    if not isinstance(value, str) or value not in allowed:
        words = ", ".join(repr(choice) for choice in allowed)
        raise wrong(name, f"one of {words}{' or None' if name == 'every' else ''}", value)
    return value


def _pair(value: Any) -> list[str] | None:
    if value is None:
        return None
    if isinstance(value, list | tuple) and len(value) == 2 and all(isinstance(item, str) for item in value):
        return list(value)
    raise wrong("groups", "two values of the column that between names, or None", value)


def _periods(value: Any) -> list[list[str]] | None:
    if value is None:
        return None
    if isinstance(value, list | tuple) and len(value) == 2 and all(_is_range(item) for item in value):
        return [[_date(day, value) for day in item] for item in value]
    raise _no_periods(value)


def _is_range(value: Any) -> bool:
    return isinstance(value, list | tuple) and len(value) == 2


def _date(value: Any, periods: Any) -> str:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    try:
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        raise _no_periods(periods) from None


def _no_periods(value: Any) -> OptionError:
    example = '(("2024-01-01", "2024-04-01"), ("2024-04-01", "2024-07-01"))'
    return wrong("periods", f"two pairs of dates, as {example}, or None", value)


def hours(value: Any) -> dict[str, Any]:
    """A schedule as JSON takes it; whether it is a good one, the core says."""
    if not isinstance(value, Mapping):
        allowed = 'a schedule, such as BusinessHours.weekdays("09:00", "17:00", zone="Europe/Berlin"), or None'
        raise wrong("hours", allowed, value)
    return {str(key): _plain(item) for key, item in value.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        raise wrong("hours", "made of dates and times of the day", value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        if value.replace(second=0, microsecond=0) != value or value.tzinfo is not None:
            raise wrong("hours", "made of times in whole minutes, without a zone of their own", value)
        return value.strftime("%H:%M")
    if value is None or isinstance(value, str | int | float):
        return value
    raise wrong("hours", "made of dicts, lists, dates, times and text", value)


_LABELS = ("negative", "neutral", "positive")


def _audit(value: Any) -> list[dict[str, Any]]:
    """Labelled messages as JSON takes them."""
    if isinstance(value, list) and not value:
        return []
    table = _labelled(value)
    for column in ("id", "label"):
        if column not in table.columns:
            raise wrong("audit", f"a table with the columns id and label; it has no {column}", table.columns)
    kept = [column for column in ("id", "label", "probability") if column in table.columns]
    table = table.select(kept).with_columns(pl.col("id").cast(pl.String), pl.col("label").cast(pl.String))
    table = table.with_columns(pl.col("label").str.strip_chars().str.to_lowercase()).filter(
        pl.col("label").fill_null("") != ""
    )
    odd = table.filter(~pl.col("label").is_in(_LABELS) | pl.col("id").is_null())
    if not odd.is_empty():
        words = ", ".join(repr(label) for label in _LABELS)
        raise wrong("audit", f"rows with an id and a label of {words}", odd.row(0))
    if "probability" in table.columns:
        try:
            table = table.with_columns(pl.col("probability").cast(pl.Float64))
        except pl.exceptions.PolarsError:
            raise wrong("audit", "a table whose probability is a number", table["probability"].dtype) from None
        if table["probability"].null_count():
            raise wrong("audit", "a table with a probability in every row, or in none", "null")
        if not table["probability"].is_finite().all():
            raise wrong("audit", "a table whose probability is a number", "one that is not finite")
    return table.to_dicts()


def _terms(value: Any) -> dict[str, list[str]]:
    """The patterns of each subject."""
    allowed = 'the patterns of each subject, as {"prices": ["price*", "expensive"]}'
    if value is None:
        return {}
    if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
        raise wrong("terms", allowed, value)
    return {name: strings("terms", patterns, allowed) or [] for name, patterns in value.items()}


def _labelled(value: Any) -> pl.DataFrame:
    if isinstance(value, list) and all(isinstance(row, Mapping) for row in value):
        columns = {name: [row.get(name) for row in value] for name in dict.fromkeys(k for row in value for k in row)}
        return pl.DataFrame({str(name): pl.Series(values, strict=False) for name, values in columns.items()})
    if isinstance(value, str | Path):
        try:
            if Path(value).suffix == ".parquet":
                return pl.read_parquet(value)
            return pl.read_csv(value, infer_schema=False)
        except (OSError, pl.exceptions.PolarsError) as error:
            raise wrong("audit", f"the path of a CSV or Parquet file ({error})", str(value)) from None
    if isinstance(value, pl.Series | pl.LazyFrame) or not hasattr(value, "__arrow_c_stream__"):
        raise wrong("audit", "a table with the columns id and label, its path, or None", value)
    return pl.DataFrame(value)


def _roles(value: Any) -> Any:
    roles = strings("roles", value, "'member', 'staff' or both")
    for role in roles or []:
        if role not in get_args(Role):
            raise wrong("roles", "'member', 'staff' or both", value)
    return roles


def strings(name: str, value: Any, allowed: str) -> list[str] | None:
    """One text or several as a list; None stays."""
    if value is None:
        return None
    if isinstance(value, str):
        return [value]
    if isinstance(value, Sequence) and all(isinstance(item, str) for item in value):
        return list(value)
    raise wrong(name, allowed, value)


def _durations(name: str, value: Any) -> Any:
    if isinstance(value, str | timedelta):
        return duration(name, value)
    if isinstance(value, Sequence) and name == "within" and value:
        return [duration(name, item) for item in value]
    raise wrong(name, 'a duration such as "1h", "7d" or a timedelta', value)


def duration(name: str, value: Any) -> str:
    """A length of time as the core reads it."""
    if isinstance(value, str):
        return value
    if isinstance(value, timedelta) and value > timedelta(0):
        for unit, length in _UNITS:
            if value % length == timedelta(0):
                return f"{value // length}{unit}"
    raise wrong(name, 'a positive duration in whole seconds, such as "1h", "7d" or a timedelta', value)


def wrong(option: str, allowed: str, got: object) -> OptionError:
    """The error for an option with a value that it cannot take."""
    told = repr(got)
    return OptionError(f"{option} must be {allowed}, got {told if len(told) <= _LONGEST else told[:_LONGEST] + '…'}")
