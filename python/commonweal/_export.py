"""KPI tables as files for other programs."""

import sys
from io import BytesIO
from pathlib import Path
from typing import Any, Literal, TypeAlias

import polars as pl

from commonweal.exceptions import OptionError

Format: TypeAlias = Literal["csv", "parquet", "json"]

_SUFFIXES: dict[str, Format] = {".csv": "csv", ".parquet": "parquet", ".json": "json"}
# What spreadsheets take for the start of a formula, in half and full width.
_RUNNABLE = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def format_of(path: Path | None) -> Format:
    """The format that the file's name asks for; CSV where there is no file."""
    if path is None:
        return "csv"
    if path.suffix.lower() not in _SUFFIXES:
        raise OptionError(f"--output must end in {', '.join(_SUFFIXES)}, or come with --format; got {str(path)!r}")
    return _SUFFIXES[path.suffix.lower()]


def write(table: pl.DataFrame, path: Path | None, kind: Format) -> None:
    """Writes the table to the file, or to standard output."""
    buffer = BytesIO()
    if kind == "parquet":
        table.write_parquet(buffer)
    elif kind == "json":
        plain(table).write_json(buffer)
    else:
        neutral(plain(table)).write_csv(buffer)
    if path is None:
        sys.stdout.buffer.write(buffer.getbuffer())
        sys.stdout.buffer.flush()
    else:
        path.write_bytes(buffer.getbuffer())


def plain(table: pl.DataFrame) -> pl.DataFrame:
    """The table without types that text formats lack: `<name>_seconds` for durations, ISO 8601 for instants."""
    return table.select(_plain(name, kind) for name, kind in table.schema.items())


def _plain(name: str, kind: Any) -> pl.Expr:
    column = pl.col(name)
    if isinstance(kind, pl.Duration):
        return (column.dt.total_microseconds() / 1e6).round(6).alias(f"{name}_seconds")
    if isinstance(kind, pl.Datetime):
        return column.dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ")
    if isinstance(kind, pl.Categorical | pl.Enum):
        return column.cast(pl.String)
    return column


def neutral(table: pl.DataFrame) -> pl.DataFrame:
    """The table with an apostrophe before every text, and column name, that a spreadsheet would run as a formula."""
    texts = [name for name, kind in table.schema.items() if kind == pl.String]
    table = table.with_columns(
        pl.when(pl.any_horizontal(pl.col(name).str.starts_with(start) for start in _RUNNABLE))
        .then(pl.lit("'") + pl.col(name))
        .otherwise(pl.col(name))
        .alias(name)
        for name in texts
    )
    return table.rename({name: f"'{name}" for name in table.columns if name.startswith(_RUNNABLE)})
