"""Files, a piece at a time."""

import base64
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from commonweal import _core
from commonweal._scan import types
from commonweal._scan.files import File
from commonweal._scan.lines import lines, records
from commonweal._scan.spill import told
from commonweal._scan.window import Group, Window
from commonweal._scan.window import groups as row_groups
from commonweal.exceptions import CommonwealError, SourceError

if TYPE_CHECKING:
    import pyarrow as pa
    from pyarrow import DataType
    from pyarrow.parquet import ParquetFile

LEAST_PIECE: Final = 1 << 20
"""Smaller pieces cost more than they save, in bytes."""


@dataclass(frozen=True)
class Piece:
    """Some events as `commonweal.read` makes them, and how much of all there is to read they were."""

    name: str
    events: pl.DataFrame
    account: Mapping[str, Any]
    share: float


@dataclass(frozen=True)
class Skipped:
    """A row group that holds no event of the time that is asked for."""

    file: File
    group: Group


def pieces(
    found: Sequence[File],
    options: Mapping[str, Any],
    size: int,
    scratch: Path,
    window: Window | None = None,
    skipped: list[Skipped] | None = None,
) -> Iterator[Piece]:
    """All events, in pieces of about so many bytes; `scratch` is a folder for what must lie in a file.

    With `window` row groups that hold no event of that time are left out, and told in `skipped`.
    """
    size = max(size, LEAST_PIECE)
    groups = {file.path: _groups(file, options) for file in found if file.format == "parquet"} if window else {}
    parts = [_part(file, groups.get(file.path), window) for file in found]
    whole = sum(parts) or 1.0
    for file, part in zip(found, parts, strict=True):
        chosen: Sequence[int] | None = None
        if file.path in groups:
            chosen = [group.number for group in groups[file.path] if group.may_hold(window)]
            if skipped is not None:
                skipped += [Skipped(file, group) for group in groups[file.path] if not group.may_hold(window)]
        yield from _of_file(file, options, size, scratch, part / whole, chosen)


def _part(file: File, groups: Sequence[Group] | None, window: Window | None) -> float:
    """How much of a file is read, in bytes."""
    size = float(file.path.stat().st_size)
    if not groups:
        return size
    whole = sum(group.size for group in groups) or 1
    return size * sum(group.size for group in groups if group.may_hold(window)) / whole


def _of_file(
    file: File, options: Mapping[str, Any], size: int, scratch: Path, share: float, groups: Sequence[int] | None = None
) -> Iterator[Piece]:
    if file.format == "parquet":
        yield from _parquet(file.path, options, size, scratch, share, groups)
    else:
        yield from _text(file, options, size, scratch, share)


@contextmanager
def _opened(path: Path) -> Iterator["ParquetFile"]:
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

    try:
        source = ParquetFile(path, page_checksum_verification=True, pre_buffer=False)
    except (pa.ArrowException, OSError) as error:
        raise SourceError(f"{path}: is no Parquet file that can be read: {_brief(error)}") from error
    with source:
        yield source


def named(file: File, options: Mapping[str, Any]) -> dict[str, str]:
    """The columns of the contract, and what they are called in a Parquet file."""
    import pyarrow as pa

    with _opened(file.path) as source:
        columns, _ = _columns(file.path, source, options.get("columns"))
        rows = _with_zones(source.schema_arrow.empty_table().select(columns), source)
        if source.num_row_groups:
            # Of the first row group alone: another may be damaged, and out of the time that is asked for.
            batches = source.iter_batches(_LOOKED_AT, row_groups=[0], columns=columns)
            rows = next((_with_zones(pa.Table.from_batches([batch]), source) for batch in batches), rows)
    # What is left out of people makes no difference to what columns are called.
    asked = {option: value for option, value in options.items() if option in ("mapping", "time_zone")}
    events, account = _core.table_rows(rows, str(file.path), json.dumps(asked))
    found = {name: name for name in pl.DataFrame(events).columns if name in columns}
    for note in json.loads(account)["notes"]:
        if match := _TAKEN.fullmatch(note):
            found[match[1]] = json.loads(match[2])
    return found


_LOOKED_AT: Final = 1_000
_TAKEN: Final = re.compile(r'events: (\w+) taken from the column (".*")')


def head(file: File, options: Mapping[str, Any], scratch: Path) -> pl.DataFrame:
    """The first few events of a file."""
    return next(_of_file(file, options, LEAST_PIECE, scratch, 0.0)).events


def only(
    file: File,
    names: Sequence[str],
    options: Mapping[str, Any],
    size: int,
    scratch: Path,
    groups: Sequence[int] | None = None,
) -> Iterator[Piece]:
    """The events of a file, or of some of its row groups, with these columns of the contract alone."""
    if file.format != "parquet":
        # All of it has to be gone through anyway.
        yield from _of_file(file, options, max(size, LEAST_PIECE), scratch, 0.0)
        return
    there = named(file, options)
    mapping = {
        name: column for name, column in (options.get("mapping") or {}).items() if name in names or name not in there
    }
    asked = {**options, "columns": [there[name] for name in names if name in there], "mapping": mapping}
    yield from _of_file(file, asked, max(size, LEAST_PIECE), scratch, 0.0, groups)


def _groups(file: File, options: Mapping[str, Any]) -> list[Group]:
    import pyarrow as pa

    with _opened(file.path) as source:
        try:
            return row_groups(source, named(file, options).get("time"))
        except (pa.ArrowException, OSError, CommonwealError):
            # What is wrong is told when it is read.
            return row_groups(source, None)


def _parquet(
    path: Path, options: Mapping[str, Any], size: int, scratch: Path, share: float, groups: Sequence[int] | None
) -> Iterator[Piece]:
    import pyarrow as pa

    with _opened(path) as source:
        columns, left_out = _columns(path, source, options.get("columns"))
        heights = [source.metadata.row_group(group).num_rows for group in range(source.num_row_groups)]
        chosen = range(source.num_row_groups) if groups is None else groups
        rows = sum(heights[group] for group in chosen) or 1
        for group in chosen:
            begun = sum(heights[:group])
            ends = f"{begun} to {begun + heights[group] - 1}"
            name = f"{path}, row group {group} of {source.num_row_groups} (rows {ends})"
            batches = source.iter_batches(_batch(source, group, size), row_groups=[group], columns=columns)
            try:
                for batch in batches:
                    rows_of = _with_zones(pa.Table.from_batches([batch]), source)
                    events, account = _rows(rows_of, name, options, scratch)
                    for column in left_out:
                        account["notes"][f"column {column!r} left out: its type is not read"] = 1
                    left_out = []
                    yield Piece(name, events, account, share * batch.num_rows / rows)
            except (pa.ArrowException, OSError) as error:
                raise SourceError(
                    f"{name}: cannot be read, it is damaged: {_brief(error)}; write the file anew from its source, or "
                    "leave it out"
                ) from error
        if not any(heights[group] for group in chosen):
            # A file without rows has columns, and its events are none.
            empty = _with_zones(source.schema_arrow.empty_table().select(columns), source)
            events, account = _rows(empty, str(path), options, scratch)
            yield Piece(str(path), events, account, share)


_ASKED: Final = ("mapping", "time_zone", "privacy")


def _rows(
    table: "pa.Table", name: str, options: Mapping[str, Any], scratch: Path
) -> tuple[pl.DataFrame, dict[str, Any]]:
    """Some rows of a table as events, and the account of them."""
    asked = {option: value for option, value in options.items() if option in _ASKED}
    if "privacy" not in asked:
        events, account = _core.table_rows(table, name, json.dumps(asked))
        return pl.DataFrame(events), json.loads(account)
    from pyarrow.parquet import write_table

    # What is kept of people is decided where files are read.
    piece = scratch / "piece.parquet"
    with _whole(piece):
        write_table(table, piece, compression="lz4")
    return _file_rows(piece, name, asked | {"format": "parquet"} | _names(options))


@contextmanager
def _whole(piece: Path) -> Iterator[None]:
    """A file that is written, or is not there."""
    with told(piece.parent.parent):
        try:
            yield
        except BaseException:
            piece.unlink(missing_ok=True)
            raise


def reads_members(options: Mapping[str, Any]) -> bool:
    """Whether the table of members is read with each piece, as the names of some are to be taken out of texts."""
    return bool(options.get("privacy", {}).get("erase")) and "members" in options


def _names(options: Mapping[str, Any]) -> dict[str, Any]:
    return {"members": options["members"]} if reads_members(options) else {}


def _file_rows(piece: Path, name: str, asked: Mapping[str, Any]) -> tuple[pl.DataFrame, dict[str, Any]]:
    """A piece in a file of its own, which is gone then."""
    try:
        events, _, account = _core.file_rows(str(piece), json.dumps(asked))
    except CommonwealError as error:
        raise type(error)(str(error).replace(str(piece), name)) from error
    finally:
        piece.unlink(missing_ok=True)
    return pl.DataFrame(events), json.loads(account)


def _batch(source: "ParquetFile", group: int, size: int) -> int:
    """How many rows are about so many bytes."""
    metadata = source.metadata.row_group(group)
    # As Arrow, names take more than as pages of codes.
    each: int = max(1, metadata.total_byte_size // max(1, metadata.num_rows), 16 * metadata.num_columns)
    return max(1_000, min(1_000_000, size // each))


def _columns(path: Path, source: "ParquetFile", asked: Sequence[str] | None) -> tuple[list[str], list[str]]:
    """The columns to read, and those that are not read for their type."""
    schema = source.schema_arrow
    for column in asked or []:
        if column not in schema.names:
            raise SourceError(f"{path}: there is no column {column!r}; there are {', '.join(schema.names)}")
    wanted = [field for field in schema if asked is None or field.name in asked]
    read = [field.name for field in wanted if _is_read(field.type)]
    return read, [field.name for field in wanted if field.name not in read]


def _with_zones(rows: "pa.Table", source: "ParquetFile") -> "pa.Table":
    """Times with the zone that they were written with, where their form in the file, such as Spark's, has none."""
    import pyarrow as pa

    stored = (source.metadata.metadata or {}).get(b"ARROW:schema")
    if stored is None:
        return rows
    for field in pa.ipc.read_schema(pa.py_buffer(base64.b64decode(stored))):
        at = rows.schema.get_field_index(field.name)
        if at < 0 or not pa.types.is_timestamp(field.type) or field.type.tz is None:
            continue
        now = rows.schema.field(at).type
        if pa.types.is_timestamp(now) and now.tz is None:
            rows = rows.set_column(at, field.name, rows.column(at).cast(pa.timestamp(now.unit, field.type.tz)))
    return rows


def _is_read(dtype: "DataType") -> bool:
    from pyarrow import types

    others = (types.is_decimal, types.is_fixed_size_list, types.is_float16, types.is_union, types.is_interval)
    return not any(is_other(dtype) for is_other in others) and not hasattr(dtype, "extension_name")


def _text(file: File, options: Mapping[str, Any], size: int, scratch: Path, share: float) -> Iterator[Piece]:
    """Lines of text through a file of their own, which is read as any other."""
    piece = scratch / f"piece.{file.format}"
    asked = {name: value for name, value in options.items() if name in ("columns", *_ASKED)}
    asked |= {"format": file.format} | _names(options)
    if file.said:
        asked["as_written"] = types.as_written(file.said)
    total = file.path.stat().st_size or 1
    begins: int | None = None
    said: types.Types = {}
    for first, content in (records if file.format == "csv" else lines)(file.path, size):
        begins = first if begins is None else begins
        name = f"{file.path}, from line {first}"
        with _whole(piece):
            piece.write_bytes(content)
        with _told_of(file.path, first - begins):
            events, account = _file_rows(piece, name, asked)
        if file.said is None:
            said = types.alike(said, types.of_piece(events, account))
        else:
            events = types.widened(events, file.said)
        yield Piece(name, events, account, share * len(content) / total)


@contextmanager
def _told_of(path: Path, before: int) -> Iterator[None]:
    """Errors of a line of a piece, told of the file, which has so many lines before."""
    try:
        yield
    except CommonwealError as error:
        place = re.compile(re.escape(f"{path}, from line ") + r"\d+, line (\d+)")
        message = place.sub(lambda match: f"{path}, line {int(match[1]) + before}", str(error), count=1)
        raise type(error)(message) from error


def settled(file: File, options: Mapping[str, Any], size: int, scratch: Path) -> File:
    """The file, with what its pieces say together."""
    if file.format == "parquet":
        return file
    said: types.Types = {}
    for piece in _text(replace(file, said={}), options, max(size, LEAST_PIECE), scratch, 0.0):
        said = types.together(said, types.of_piece(piece.events, piece.account))
    return replace(file, said=said)


def _brief(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
