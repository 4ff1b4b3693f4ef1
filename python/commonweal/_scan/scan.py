"""What `scan` gives."""

import os
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import cached_property, partial
from pathlib import Path
from types import TracebackType
from typing import Any, Final, TypeVar

import polars as pl

from commonweal import _core, _keys, _time
from commonweal._observed import PLATFORMS, Facts, Observed
from commonweal._scan import account, memory
from commonweal._scan.asking import Ask, Asking, UnknownError
from commonweal._scan.bring import Asked, Brought, Source, bring_together
from commonweal._scan.cut import Cut
from commonweal._scan.people import People, people
from commonweal._scan.pieces import reads_members
from commonweal._scan.spill import Folder, Spill
from commonweal._scan.tally import TALLIED, Tally, grouped
from commonweal._scan.window import Window
from commonweal.exceptions import CommonwealError, OptionError, SourceError
from commonweal.protocol import BUCKET, Spec, openers, partials
from commonweal.typing import ArrowStream, Instant, PartitionKey

T = TypeVar("T")

_KEYS: Final[tuple[PartitionKey, ...]] = ("member", "thread")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=timezone.utc)


@dataclass(frozen=True, kw_only=True)
class How:
    """What was asked of `scan` beside the source."""

    limit: int
    members: str | os.PathLike[str] | ArrowStream | None
    affiliations: ArrowStream | None
    tz: str
    as_of: datetime | None
    unique_ids: bool
    within: Path
    min_group: int


class Scan(Observed):
    """Events that no memory holds, and every KPI on them; `commonweal.scan` makes it.

    The first KPI of a key, member or thread, reads the source; later ones take what lies on disk. It is removed by
    `close`, at the end of `with`, when the process ends, and, if the process was killed, by the next scan.

    A Scan never changes: `filter` and `between` give a new one, which is closed with the one that it is of.
    """

    def __init__(self, source: Source, how: How, cut: Cut) -> None:
        self._source, self._how, self._cut = source, how, cut
        self._min_group = how.min_group
        # Measured once: what was used and given back is still held by those who manage memory, and used again.
        self._room = memory.room(how.limit)
        self._folder = Folder(how.within)
        self._brought = Brought()
        self._counts: dict[PartitionKey, int] = {}
        self._derived: weakref.WeakSet[Scan] = weakref.WeakSet()
        self._of: Scan | None = None

    def filter(self, *predicates: pl.Expr) -> "Scan":
        """The community with the events that meet every predicate; members and `as_of` stay. As `Community.filter`.

        Nothing is read yet. Events are looked at in pieces, before they are put on disk, so a predicate that looks at
        several of them, such as one with a mean, is refused: compute that first.

        Raises:
            OptionError: a predicate is none, or looks at several events at once.

        Example:
            >>> import commonweal as cw, polars as pl, tempfile, pathlib
            >>> path = pathlib.Path(tempfile.mkdtemp()) / "events.parquet"
            >>> cw.datasets.simulate(members=60, days=60).events.write_parquet(path)
            >>> with cw.scan(path) as whole:
            ...     whole.filter(pl.col("channel") == "help").n_events < whole.n_events
            True
        """
        return self._with(self._cut.filter(predicates)) if predicates else self

    def between(self, start: Instant, end: Instant) -> "Scan":
        """The community as it was seen in `[start, end)`: nothing after `end` is known. As `Community.between`.

        Nothing is read yet. Row groups of Parquet without an event of that time are left out, by the times that the
        file tells of each, and `quality` tells of the rows that were read.

        Args:
            start: A datetime with a zone, a date (its first instant in `tz`), or either in ISO 8601.
            end: The same; observation ends there.

        Raises:
            OptionError: a datetime has no zone, or `end` is not after `start`.
        """
        return self._with(self._cut.between(Window(*_time.window(start, end, self.tz))))

    def _with(self, cut: Cut) -> "Scan":
        self._refuse_closed()
        made = Scan(self._source, self._how, cut)
        self._derived.add(made)
        # Who is between them is there as long as what is of it, to be closed with it.
        made._of = self
        return made

    @property
    def tz(self) -> str:
        """The zone of the calendar periods."""
        return self._how.tz

    @property
    def as_of(self) -> datetime:
        """The end of observation, in UTC. Where it was not given, the source is read for it."""
        if self._how.as_of is not None and self._cut.window is None:
            return self._how.as_of
        if not self._brought.spills:
            self._bring(_KEYS)
        end = self._how.as_of or self._brought.last or _EPOCH
        return end if self._cut.window is None else min(end, self._cut.window.end)

    @property
    def n_events(self) -> int:
        """The number of events."""
        return self._tally.events

    @property
    def n_members(self) -> int:
        """The number of distinct members that did something."""
        return self._distinct("member")

    @property
    def n_threads(self) -> int:
        """The number of conversations."""
        return self._distinct("thread")

    @property
    def span(self) -> tuple[datetime, datetime] | None:
        """The times of the first and the last event, in UTC; None where there is none."""
        return self._tally.span

    @property
    def members(self) -> pl.DataFrame | None:
        """The members table, where there is one."""
        self._refuse_closed()
        return self._people.table

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
        asked = kpis if isinstance(kpis, Mapping) else {kpi: {} for kpi in kpis}
        merged = self._merged({kpi: (kpi, options) for kpi, options in asked.items()})
        return {kpi: self._finished(spec, state, kpi) for kpi, (spec, state) in merged.items()}

    def close(self) -> None:
        """Removes what lies on disk; nothing can be asked any more, also of what was made by `filter` and `between`."""
        for other in list(self._derived):
            other.close()
        self._folder.close()
        self._brought.spills.clear()

    def __enter__(self) -> "Scan":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        first, *others = (str(file.path) for file in self._source.files)
        more = f" and {len(others)} more" if others else ""
        state = "closed" if self._folder.closed else f"at most {memory.written(self._how.limit)}"
        return f"<Scan of {first}{more}, {state}>"

    def _refuse_closed(self) -> None:
        if self._folder.closed:
            raise OptionError("this scan is closed: what it put on disk is gone; call commonweal.scan again")

    def _finished(self, spec: Spec, gathered: _core.Gathering, kpi: str) -> pl.DataFrame:
        table = pl.DataFrame(gathered.finish(spec.to_json()))
        return self._with_account(table) if kpi == "quality" else table

    def _with_account(self, checks: pl.DataFrame) -> pl.DataFrame:
        """The checks with the account of the reader, as `commonweal.read` has it."""
        # Where names of members are taken out of texts, the members are read with each piece.
        again = self._brought.pieces if reads_members(self._source.options) else 0
        told = account.rows(self._brought.account, self._people.notes, again)
        if self._cut:
            # Those of all events, as where the whole was in memory first.
            late = pl.when(pl.col("check") == "after as_of").then(pl.lit(self._brought.late, pl.Int64))
            checks = checks.with_columns(count=late.otherwise("count"))
        return pl.concat([pl.DataFrame(told, schema=checks.schema, orient="row"), checks])

    def _together(self, works: Sequence[Callable[[Observed], T]]) -> list[T]:
        """What is asked for is computed together, round by round: each asks on from the answers."""
        known: dict[str, pl.DataFrame | CommonwealError] = {}
        done: dict[int, T] = {}
        while len(done) < len(works):
            missing: dict[str, Ask] = {}
            for at, work in enumerate(works):
                if at in done:
                    continue
                asking = Asking(self, known)
                with suppress(UnknownError):
                    made = work(asking)
                    # Who goes on without an answer has not heard it yet.
                    if not asking.missing:
                        done[at] = made
                missing |= asking.missing
            known |= self._answers(missing)
        return [done[at] for at in range(len(works))]

    def _answers(self, asked: Mapping[str, Ask]) -> dict[str, pl.DataFrame | CommonwealError]:
        """The table of each, or why there is none."""
        found: dict[str, pl.DataFrame | CommonwealError] = {}
        good: dict[str, Ask] = {}
        for key, (kpi, options) in asked.items():
            told = _or_error(partial(Spec, kpi, self._asked(kpi, options), tz=self.tz))
            if isinstance(told, CommonwealError):
                found[key] = told
            else:
                good[key] = kpi, options
        if not good:
            return found
        # What is wrong with the source is no answer.
        self._bring(_KEYS)
        try:
            merged = self._merged(good)
        except SourceError:
            raise
        except CommonwealError as error:
            if len(good) == 1:
                return found | dict.fromkeys(good, error)
            for key, ask in good.items():
                found |= self._answers({key: ask})
            return found
        return found | {
            key: _or_error(partial(self._finished, *gathered, good[key][0])) for key, gathered in merged.items()
        }

    def _merged(self, asked: Mapping[str, Ask]) -> dict[str, tuple[Spec, _core.Gathering]]:
        """Each KPI's spec, and its partials together."""
        self._refuse_closed()
        told = {name: (kpi, self._asked(kpi, options)) for name, (kpi, options) in asked.items()}
        plain = {name: Spec(*ask, tz=self.tz, as_of=self._how.as_of) for name, ask in told.items()}
        keys = list(dict.fromkeys(spec.key for spec in plain.values()))
        self._bring(keys, any(spec.needs_threads for spec in plain.values()))
        # Observation ends for a part of the events where it ends for all.
        end = self.as_of if self._cut else self._how.as_of
        merged: dict[str, tuple[Spec, _core.Gathering]] = {}
        for key in keys:
            spill = self._brought.spills[key]
            group = {
                name: Spec(*told[name], tz=self.tz, as_of=end, buckets=spill.buckets)
                for name, spec in plain.items()
                if spec.key == key
            }
            # Those that need threads go first: the first spec says what is filled in for all.
            order = sorted(group, key=lambda name: not group[name].needs_threads)
            sums = {name: _core.Gathering() for name in order}
            for states in self._partials([group[name] for name in order], spill):
                for name, state in zip(order, states, strict=True):
                    sums[name].add(state)
            merged |= {name: (group[name], sums[name]) for name in order}
        return {name: merged[name] for name in asked}

    def _bring(self, keys: Sequence[PartitionKey], threads: bool = False) -> None:
        """Reads the source, where what these keys need is not on disk yet."""
        self._refuse_closed()
        here = self._brought
        missing = [key for key in keys if key not in here.spills or (threads and not here.threads)]
        if not missing:
            return
        asked = Asked(
            keys=missing,
            cut=self._cut,
            as_of=self._how.as_of,
            threads=threads,
            unique_ids=self._how.unique_ids and not here.spills,
            limit=self._how.limit,
            room=self._room,
        )
        made = Brought()
        try:
            made = bring_together(self._source, asked, self._folder, self._files_of(here))
        finally:
            # What was begun, or was of use on the way alone, takes no room any more.
            made.spills = {**here.spills, **made.spills}
            self._folder.keep(self._files_of(made))
        made.threads = made.threads and (here.threads or len(missing) == len(made.spills))
        self._brought = made

    @staticmethod
    def _files_of(brought: Brought) -> set[Path]:
        return {path for spill in brought.spills.values() for path in spill.files()}

    def _partials(self, specs: list[Spec], spill: Spill) -> Iterator[list[bytes]]:
        """The partials of the parts, each of as many buckets as fit."""
        for buckets in self._parts(spill):
            rows = spill.read(buckets)
            own = openers(specs[0], rows.clear()).filter(pl.col(BUCKET).is_in(buckets))
            together = pl.concat([rows, own.cast(rows.schema)])
            del rows
            states = partials(specs, together, members=self._people.table, affiliations=self._how.affiliations)
            del together
            memory.give_back()
            yield states

    def _parts(self, spill: Spill) -> Iterator[list[int]]:
        return grouped(spill.sizes(), self._room // memory.TIMES)

    @cached_property
    def _tally(self) -> Tally:
        """What is counted of the events, whatever they are brought together by."""
        if not self._brought.spills:
            self._bring(_KEYS)
        spill, end = next(iter(self._brought.spills.values())), self.as_of
        tally = Tally()
        for buckets in self._parts(spill):
            tally.add(spill.read(buckets, TALLIED).filter(pl.col("time") <= end))
        return tally

    def _distinct(self, key: PartitionKey) -> int:
        """How many members, or threads, there are."""
        if key not in self._counts:
            self._bring([key])
            spill, end = self._brought.spills[key], self.as_of
            rows = (spill.read(buckets, [key, "time"]) for buckets in self._parts(spill))
            # No name is in two buckets.
            self._counts[key] = sum(
                part.filter(pl.col("time") <= end).get_column(key).drop_nulls().n_unique() for part in rows
            )
        return self._counts[key]

    def _with_keys(self, checks: pl.DataFrame) -> pl.DataFrame:
        self._bring(["thread"])
        spill, end = self._brought.spills["thread"], self.as_of
        rows = (spill.read(buckets, _keys.COLUMNS) for buckets in self._parts(spill))
        acts = (_keys.activity(part.filter(pl.col("time") <= end)) for part in rows)
        return _keys.with_check(checks, self._people.table, _keys.together(acts))

    def _columns(self) -> Sequence[str]:
        if not self._brought.spills:
            self._bring(_KEYS)
        return self._brought.columns

    def _facts(self) -> Facts:
        # A report asks for both.
        self._bring(_KEYS)
        tally = self._tally
        return Facts(
            unknown=tally.unknown,
            channels=len(tally.channels),
            platforms=sorted(tally.platforms)[:PLATFORMS],
            texts=tally.texts,
        )

    @cached_property
    def _people(self) -> People:
        return people(self._how.members, self._source, self._folder.path)


def _or_error(make: Callable[[], T]) -> T | CommonwealError:
    try:
        return make()
    except CommonwealError as error:
        return error
