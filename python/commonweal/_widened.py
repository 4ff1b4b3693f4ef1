"""Tables of a community with more columns."""

from typing import Final

import polars as pl

from commonweal.exceptions import SchemaError

_WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def joined(members: pl.DataFrame, added: pl.DataFrame, on: str) -> pl.DataFrame:
    """The members with the columns of a table of one row per person; nulls for those whom it does not know."""
    for name, columns in (("table", added.columns), ("members table", members.columns)):
        if on not in columns:
            raise SchemaError(f'on: there is no column "{on}" in the {name}, which has {", ".join(columns)}')
    twice = sorted(set(members.columns) & set(added.columns) - {on})
    if twice:
        raise SchemaError(f"the members have already: {', '.join(twice)}; rename or drop these columns of the table")
    keys = added.select(pl.col(on).cast(pl.String)).to_series().drop_nulls()
    again = keys.filter(keys.is_duplicated())
    if again.len():
        raise SchemaError(f'table, column "{on}": {again[0]!r} is there more than once; keep one row per person')
    known = added.with_columns(pl.col(on).cast(pl.String)).drop_nulls(on)
    both = members.with_columns(_key=pl.col(on).cast(pl.String)).join(
        known.rename({on: "_key"}), on="_key", how="left", maintain_order="left"
    )
    return both.drop("_key")


def with_local_hours(events: pl.DataFrame, tz: str) -> pl.DataFrame:
    """The events with `weekday` and `hour` on the clock of a zone."""
    for name in ("weekday", "hour"):
        if name in events.columns:
            raise SchemaError(f"the events have a column {name} already; rename it first")
    local = pl.col("time").dt.convert_time_zone(tz)
    names = dict(enumerate(_WEEKDAYS, start=1))
    weekday = local.dt.weekday().replace_strict(names, return_dtype=pl.String)
    hour = local.dt.hour().cast(pl.String).str.zfill(2)
    return events.with_columns(weekday=weekday, hour=hour)
