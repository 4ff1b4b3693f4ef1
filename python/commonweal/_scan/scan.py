"""The face of it: `scan`, and what it gives."""

import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any, Final, get_args

import polars as pl

from commonweal import _core, _keys, _mapping, _options, _time
from commonweal._extras import needed
from commonweal._families import Families
from commonweal._scan import ids, memory
from commonweal._scan.pieces import File, TableFormat, files, pieces
from commonweal._scan.spill import Folder, Spill
from commonweal._tables import table as _table
from commonweal.exceptions import OptionError, SchemaError, SourceError
from commonweal.io import remedy
from commonweal.protocol import BUCKET, Spec, finish, merge, openers, partials, with_buckets
from commonweal.typing import ArrowStream, Instant, PartitionKey, Progress

_BY: Final[dict[PartitionKey, str]] = {"member": "engagement.activity", "thread": "response.curve"}
"""A KPI of each key: it says which bucket a row is of."""

_FINE: Final = 8
"""Buckets for each part that fits: small ones are computed together, so that no part is much smaller than what fits."""

_MOST_BUCKETS: Final = 4096


def scan(
    path: str | os.PathLike[str],
    *,
    memory_limit: int | str = "2GB",
    format: TableFormat | None = None,  # noqa: A002  (the option's name in every face)
    mapping: Mapping[str, Any] | None = None,
    columns: Sequence[str] | None = None,
    members: str | os.PathLike[str] | ArrowStream | None = None,
    affiliations: ArrowStream | None = None,
    time_zone: str | None = None,
    tz: str = "UTC",
    as_of: Instant | None = None,
    unique_ids: bool = True,
    spill: str | os.PathLike[str] | None = None,
    progress: Progress | None = None,
) -> "Scan":
    r"""A community of a table that is larger than memory: Parquet, CSV or NDJSON.

    Nothing is read until a KPI is asked for. Then the events are read in pieces and put on disk, each member, or each
    thread, together; the KPI is computed a part at a time, and the parts are merged. The table is the one of
    `commonweal.read`, to the last bit.

    Args:
        path: A file, a folder, or a pattern such as `events/*.parquet`.
        memory_limit: What the process may hold while it computes: bytes, or a size such as `"500MB"` or `"2GB"`.
        format: `parquet`, `csv` or `ndjson`; recognised from the content where it is not given.
        mapping: As in `commonweal.read`.
        columns: The columns to read, by their names in the file. What no KPI of yours needs, the text above all, costs
            time and disk.
        members: A table of members, or the path of one; by default the one beside the events, as in `commonweal.read`.
            It is held in memory as a whole.
        affiliations: As in `commonweal.Community`; likewise.
        time_zone: The zone of times that carry none.
        tz: The IANA zone of the calendar periods.
        as_of: The end of observation; by default the last event.
        unique_ids: Whether to look for ids that occur twice, which are an error. False trusts that there are none.
        spill: The folder to put events in while this lives; by default that of temporary files. About as much room as
            the files take, and once more where KPIs of both keys are asked for.
        progress: Called now and then with thousandths done of what is being read, and 1000.

    Raises:
        SourceError: the path cannot be read, or is not what its name says.
        OptionError: an option has a value that it cannot take.

    Example:
        >>> import commonweal as cw, tempfile, pathlib
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "events.csv"
        >>> _ = path.write_text("time,member,kind\n2026-01-05T12:00:00Z,ana,post\n2026-01-05T13:00:00Z,bo,reply\n")
        >>> with cw.scan(path, memory_limit="2GB") as community:
        ...     community.engagement.activity(every="1d")["contributors"].to_list()
        [2]
    """
    with needed():
        import_module("pyarrow")
    formats = get_args(TableFormat)
    if format is not None and format not in formats:
        raise _options.wrong("format", f"one of {', '.join(map(repr, formats))}", format)
    _mapping.checked(mapping, columns)
    _time.zone("tz", tz)
    if time_zone is not None:
        _time.zone("time_zone", time_zone)
    given = {
        "mapping": None if mapping is None else dict(mapping),
        "columns": None if columns is None else list(columns),
        "time_zone": time_zone,
    }
    found, beside = files(Path(path), format)
    return Scan(
        _Source(found, beside, {name: value for name, value in given.items() if value is not None}, progress),
        memory.limit(memory_limit),
        members,
        None if affiliations is None else _table("affiliations", affiliations),
        tz,
        None if as_of is None else _time.instant("as_of", as_of, tz),
        unique_ids,
        Path(tempfile.gettempdir() if spill is None else spill),
    )


@dataclass(frozen=True)
class _Source:
    files: Sequence[File]
    members: Sequence[Path]
    options: Mapping[str, Any]
    progress: Progress | None


class Scan(Families):
    """Events that no memory holds, and every KPI on them; `commonweal.scan` makes it.

    The first KPI of a key, member or thread, reads the source; later ones take what lies on disk. It is removed by
    `close`, at the end of `with`, when the process ends, and, if the process was killed, by the next scan.
    """

    def __init__(
        self,
        source: _Source,
        limit: int,
        members: str | os.PathLike[str] | ArrowStream | None,
        affiliations: ArrowStream | None,
        tz: str,
        as_of: Any,
        unique_ids: bool,
        within: Path,
    ) -> None:
        self._source, self._limit, self._given_members, self._affiliations = source, limit, members, affiliations
        self._tz, self._as_of, self._unique_ids = tz, as_of, unique_ids
        # Measured once: what was used and given back is still held by those who manage memory, and used again.
        self._room = memory.room(limit)
        self._folder = Folder(within)
        self._spills: dict[PartitionKey, Spill] = {}
        self._account: dict[str, Any] = {}
        self._members: pl.DataFrame | None = None
        self._read_members = False

    @property
    def tz(self) -> str:
        """The zone of the calendar periods."""
        return self._tz

    def compute(self, name: str, options: Mapping[str, Any] | None = None, /) -> pl.DataFrame:
        """The KPI of this name: what every method of the families calls.

        Args:
            name: A name of `commonweal.kpis()`.
            options: Its options; the defaults of `commonweal.kpis()` hold for the others.

        Raises:
            OptionError: no KPI has this name, an option is unknown or has a value that it cannot take, or
                `memory_limit` is too small.
            SourceError: the source cannot be read, or the disk is full.
            SchemaError: the events break the contract.
            DeclinedError: the data does not tell what was asked.
        """
        return self.compute_all({name: options or {}})[name]

    def compute_all(self, kpis: Mapping[str, Mapping[str, Any]] | Iterable[str], /) -> dict[str, pl.DataFrame]:
        """Several KPIs, which share what is read: the source once, each part once for each key.

        Args:
            kpis: Options by the name of the KPI, or names alone.

        Raises:
            CommonwealError: as `compute`. A KPI that declines makes all of them fail: ask for it alone.
        """
        merged = self._merged(kpis if isinstance(kpis, Mapping) else {kpi: {} for kpi in kpis})
        return {kpi: finish(spec, state) for kpi, (spec, state) in merged.items()}

    def quality(self) -> pl.DataFrame:
        """What is wrong or odd with the data? As `Community.quality`, the rows that were refused among it."""
        checks = self.compute("quality")
        account = self._account
        read = account["kept"] + sum(account["refused"].values())
        rows = [("rows read", read), ("rows kept", account["kept"])] if read else []
        rows += sorted((f"rows refused: {why}", count) for why, count in account["refused"].items())
        rows += sorted((f"note: {remark}", count) for remark, count in account["notes"].items())
        told = [(name, count, count / read if read else None, "by the reader of the source") for name, count in rows]
        table = pl.concat([pl.DataFrame(told, schema=checks.schema, orient="row"), checks])
        spill = self._spills["thread"]
        acts = (_keys.activity(spill.read([bucket], _keys.COLUMNS)) for bucket in range(spill.buckets))
        return _keys.with_check(table, self._people(), _keys.together(acts))

    def close(self) -> None:
        """Removes what lies on disk; nothing can be asked any more."""
        self._folder.close()
        self._spills.clear()

    def __enter__(self) -> "Scan":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        first, *others = (str(file.path) for file in self._source.files)
        more = f" and {len(others)} more" if others else ""
        state = "closed" if self._folder.closed else f"at most {memory.written(self._limit)}"
        return f"<Scan of {first}{more}, {state}>"

    def _merged(self, asked: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[Spec, bytes]]:
        """Each KPI's spec, and its merged bytes."""
        if self._folder.closed:
            raise OptionError("this scan is closed: what it put on disk is gone; call commonweal.scan again")
        plain = {kpi: Spec(kpi, options, tz=self._tz, as_of=self._as_of) for kpi, options in asked.items()}
        keys = list(dict.fromkeys(spec.key for spec in plain.values()))
        missing = [key for key in keys if key not in self._spills]
        if missing:
            made: dict[PartitionKey, Spill] = {}
            try:
                made = self._spill(missing)
            finally:
                # What was begun, or was of use on the way alone, takes no room any more.
                self._folder.keep(
                    {path for spill in [*self._spills.values(), *made.values()] for path in spill.files()}
                )
            self._spills |= made
        merged: dict[str, tuple[Spec, bytes]] = {}
        for key in keys:
            spill = self._spills[key]
            group = {
                kpi: Spec(kpi, options, tz=self._tz, as_of=self._as_of, buckets=spill.buckets)
                for kpi, options in asked.items()
                if plain[kpi].key == key
            }
            # Those that need threads go first: the first spec says what is filled in for all.
            order = sorted(group, key=lambda kpi: not group[kpi].needs_threads)
            sums: dict[str, bytes] = {}
            for states in self._partials([group[kpi] for kpi in order], spill):
                for kpi, state in zip(order, states, strict=True):
                    sums[kpi] = merge([sums[kpi], state]) if kpi in sums else state
            merged |= {kpi: (group[kpi], sums[kpi]) for kpi in order}
        return {kpi: merged[kpi] for kpi in asked}

    def _partials(self, specs: list[Spec], spill: Spill) -> Iterator[list[bytes]]:
        """The partials of the parts, each of as many buckets as fit."""
        most = self._room // memory.TIMES
        for buckets in _grouped(spill.sizes(), most):
            rows = spill.read(buckets)
            own = openers(specs[0], rows.clear()).filter(pl.col(BUCKET).is_in(buckets))
            together = pl.concat([rows, own.cast(rows.schema)])
            del rows
            states = partials(specs, together, members=self._people(), affiliations=self._affiliations)
            del together
            memory.give_back()
            yield states

    def _people(self) -> pl.DataFrame | None:
        """The members: the table that was given, or the file beside the events."""
        if self._read_members:
            return self._members
        given = self._given_members
        path: Path | None = None
        if isinstance(given, str | os.PathLike):
            path = Path(given)
        elif given is not None:
            self._members = pl.DataFrame(_table("members", given))
        elif len(self._source.members) > 1:
            names = ", ".join(str(found) for found in self._source.members)
            raise OptionError(f"members must say which table of members it is, there are {names}")
        elif self._source.members:
            path = self._source.members[0]
        if path is not None:
            self._members = self._members_of(path)
        self._read_members = True
        return self._members

    def _members_of(self, path: Path) -> pl.DataFrame | None:
        """A file of members, read beside a single event."""
        alone = self._folder.path / "alone.csv"
        alone.write_text("time,member,kind\n2000-01-01T00:00:00Z,nobody,view\n", encoding="ascii")
        mapping = self._source.options.get("mapping", {}).get("members")
        options = {"format": "csv", "members": str(path), "time_zone": self._source.options.get("time_zone")}
        asked = options | ({"mapping": {"members": mapping}} if mapping else {})
        _, people, account = _core.file_rows(str(alone), json.dumps(asked))
        notes = json.loads(account)["notes"]
        self._account.setdefault("notes", {}).update(notes)
        return None if people is None else pl.DataFrame(people)

    def _spill(self, keys: list[PartitionKey]) -> dict[PartitionKey, Spill]:
        """Reads the source, and puts its events on disk by these keys."""
        room = self._room
        # A piece is there as pages, as Arrow, as a frame, and once more for each key.
        size = room // (16 * (1 + len(keys)))
        first = not self._spills
        spills: dict[PartitionKey, Spill] = {}
        seen: ids.Ids | None = None
        open_acts: ids.Ids | None = None
        answered: ids.Ids | None = None
        account: dict[str, Any] = {"kept": 0, "refused": {}, "notes": {}}
        done = 0.0
        for piece in pieces(self._source.files, self._source.options, size, self._folder.path):
            if not spills:
                n = _buckets(memory.of(piece.events) / max(piece.share, 1e-9), room)
                spills = {key: Spill(self._folder, n, BUCKET, room // (6 * len(keys))) for key in keys}
                seen, open_acts, answered = (ids.Ids(self._folder, n, room // 32) for _ in range(3))
            _add(account, piece.account)
            events = piece.events.with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String))
            try:
                for key, spill in spills.items():
                    numbered = with_buckets(Spec(_BY[key], buckets=spill.buckets), events)
                    spill.add(numbered)
            except SchemaError as error:
                raise SchemaError(f"{piece.name}: {error}") from error
            if self._unique_ids and first and seen is not None:
                seen.add(events["id"])
            if "thread" in spills and open_acts is not None and answered is not None:
                alone = pl.col("thread").is_null() & pl.col("parent").is_null() & (pl.col("kind") != "post")
                open_acts.add(events.filter(alone)["id"])
                answered.add(events["parent"])
            done += piece.share
            if self._source.progress is not None:
                self._source.progress(min(1000, round(1000 * done)), 1000)
        if not spills:
            raise SourceError(f"{self._source.files[0].path}: there is nothing in it")
        _not_all_refused(self._source.files[0].path, account)
        for spill in spills.values():
            spill.flush()
        if seen is not None and open_acts is not None and answered is not None:
            ids.refuse_repeated(seen.twice(), next(iter(spills.values())))
            if open_acts.any:
                ids.refuse_answered(open_acts.both(answered))
        self._account = account | {"notes": account["notes"] | self._account.get("notes", {})}
        for key, spill in spills.items():
            _refuse_large(key, spill, self._limit, self._room)
        return spills


def _buckets(size: float, room: int) -> int:
    """Into how many buckets so many bytes are cut."""
    return max(2, min(_MOST_BUCKETS, int(size * memory.TIMES * _FINE / room) + 1))


def _grouped(sizes: Sequence[int], most: int) -> Iterator[list[int]]:
    """Buckets one after another, as many together as fit."""
    group: list[int] = []
    held = 0
    for bucket, size in enumerate(sizes):
        if group and held + size > most:
            yield group
            group, held = [], 0
        group.append(bucket)
        held += size
    yield group


def _add(account: dict[str, Any], more: Mapping[str, Any]) -> None:
    account["kept"] += more["kept"]
    for part in ("refused", "notes"):
        for reason, rows in more[part].items():
            account[part][reason] = account[part].get(reason, 0) + rows


def _not_all_refused(path: Path, account: Mapping[str, Any]) -> None:
    """As in `commonweal.read`: a table of which no row could be used was misread."""
    refused = account["refused"]
    if account["kept"] or not refused:
        return
    why = "; ".join(f"{reason} ({rows:,})" for reason, rows in sorted(refused.items()))
    message = f"{path}: none of the {sum(refused.values()):,} rows could be used: {why}"
    raise SourceError(f"{message}. {remedy(refused)}")


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
