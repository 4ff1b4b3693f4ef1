"""Files, a piece at a time."""

import csv
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from glob import glob
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import polars as pl

from commonweal import _core, _remote
from commonweal.exceptions import CommonwealError, SourceError

if TYPE_CHECKING:
    from pyarrow import DataType
    from pyarrow.parquet import ParquetFile

TableFormat: TypeAlias = Literal["parquet", "csv", "ndjson"]

RECORD: Final = 64 * 2**20
"""No line of an honest export is longer."""

LEAST_PIECE: Final = 1 << 20
"""Smaller pieces cost more than they save, in bytes."""


@dataclass(frozen=True)
class File:
    """A file and what it is."""

    path: Path
    format: TableFormat


@dataclass(frozen=True)
class Piece:
    """Some events as `commonweal.read` makes them, and how much of all there is to read they were."""

    name: str
    events: pl.DataFrame
    account: Mapping[str, Any]
    share: float


def files(source: Path, given: TableFormat | None) -> tuple[list[File], list[Path]]:
    """The files of events, in order, and the tables of members beside them."""
    if (where := _remote.address(source)) is not None:
        raise SourceError(f"{where}: is an address, and scan reads files; copy them here first")
    if any(sign in source.as_posix() for sign in "*?["):
        paths = sorted(path for path in map(Path, glob(str(source), recursive=True)) if path.is_file())  # noqa: PTH207
        if not paths:
            raise SourceError(f"{source}: no file has such a name")
    elif source.is_dir():
        paths = sorted(path for path in source.rglob("*") if path.is_file() and not path.name.startswith((".", "_")))
        if not paths:
            raise SourceError(f"{source}: the folder is empty")
    elif source.is_file():
        paths = [source]
    else:
        raise SourceError(f"{source}: there is no such file or folder")
    members: list[Path] = []
    if len(paths) > 1:
        members = [path for path in paths if path.stem.lower().startswith("members")]
        paths = [path for path in paths if path not in members]
    elif paths[0].name.startswith("events") and source.is_file():
        beside = paths[0].with_name(f"members{paths[0].name.removeprefix('events')}")
        members = [beside] if beside.is_file() else []
    if not paths:
        raise SourceError(f"{source}: there is no table of events, only of members")
    return [File(path, given or _recognised(path)) for path in paths], members


def _recognised(path: Path) -> TableFormat:
    with path.open("rb") as file:
        start = file.read(4096)
    if start.startswith(b"PAR1"):
        return "parquet"
    if start.startswith((b"\x1f\x8b", b"PK\x03\x04", b"\x28\xb5\x2f\xfd", b"\xfd7zXZ", b"BZh")):
        raise SourceError(f"{path}: is packed; unpack it first, as it is read in pieces")
    if b"\0" in start:
        raise SourceError(f"{path}: is neither Parquet, CSV nor NDJSON; commonweal.read reads other exports")
    return "ndjson" if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") else "csv"


def pieces(found: Sequence[File], options: Mapping[str, Any], size: int, scratch: Path) -> Iterator[Piece]:
    """All events, in pieces of about so many bytes; `scratch` is a folder for what must lie in a file."""
    size = max(size, LEAST_PIECE)
    whole = sum(file.path.stat().st_size for file in found) or 1
    for file in found:
        share = file.path.stat().st_size / whole
        if file.format == "parquet":
            yield from _parquet(file.path, options, size, share)
        else:
            yield from _text(file, options, size, scratch, share)


def _parquet(path: Path, options: Mapping[str, Any], size: int, share: float) -> Iterator[Piece]:
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

    try:
        source = ParquetFile(path, page_checksum_verification=True, pre_buffer=False)
    except (pa.ArrowException, OSError) as error:
        raise SourceError(f"{path}: is no Parquet file that can be read: {_brief(error)}") from error
    with source:
        rows = source.metadata.num_rows or 1
        columns, left_out = _columns(path, source, options.get("columns"))
        asked = json.dumps({name: value for name, value in options.items() if name in ("mapping", "time_zone")})
        begun = 0
        for group in range(source.num_row_groups):
            height = source.metadata.row_group(group).num_rows
            name = f"{path}, row group {group} of {source.num_row_groups} (rows {begun} to {begun + height - 1})"
            batches = source.iter_batches(_batch(source, group, size), row_groups=[group], columns=columns)
            try:
                for batch in batches:
                    events, account = _core.table_rows(pa.Table.from_batches([batch]), name, asked)
                    told = json.loads(account)
                    for column in left_out:
                        told["notes"][f"column {column!r} left out: its type is not read"] = 1
                    left_out = []
                    yield Piece(name, pl.DataFrame(events), told, share * batch.num_rows / rows)
            except (pa.ArrowException, OSError) as error:
                raise SourceError(
                    f"{name}: cannot be read, it is damaged: {_brief(error)}; write the file anew from its source, or "
                    "leave it out"
                ) from error
            begun += height
        if source.metadata.num_rows == 0:
            # A file without rows has columns, and its events are none.
            empty = source.schema_arrow.empty_table().select(columns)
            events, account = _core.table_rows(empty, str(path), asked)
            yield Piece(str(path), pl.DataFrame(events), json.loads(account), share)


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


def _is_read(dtype: "DataType") -> bool:
    from pyarrow import types

    others = (types.is_decimal, types.is_fixed_size_list, types.is_float16, types.is_union, types.is_interval)
    return not any(is_other(dtype) for is_other in others) and not hasattr(dtype, "extension_name")


def _text(file: File, options: Mapping[str, Any], size: int, scratch: Path, share: float) -> Iterator[Piece]:
    """Lines of text through a file of their own, which is read as any other."""
    piece = scratch / f"piece.{file.format}"
    asked = {name: value for name, value in options.items() if name in ("mapping", "columns", "time_zone")}
    told = json.dumps(asked | {"format": file.format})
    total = file.path.stat().st_size or 1
    cut = _records(file.path, size) if file.format == "csv" else _lines(file.path, size)
    for first, content in cut:
        name = f"{file.path}, from line {first}"
        piece.write_bytes(content)
        try:
            events, _, account = _core.file_rows(str(piece), told)
        except CommonwealError as error:
            raise type(error)(str(error).replace(str(piece), name)) from error
        yield Piece(name, pl.DataFrame(events), json.loads(account), share * len(content) / total)


def _lines(path: Path, size: int) -> Iterator[tuple[int, bytes]]:
    """Whole lines, about so many bytes at a time, and the number of the first."""
    first = 1
    with path.open("rb") as file:
        while block := file.read(size):
            if not block.endswith(b"\n"):
                block += file.readline(RECORD)
            yield first, block
            first += block.count(b"\n")


def _records(path: Path, size: int) -> Iterator[tuple[int, bytes]]:
    """Whole records of delimited text, which may go over several lines, each time with the header."""
    limit = csv.field_size_limit(min(sys.maxsize, RECORD))
    try:
        with path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
            taken: list[str] = []
            held = 0

            def lines() -> Iterator[str]:
                nonlocal held
                for line in file:
                    taken.append(line)
                    held += len(line)
                    yield line

            delimiter = _remote.separator(file.readline())
            file.seek(0)
            reader = csv.reader(lines(), delimiter=delimiter)
            next(reader, None)
            header, first = "".join(taken), len(taken) + 1
            taken.clear()
            begun, held = first, 0
            for _ in reader:  # What is taken by now are whole records.
                if held >= size:
                    yield begun, _bytes(header, taken)
                    begun, held = begun + len(taken), 0
                    taken.clear()
            if taken or begun == first:
                yield begun, _bytes(header, taken)
    except csv.Error as error:
        raise SourceError(f"{path}: is no delimited text that can be read: {error}") from error
    finally:
        csv.field_size_limit(limit)


def _bytes(header: str, lines: Sequence[str]) -> bytes:
    return "".join([header, *lines]).encode("utf-8", errors="surrogateescape")


def _brief(error: Exception) -> str:
    return str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
