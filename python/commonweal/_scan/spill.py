"""Rows on disk, brought together by bucket."""

import errno
import os
import shutil
import sys
import tempfile
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

import polars as pl

from commonweal._scan.memory import arrow, give_back, of, written
from commonweal.exceptions import SourceError

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    import pyarrow as pa

PREFIX: Final = "commonweal-scan-"
LOCK: Final = "lock"


class Folder:
    """A folder of its own, which is gone when it is closed, collected, or when the process ends.

    A process that is killed leaves it behind; the next one that makes a folder in the same place removes it.
    """

    def __init__(self, within: Path) -> None:
        remove_stale(within)
        with told(within):
            made = Path(tempfile.mkdtemp(prefix=f".{PREFIX}", dir=within))
            # Held as long as the process lives, and before the folder has the name that others look for.
            lock = (made / LOCK).open("w")
            if sys.platform != "win32":
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self.path = made.rename(within / made.name.removeprefix("."))
        self._names = count()
        self._finalizer = weakref.finalize(self, _remove, self.path, lock, os.getpid())

    def file(self) -> Path:
        """The path of a new file."""
        return self.path / f"{next(self._names)}.parquet"

    def keep(self, files: set[Path]) -> None:
        """Removes all events but those in these files."""
        for path in self.path.glob("*.parquet"):
            if path not in files:
                path.unlink(missing_ok=True)

    def close(self) -> None:
        """Removes it."""
        self._finalizer()

    @property
    def closed(self) -> bool:
        """Whether it is removed."""
        return not self._finalizer.alive


def _remove(path: Path, lock: IO[str], owner: int) -> None:
    if os.getpid() != owner:
        return  # a copy of the process, made by fork
    shutil.rmtree(path, ignore_errors=True)
    lock.close()


def remove_stale(within: Path) -> None:
    """Removes the folders of processes that are no more."""
    if sys.platform == "win32":
        return
    for path in within.glob(f"{PREFIX}*"):
        with suppress(OSError), (path / LOCK).open("r+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(path, ignore_errors=True)


@contextmanager
def told(within: Path) -> Iterator[None]:
    """Says what to do where the disk is full or the folder can't be written."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS, errno.ENOENT, errno.EFBIG):
            raise
        if not within.is_dir():
            raise SourceError(
                f"{within}: there is no such folder to put what is larger than memory in; make it, or name another "
                "with spill="
            ) from error
        free = ""
        with suppress(OSError):
            free = f", {written(shutil.disk_usage(within).free)} are free"
        raise SourceError(
            f"{within}: what is larger than memory cannot be put here ({os.strerror(error.errno)}{free}); name a "
            'folder with more room, as in scan(..., spill="/big/disk"), or read fewer columns, the text left out first'
        ) from error


@dataclass(frozen=True)
class Slice:
    """Some rows of a bucket: a whole Parquet file, within a file of many."""

    file: Path
    start: int
    length: int
    rows: int
    size: int


@dataclass
class Spill:
    """Rows in buckets. They come in batches, are held until there are many, and then written, bucket by bucket."""

    folder: Folder
    buckets: int
    column: str
    hold: int
    """So many bytes are held before they are written."""
    slices: list[list[Slice]] = field(init=False)
    types: dict[str, pl.DataType | None] = field(init=False, default_factory=dict)
    """The type of each column over all batches; none where it was null throughout."""
    _bare: dict[str, pl.DataType] = field(init=False, default_factory=dict)
    """What a column without values is said to be."""
    _held: list[pl.DataFrame] = field(init=False, default_factory=list)
    _bytes: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.slices = [[] for _ in range(self.buckets)]

    def add(self, batch: pl.DataFrame) -> None:
        """Rows with their bucket numbers."""
        empty = [name for name in batch.columns if batch[name].null_count() == batch.height]
        for name, dtype in batch.schema.items():
            self.types[name] = joined(self.types.get(name), None if name in empty else dtype)
            self._bare.setdefault(name, dtype)
        if not batch.height:
            return
        kept = batch.drop(empty)
        self._held.append(kept)
        self._bytes += of(kept)
        if self._bytes >= self.hold:
            self.flush()

    def flush(self) -> None:
        """Writes what is held."""
        if not self._held:
            return
        together = pl.concat(_of_one_type(self._held), how="diagonal")
        self._held, self._bytes = [], 0
        order = together[self.column].arg_sort()
        counts = together.group_by(self.column).len().sort(self.column)
        path = self.folder.file()
        with told(self.folder.path.parent), path.open("wb") as file:
            start = 0
            for bucket, rows in counts.iter_rows():
                # Taken bucket by bucket, so that nothing is held twice.
                part = arrow(together[order[start : start + rows]])
                packed = _packed(part)
                self.slices[bucket].append(Slice(path, file.tell(), len(packed), rows, of(pl.DataFrame(part))))
                file.write(packed)
                start += rows
        del together, order
        give_back()

    def sizes(self) -> list[int]:
        """The bytes of each bucket, as Arrow."""
        return [sum(piece.size for piece in pieces) for pieces in self.slices]

    def read(self, buckets: Sequence[int], columns: Sequence[str] | None = None) -> pl.DataFrame:
        """All rows of some buckets, with one type for each column."""
        types = {name: dtype or self._bare[name] for name, dtype in self.types.items()}
        types = {name: dtype for name, dtype in types.items() if columns is None or name in columns}
        frames = [_read(piece, types) for bucket in buckets for piece in self.slices[bucket]]
        return pl.concat(frames) if frames else pl.DataFrame(schema=types)

    def files(self) -> set[Path]:
        """What it has written."""
        return {piece.file for pieces in self.slices for piece in pieces}


_FEW: Final = ("kind", "channel", "member", "platform", "time_quality", "target")
"""Columns of which a bucket has few values: those of ids would be written out after the trouble of a dictionary."""


def _packed(rows: "pa.Table") -> memoryview:
    """Rows as a Parquet file of their own: one footer for all would be read anew for each of them."""
    import pyarrow as pa
    from pyarrow.parquet import write_table

    few = [name for name in _FEW if name in rows.column_names]
    with pa.BufferOutputStream() as target:
        write_table(rows, target, compression="zstd", write_statistics=False, use_dictionary=few)
        return memoryview(target.getvalue())


def _read(piece: Slice, types: Mapping[str, pl.DataType]) -> pl.DataFrame:
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

    try:
        with piece.file.open("rb") as packed:
            packed.seek(piece.start)
            content = pa.py_buffer(packed.read(piece.length))
        with ParquetFile(pa.BufferReader(content), pre_buffer=False) as file:
            there = [name for name in types if name in file.schema_arrow.names]
            rows = pl.DataFrame(file.read(columns=there))
    except (pa.ArrowException, OSError) as error:
        raise SourceError(f"{piece.file}: what was put on disk cannot be read again: {error}") from error
    if rows.height != piece.rows:
        raise SourceError(f"{piece.file}: {piece.rows} rows were put on disk, {rows.height} are there")
    absent = [pl.lit(None).alias(name) for name in types if name not in there]
    return rows.with_columns(absent).select(pl.col(name).cast(dtype) for name, dtype in types.items())


def _of_one_type(frames: Sequence[pl.DataFrame]) -> list[pl.DataFrame]:
    """Frames as they are read together: where a column has two types, the one that holds both."""
    seen: dict[str, set[pl.DataType]] = {}
    for frame in frames:
        for name, dtype in frame.schema.items():
            seen.setdefault(name, set()).add(dtype)
    differ = {name: pl.String() for name, dtypes in seen.items() if len(dtypes) > 1}
    return [frame.cast({name: dtype for name, dtype in differ.items() if name in frame.columns}) for frame in frames]


def joined(one: pl.DataType | None, other: pl.DataType | None) -> pl.DataType | None:
    """The type that holds both, as where a folder of tables is read: two types become text; none has no say."""
    if one is None or other is None or one == other:
        return one if other is None else other
    return pl.String()
