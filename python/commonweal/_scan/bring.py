"""Reads a source, and puts its events on disk, each member, or each thread, together."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

import polars as pl

from commonweal._scan import account, ids, memory
from commonweal._scan.cut import Cut
from commonweal._scan.files import File
from commonweal._scan.pieces import Piece, Skipped, head, only, pieces, settled
from commonweal._scan.spill import Folder, Spill, joined
from commonweal._scan.threads import NEEDED, Threads
from commonweal._scan.types import CONTRACT, DifferError
from commonweal._scan.window import last
from commonweal.exceptions import OptionError, SchemaError, SourceError
from commonweal.protocol import BUCKET, Spec, with_buckets
from commonweal.typing import PartitionKey, Progress

_BY: Final[dict[PartitionKey, str]] = {"member": "engagement.activity", "thread": "response.curve"}
"""A KPI of each key: it says which bucket a row is of."""

_FINE: Final = 8
"""Buckets for each part that fits: small ones are computed together, so that no part is much smaller than what fits."""

_MOST_BUCKETS: Final = 4096


@dataclass
class Source:
    """What is read, and how."""

    files: Sequence[File]
    """With what their pieces say together, once some were found to differ."""
    members: Sequence[Path]
    options: Mapping[str, Any]
    progress: Progress | None


@dataclass(frozen=True)
class Asked:
    """What of it is put on disk, and how much room there is."""

    keys: Sequence[PartitionKey]
    cut: Cut
    as_of: datetime | None
    threads: bool
    """Whether the thread of every act is needed, where no key is one."""
    unique_ids: bool
    limit: int
    room: int


@dataclass
class Brought:
    """What is on disk, and what was seen on the way."""

    spills: dict[PartitionKey, Spill] = field(default_factory=dict)
    account: dict[str, Any] = field(default_factory=lambda: {"kept": 0, "refused": {}, "notes": {}})
    pieces: int = 0
    columns: list[str] = field(default_factory=list)
    last: datetime | None = None
    """The last event of all, whether it was asked for or not."""
    late: int = 0
    """Events after the end of observation."""
    threads: bool = False
    """Whether threads are filled in."""


class _UntoldError(Exception):
    """Some threads are told by other rows alone."""


def bring_together(source: Source, asked: Asked, folder: Folder, keep: set[Path]) -> Brought:
    """Reads the source, and puts its events on disk by these keys; the files to `keep` lie there already."""
    with suppress(DifferError):
        return _brought(source, asked, folder, keep)
    folder.keep(keep)
    source.files = [settled(file, source.options, asked.room // 32, folder.path) for file in source.files]
    return _brought(source, asked, folder, keep)


def _brought(source: Source, asked: Asked, folder: Folder, keep: set[Path]) -> Brought:
    work = _Work(source, asked, folder)
    try:
        return work.done()
    except _UntoldError:
        folder.keep(keep)
        return _Work(source, asked, folder, _threads(source, asked, folder)).done()


def _threads(source: Source, asked: Asked, folder: Folder) -> Threads:
    """A first pass, over what tells threads alone."""
    size = asked.room // 32

    def read() -> Iterator[Piece]:
        for file in source.files:
            yield from only(file, NEEDED, source.options, size, folder.path)

    return Threads(read, asked.limit, asked.room)


class _Work:
    """One reading of the source."""

    def __init__(self, source: Source, asked: Asked, folder: Folder, threads: Threads | None = None) -> None:
        self._source, self._asked, self._folder, self._threads = source, asked, folder, threads
        self._made = Brought()
        self._skipped: list[Skipped] = []
        self._types: dict[str, pl.DataType | None] = {}
        # A piece is there as pages, as Arrow, as a frame, and once more for each key.
        self._size = asked.room // (16 * (1 + len(asked.keys)))
        self._needs_threads = asked.threads or "thread" in asked.keys or "thread" in asked.cut.columns
        self._checked = False
        self._seen: ids.Ids | None = None
        self._open: ids.Ids | None = None
        self._answered: ids.Ids | None = None

    def done(self) -> Brought:
        """What is on disk."""
        asked, made = self._asked, self._made
        done = 0.0
        self._types = self._types_of_all()
        for piece in self._sized():
            account.add(made.account, piece.account)
            made.pieces += 1
            try:
                self._take(piece.events)
            except SchemaError as error:
                raise SchemaError(f"{piece.name}: {error}") from error
            done += piece.share
            if self._source.progress is not None:
                self._source.progress(min(1000, round(1000 * done)), 1000)
        if not made.spills:
            raise SourceError(f"{self._source.files[0].path}: there is nothing in it")
        account.not_all_refused(self._source.files[0].path, made.account)
        for spill in made.spills.values():
            spill.flush()
        self._look_at_ids()
        if asked.cut.window is not None:
            times = partial(_times_of, source=self._source, size=self._size, scratch=self._folder.path)
            made.last = last(made.last, self._skipped, asked.cut.window.end, times, lambda one: one.group)
        for key, spill in made.spills.items():
            _refuse_large(key, spill, asked.limit, asked.room)
        made.threads = self._needs_threads
        return made

    def _pieces(self) -> Iterator[Piece]:
        asked = self._asked
        options, scratch = self._source.options, self._folder.path
        return pieces(self._source.files, options, self._size, scratch, asked.cut.window, self._skipped)

    def _sized(self) -> Iterator[Piece]:
        """The pieces, once it is known from one with rows into how many buckets they go."""
        empty: list[Piece] = []
        room = self._asked.room
        for piece in self._pieces():
            if not self._made.spills and not piece.events.height:
                empty.append(piece)
                continue
            if not self._made.spills:
                self._begin(_buckets(memory.of(piece.events) / max(piece.share, 1e-9), room))
                yield from empty
            yield piece
        if empty and not self._made.spills:
            self._begin(_buckets(0, room))
            yield from empty

    def _begin(self, buckets: int) -> None:
        asked, folder = self._asked, self._folder
        hold = asked.room // (6 * len(asked.keys))
        self._made.spills = {key: Spill(folder, buckets, BUCKET, hold) for key in asked.keys}
        self._seen, self._open, self._answered = (ids.Ids(folder, buckets, asked.room // 32) for _ in range(3))

    def _take(self, rows: pl.DataFrame) -> None:
        """Puts some events where they belong."""
        asked, made = self._asked, self._made
        events = rows.with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String))
        made.columns += [name for name in events.columns if name not in made.columns]
        latest: datetime | None = events["time"].max()  # type: ignore[assignment]  # of a column of times
        if latest is not None:
            made.last = latest if made.last is None else max(made.last, latest)
            if asked.as_of is not None and latest > asked.as_of:
                made.late += int((events["time"] > asked.as_of).sum())
        if self._needs_threads:
            events = self._with_threads(events)
        kept = asked.cut.kept(self._typed(events)) if asked.cut else None
        if self._needs_threads and self._threads is None and self._open is not None and self._answered is not None:
            self._answered.add(events["parent"])
            self._open.add((events if kept is None else events.filter(kept)).filter(_may_open())["id"])
        if kept is not None:
            events = events.filter(kept)
        if self._seen is not None and asked.unique_ids:
            self._seen.add(events["id"])
        for key, spill in made.spills.items():
            spill.add(with_buckets(Spec(_BY[key], buckets=spill.buckets), events))

    def _with_threads(self, events: pl.DataFrame) -> pl.DataFrame:
        if self._threads is not None:
            events = self._threads.fill(events)
        absent = [pl.lit(None, pl.String).alias(name) for name in ("id", "thread", "parent") if name not in events]
        opens = pl.col("thread").is_null() & (pl.col("kind") == "post")
        events = events.with_columns(absent).with_columns(thread=pl.when(opens).then("id").otherwise("thread"))
        child = pl.col("thread").is_null() & pl.col("parent").is_not_null() & (pl.col("kind") != "post")
        if self._threads is None and events.select(child.any()).item():
            raise _UntoldError
        return events

    def _types_of_all(self) -> dict[str, pl.DataType | None]:
        """The types that predicates see, where pieces may have others; what no piece has a value of is text."""
        files, options, scratch = self._source.files, self._source.options, self._folder.path
        others = self._asked.cut.columns - CONTRACT
        if not others or (len(files) == 1 and files[0].format == "parquet"):
            return {}
        types: dict[str, pl.DataType | None] = {}
        for file in files:
            if file.format == "parquet":
                seen = iter([head(file, options, scratch)])
            else:
                seen = (piece.events for piece in pieces([file], options, self._size, scratch))
            for events in seen:
                for name in others & set(events.columns):
                    bare = file.format != "parquet" and events[name].null_count() == events.height
                    types[name] = joined(types.get(name), None if bare else events.schema[name])
        return types

    def _typed(self, events: pl.DataFrame) -> pl.DataFrame:
        """Events as predicates see them: as if all were one table."""
        types = {name: dtype or pl.String() for name, dtype in self._types.items()}
        # Another file may have what this one lacks.
        texts = (self._asked.cut.columns & CONTRACT) if len(self._source.files) > 1 else set()
        types |= {name: pl.String() for name in texts - set(events.columns)}
        absent = [pl.lit(None, dtype).alias(name) for name, dtype in types.items() if name not in events.columns]
        typed = events.with_columns(absent).with_columns(pl.col(name).cast(dtype) for name, dtype in types.items())
        if not self._checked:
            self._asked.cut.check(typed)
            self._checked = True
        return typed

    def _look_at_ids(self) -> None:
        """What no part can see: ids that occur twice, and acts that open a conversation because others answer them."""
        if self._seen is None or self._open is None or self._answered is None:
            return
        ids.refuse_repeated(self._seen.twice(), next(iter(self._made.spills.values())))
        if not self._open.any:
            return
        for one in self._skipped:
            names = ("time", "member", "kind", "parent")
            of = [one.group.number]
            for piece in only(one.file, names, self._source.options, self._size, self._folder.path, groups=of):
                self._answered.add(piece.events["parent"])
        if len(self._open.both(self._answered)):
            raise _UntoldError


def _times_of(one: Skipped, source: Source, size: int, scratch: Path) -> Iterator[pl.DataFrame]:
    names = ("time", "member", "kind")
    for piece in only(one.file, names, source.options, size, scratch, groups=[one.group.number]):
        yield piece.events


def _may_open() -> pl.Expr:
    return pl.col("thread").is_null() & pl.col("parent").is_null() & (pl.col("kind") != "post")


def _buckets(size: float, room: int) -> int:
    """Into how many buckets so many bytes are cut."""
    return max(2, min(_MOST_BUCKETS, int(size * memory.TIMES * _FINE / room) + 1))


def _refuse_large(key: PartitionKey, spill: Spill, limit: int, room: int) -> None:
    """Refuses a key that does not fit, and says which."""
    sizes = spill.sizes()
    largest = max(range(len(sizes)), key=sizes.__getitem__)
    if sizes[largest] * memory.TIMES <= room:
        return
    rows = sum(piece.rows for piece in spill.slices[largest])
    names = spill.read([largest], [key]).get_column(key).cast(pl.String)
    name, count = names.drop_nulls().value_counts(sort=True).row(0) if names.null_count() < rows else (None, 0)
    need = limit - room + sizes[largest] * memory.TIMES
    raise OptionError(
        f"memory_limit must be {memory.written(need)} at least: {rows} events have to be looked at together, {count} "
        f"of them of the {key} {name!r}, which is never divided, got {memory.written(limit)}"
    )
