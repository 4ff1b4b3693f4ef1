"""What a launch, a training or a campaign changed: an interrupted time series of any KPI."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

import polars as pl

from commonweal import _core, _options
from commonweal._periods import length
from commonweal.exceptions import DeclinedError, OptionError
from commonweal.typing import Every

__all__ = ["impact", "impact_curve"]

_EFFECTS = ("level", "slope", "average")
_LEAVE_OUT = frozenset({"period", "complete", "suppressed"})
_CURVE = ("observed", "fitted", "expected", "expected_low", "expected_high")
_LONGEST_SEASON = 100_000


def impact(
    table: pl.DataFrame,
    value: str,
    *,
    at: date | datetime | str,
    by: str | Sequence[str] = (),
    window: str | timedelta | None = None,
    season: int | Literal["auto"] | None = "auto",
    controls: Sequence[str] = (),
    confidence: float = 0.95,
) -> pl.DataFrame:
    """What changed at a launch, a training, a campaign, in the series of any KPI?

    The series before tells where it would have gone: value = a + b·t + season + Σ c·control + level·[t ≥ 0] +
    slope·t·[t ≥ 0] + error, t in periods since the interruption. A high period is mostly followed by another, so each
    error has a share ρ of the one before; what is not known of ρ is in the intervals.

    **An interruption is one only where nothing else changed at that time.** Controls are series that it could not reach
    (another channel, another region): with them, what touched all of them is taken off.

    Args:
        table: Of any KPI with `every`, one row per period and group.
        value: The column that tells the figure: `"active"`, `"attained"`, `"net"`. Durations are taken in hours.
        at: The day of the launch, or its time, read by the clock that it is given in: give that of the community. A
            period that it lies within belongs to neither side and is left out.
        by: The columns of the table's groups; each group has a row of its own. With `within`, that is one of them.
        window: Look only at periods within this time on either side, as `"180d"`; None for all.
        season: Periods after which it comes round: 7 for the weekdays of a daily series (`"auto"`); None for none.
        controls: Columns of the table with series that the launch could not reach.
        confidence: Level of the intervals.

    Returns:
        One row per group: the `by` columns, `value` (its name), `at` (date of the first period since), `before`,
        `after` (periods with a value), `autocorrelation` (ρ), and `level` (the change at once), `slope` (of the change,
        for each period), `average` (the change over the periods since), each with `_low`, `_high` and `_p_value`;
        `expected` (what the periods since would have been on average), `relative` (average / expected; null where that
        is not above 0: a trend that falls may lead below it).

    Raises:
        OptionError: an option has a value that it cannot take, or a column is not in the table.
        DeclinedError: there are too few periods (8 before, and 4 since, and more with seasons and controls), or the
            series does not vary.

    Example:
        >>> import commonweal as cw
        >>> c = cw.datasets.simulate(members=300, days=365, seed=7)
        >>> table = c.engagement.activity(every="1w")
        >>> found = cw.impact(table, "contributions", at="2024-08-01")
        >>> found.select("before", "after").row(0)
        (30, 21)

    Source: A. K. Wagner and others, Segmented regression analysis of interrupted time series studies in medication use
    research, J Clin Pharm Ther 27 (2002); A. Zellner & G. C. Tiao, Bayesian analysis of the regression model with
    autocorrelated errors, JASA 59 (1964).
    """
    asked = _asked(table, value, at, by, window, season, controls, confidence)
    rows = []
    for keys, group in _groups(table, asked):
        series = _series(group, asked)
        found = series.found
        row: dict[str, Any] = {**keys, "value": value, "at": series.starts[series.at]}
        row |= {name: found[name] for name in ("before", "after", "autocorrelation")}
        for effect in _EFFECTS:
            row[effect] = found[effect]["value"]
            row |= {f"{effect}_{end}": found[effect][end] for end in ("low", "high", "p_value")}
        row["expected"] = found["expected"]
        # Of less than nothing there is no share.
        row["relative"] = row["average"] / row["expected"] if row["expected"] > 0 else None
        rows.append(row)
    schema: dict[str, Any] = {name: table.schema[name] for name in asked.by}
    schema |= {"value": pl.String, "at": pl.Date, "before": pl.Int64, "after": pl.Int64, "autocorrelation": pl.Float64}
    schema |= {f"{effect}{end}": pl.Float64 for effect in _EFFECTS for end in ("", "_low", "_high", "_p_value")}
    schema |= {"expected": pl.Float64, "relative": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def impact_curve(
    table: pl.DataFrame,
    value: str,
    *,
    at: date | datetime | str,
    by: str | Sequence[str] = (),
    window: str | timedelta | None = None,
    season: int | Literal["auto"] | None = "auto",
    controls: Sequence[str] = (),
    confidence: float = 0.95,
) -> pl.DataFrame:
    """The series of `impact`, period by period, beside what it would have been without the launch.

    Args:
        table: As for `impact`, as are all others.
        value: The column that tells the figure.
        at: The day of the launch.
        by: The columns of the table's groups.
        window: Look only at periods within this time on either side.
        season: Periods after which it comes round.
        controls: Columns of the table with series that the launch could not reach.
        confidence: Level of the intervals.

    Returns:
        One row per group and period: the `by` columns, `period` (date), `observed` (null where there is no value),
        `fitted` (what the model says), `expected` (what it would say without the launch) with `_low` and `_high` (of
        that level, not of a single period), `since` (whether the period is of the time since).

    Raises:
        OptionError: as `impact`.
        DeclinedError: as `impact`.

    Example:
        >>> import commonweal as cw
        >>> c = cw.datasets.simulate(members=300, days=365, seed=7)
        >>> curve = cw.impact_curve(c.engagement.activity(every="1w"), "contributions", at="2024-08-01")
        >>> curve["since"].sum()
        21
    """
    asked = _asked(table, value, at, by, window, season, controls, confidence)
    frames = []
    for keys, group in _groups(table, asked):
        series = _series(group, asked)
        told = pl.DataFrame(series.found["series"])
        frames.append(
            pl.DataFrame(
                {"period": series.starts, "observed": series.values}, schema_overrides={"observed": pl.Float64}
            )
            .with_columns(
                *(pl.lit(key, table.schema[name]).alias(name) for name, key in keys.items()),
                fitted=told["fitted"],
                expected=told["expected"],
                expected_low=told["low"],
                expected_high=told["high"],
                since=pl.int_range(pl.len()) >= series.at,
            )
            .select(*asked.by, pl.exclude(asked.by))
        )
    schema: dict[str, Any] = {name: table.schema[name] for name in asked.by}
    schema |= {"period": pl.Date, **dict.fromkeys(_CURVE, pl.Float64), "since": pl.Boolean}
    return pl.concat([pl.DataFrame(schema=schema), *frames])


@dataclass(frozen=True)
class _Asked:
    value: str
    every: Every
    """How long a period is: of one group with gaps it may not be told."""
    at: date
    """The first day that is wholly after the launch."""
    within: bool
    """Whether the launch was on the day before it."""
    by: list[str]
    window: timedelta | None
    season: int | Literal["auto"] | None
    controls: list[str]
    confidence: float


@dataclass(frozen=True)
class _Series:
    starts: list[date]
    values: list[float | None]
    at: int
    found: dict[str, Any]


def _asked(
    table: Any, value: Any, at: Any, by: Any, window: Any, season: Any, controls: Any, confidence: Any
) -> _Asked:
    if not isinstance(table, pl.DataFrame):
        raise _options.wrong("table", "a table of a KPI with every", table)
    names = _options.strings("by", by or None, "a column of the table, or several") or []
    columns = _options.strings("controls", controls or None, "columns of the table") or []
    for option, column in [("table", "period"), ("value", value), *(("by", n) for n in names)]:
        if not isinstance(column, str) or column not in table.columns:
            have = ", ".join(table.columns)
            what = (
                "a table with a column period: ask with every"
                if option == "table"
                else f"a column of the table ({have})"
            )
            raise _options.wrong(option, what, column if option != "table" else have)
    if table.schema["period"] not in (pl.Date, pl.Datetime, pl.Null):
        raise _options.wrong("table", "a table with a column period of dates", str(table.schema["period"]))
    for column in [value, *columns]:
        if column not in table.columns or not (
            table.schema[column].is_numeric() or table.schema[column] == pl.Duration
        ):
            option = "value" if column == value else "controls"
            raise _options.wrong(option, "a numeric column of the table, or one of durations", column)
    if (
        season != "auto"
        and season is not None
        and (isinstance(season, bool) or not isinstance(season, int) or not 2 <= season <= _LONGEST_SEASON)
    ):
        raise _options.wrong("season", f'a number of periods, 2 to {_LONGEST_SEASON}, "auto" or None', season)
    if isinstance(confidence, bool) or not isinstance(confidence, int | float) or not 0 < confidence < 1:
        raise _options.wrong("confidence", "between 0 and 1, as 0.95", confidence)
    every = length(table["period"].cast(pl.Date)) or "1d"
    return _Asked(value, every, *_launch(at), names, _span(window), season, columns, float(confidence))


def _launch(at: Any) -> tuple[date, bool]:
    """The first day that is wholly after a launch, and whether that was within the day before."""
    if isinstance(at, date) and not isinstance(at, datetime):
        return at, False
    try:
        time = at if isinstance(at, datetime) else datetime.fromisoformat(at)
    except (TypeError, ValueError):
        raise _options.wrong("at", "a date, or one in ISO 8601 as 2026-03-01", at) from None
    within = time.time() != datetime.min.time()
    if within and time.date() == date.max:
        raise _options.wrong("at", "a date before the year 10000", str(at))
    return time.date() + timedelta(days=within), within


def _span(window: Any) -> timedelta | None:
    if window is None or (isinstance(window, timedelta) and window > timedelta()):
        return window
    weeks_and_days = re.fullmatch(r"(\d+)(w|d)", window) if isinstance(window, str) else None
    if not weeks_and_days or not int(weeks_and_days[1]):
        raise _options.wrong("window", 'a number of days or weeks, as "180d" or "26w", a timedelta, or None', window)
    try:
        return int(weeks_and_days[1]) * (timedelta(weeks=1) if weeks_and_days[2] == "w" else timedelta(days=1))
    except OverflowError:
        raise _options.wrong("window", "fewer days, or None for all", window) from None


def _groups(table: pl.DataFrame, asked: _Asked) -> list[tuple[dict[str, Any], pl.DataFrame]]:
    if not asked.by:
        return [({}, table)]
    parts = table.partition_by(asked.by, maintain_order=True, as_dict=True, include_key=True)
    return [(dict(zip(asked.by, keys, strict=True)), part) for keys, part in parts.items()]


def _series(group: pl.DataFrame, asked: _Asked) -> _Series:
    """One group, which is named where it has none."""
    try:
        return _of_group(group, asked)
    except (DeclinedError, OptionError) as error:
        if not asked.by:
            raise
        keys = ", ".join(f"{name} = {group[name][0]}" for name in asked.by)
        raise type(error)(f"{error} ({keys})") from None


def _of_group(group: pl.DataFrame, asked: _Asked) -> _Series:
    """One group on a grid of all periods, the one that the launch lies within left out."""
    rows = group.filter(pl.col("period").is_not_null()).with_columns(pl.col("period").cast(pl.Date)).sort("period")
    if rows["period"].is_duplicated().any():
        twice = rows.filter(pl.col("period").is_duplicated())["period"][0]
        others = [c for c in group.columns if c not in _LEAVE_OUT and not group.schema[c].is_float()]
        raise _options.wrong("by", f"the columns of the table's groups (of {', '.join(others)})", f"{twice} twice")
    if "complete" in rows.columns:
        rows = rows.filter(pl.col("complete"))
    if rows.height < 2:
        there = "there is one complete one" if rows.height else "there is no complete one"
        raise DeclinedError(f"impact needs periods on either side of {asked.at}; {there}")
    hours = pl.col(asked.value).dt.total_microseconds() / 3.6e9 if rows.schema[asked.value] == pl.Duration else None
    values = rows.select(hours if hours is not None else pl.col(asked.value).cast(pl.Float64)).to_series()
    first, last = rows["period"][0], rows["period"][-1]
    starts = pl.date_range(first, last, interval=asked.every, eager=True).to_list()
    at = {start: place for place, start in enumerate(starts)}
    places = [at[start] for start in rows["period"]]
    since = next((place for place, start in enumerate(starts) if start >= asked.at), len(starts))
    if since in (0, len(starts)):
        raise _options.wrong("at", f"after {starts[0]} and not after {starts[-1]}, as the periods go", asked.at)
    within = since - 1 if asked.within or starts[since] != asked.at else None
    shown = [
        place
        for place, start in enumerate(starts)
        if asked.window is None or -asked.window <= start - asked.at < asked.window
    ]
    if since not in shown or since - 1 not in shown:
        raise _options.wrong("window", "as long as a period at least, on either side of the launch", str(asked.window))
    low, high = shown[0], shown[-1] + 1

    def grid(column: pl.Series) -> list[float | None]:
        known = dict(zip(places, column.to_list(), strict=True))
        return [None if place == within else known.get(place) for place in range(low, high)]

    controls = [grid(rows[name].cast(pl.Float64)) for name in asked.controls]
    season = asked.season if asked.season != "auto" else 7 if asked.every == "1d" else None
    found = _core.impact(grid(values), since - low, season, controls, asked.confidence)
    return _Series(starts[low:high], grid(values), since - low, json.loads(found))
