"""KPIs of a community that no single machine holds.

A `Spec` says what is asked and into how many buckets the community falls. Each worker turns the events of its buckets
into bytes with `partial`, `merge` puts the bytes together in any order, and `finish` makes the table, which is that of
one machine to the last bit. Buckets that are missing, that come twice, or that were torn apart, other options, another
time zone, another version of commonweal and damaged bytes are refused.

>>> import commonweal as cw, polars as pl
>>> community = cw.datasets.simulate(members=60, days=60)
>>> spec = cw.Spec("response.first_response", {"within": "1h", "by": "channel"}, buckets=4)
>>> events = cw.protocol.with_buckets(spec, community.events)
>>> held = [events.filter(pl.col("cw_bucket") == bucket) for bucket in range(4)]
>>> parts = [
...     cw.partial(spec, rows, members=community.members, bucket=bucket) for bucket, rows in enumerate(held)
... ]
>>> table = cw.finish(spec, cw.merge(reversed(parts)))
>>> table.equals(community.response.first_response(within="1h", by="channel"))
True
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import polars as pl

from commonweal import _core, _options, _time
from commonweal._tables import table as _table
from commonweal.typing import ArrowStream, Instant, PartitionKey

__all__ = ["BUCKET", "Spec", "finish", "merge", "openers", "partial", "partials", "with_buckets"]

BUCKET: Final = "cw_bucket"
"""The column of bucket numbers, and the kind of the rows that open a bucket."""


class Spec:
    """A KPI with its options, and what all workers must agree on.

    A Spec never changes, can be pickled, and is equal to another that asks the same.

    Args:
        kpi: A name of `commonweal.kpis()`.
        options: Its options; the defaults hold for the others.
        tz: The IANA zone of the calendar periods.
        as_of: The end of observation; events after it are left out. By default the last event of all: each partition
            takes its own, and merging keeps the latest, so nobody has to know it before.
        buckets: Into how many buckets members, or threads, fall: at least as many as there are workers.

    Raises:
        OptionError: no KPI has this name, or an option is unknown or has a value that it cannot take.

    Example:
        >>> import commonweal as cw
        >>> cw.Spec("adoption.growth", {"every": "1mo"}, tz="Europe/Berlin", buckets=8).key
        'member'
    """

    __slots__ = ("_json", "_key")

    def __init__(
        self,
        kpi: str,
        options: Mapping[str, Any] | None = None,
        /,
        *,
        tz: str = "UTC",
        as_of: Instant | None = None,
        buckets: int = 1,
    ) -> None:
        _time.zone("tz", tz)
        end = None if as_of is None else _time.instant("as_of", as_of, tz)
        if isinstance(buckets, bool) or not isinstance(buckets, int) or not 1 <= buckets <= 1 << 20:
            raise _options.wrong("buckets", "a whole number from 1 to 1048576", buckets)
        self._json = _core.spec(kpi, _options.to_json(options or {}), tz, end, buckets)
        self._key = _core.spec_key(self._json)

    @classmethod
    def from_json(cls, text: str, /) -> "Spec":
        """The spec of `to_json`.

        Raises:
            StateError: another version of commonweal wrote it.
            OptionError: it is none.
        """
        self = cls.__new__(cls)
        self._json, self._key = text, _core.spec_key(text)
        return self

    def to_json(self) -> str:
        """The spec as canonical JSON: how it travels to workers."""
        return self._json

    @property
    def key(self) -> PartitionKey:
        """What must be whole in a partition."""
        return "member" if self._key[0] == "member" else "thread"

    @property
    def buckets(self) -> int:
        """Into how many buckets members, or threads, fall."""
        return int(json.loads(self._json)["buckets"])

    @property
    def needs_threads(self) -> bool:
        """Whether the thread of every act must be known before the events are cut up."""
        return self._key[1]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Spec) and self._json == other._json

    def __hash__(self) -> int:
        return hash(self._json)

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return Spec.from_json, (self._json,)

    def __repr__(self) -> str:
        return f"Spec.from_json({self._json!r})"


def with_buckets(spec: Spec, events: ArrowStream) -> pl.DataFrame:
    """The events, or any batch of them, with the column `cw_bucket`: what to bring together by.

    A bucket is the CRC-32 of the member's, or the thread's, name modulo the number of buckets; an engine may compute it
    by itself. Where there is no name any bucket is right; here it is the CRC-32 of the time in microseconds, as decimal
    text. A post without a thread opens its own, named by its id.

    Raises:
        SchemaError: the events break the contract, or threads must be whole and acts have a parent but no thread.
    """
    return pl.DataFrame(_core.with_buckets(spec.to_json(), _table("events", events)))


def openers(spec: Spec, events: ArrowStream) -> pl.DataFrame:
    """One row for each bucket, with the columns of the numbered events: null but for `kind` and `cw_bucket`.

    Put among the events before they are brought together, the row tells the partition that holds it that the bucket is
    its own, even where no event falls into it. So that an empty bucket is not taken for a lost one.
    """
    return pl.DataFrame(_core.openers(spec.to_json(), _table("events", events)))


def partial(
    spec: Spec,
    events: ArrowStream,
    *,
    members: ArrowStream | None = None,
    affiliations: ArrowStream | None = None,
    bucket: int | None = None,
) -> bytes:
    """The answer of the buckets in these events, as bytes.

    Args:
        spec: What is asked.
        events: All events of some buckets; a table, or a one-shot `pyarrow.RecordBatchReader`.
        members: The members of the whole community.
        affiliations: The affiliations of the whole community.
        bucket: The one bucket that this is. Where it is not given, the column `cw_bucket` and the rows of `openers`
            tell; with a spec of one bucket, the events are all there are.

    Raises:
        StateError: a member, or a thread, is not of the buckets of this partition; nothing tells which they are; or
            another version of commonweal made the spec.
        SchemaError: the tables break the contract.
        OptionError: as `Community.compute`.
    """
    return partials([spec], events, members=members, affiliations=affiliations, bucket=bucket)[0]


def partials(
    specs: Sequence[Spec],
    events: ArrowStream,
    *,
    members: ArrowStream | None = None,
    affiliations: ArrowStream | None = None,
    bucket: int | None = None,
) -> list[bytes]:
    """The answers to several specs of one key, zone, `as_of` and number of buckets; the events are read once.

    Raises:
        OptionError: the specs do not share these; and as `partial`.
    """
    if bucket is not None and (isinstance(bucket, bool) or not isinstance(bucket, int) or bucket < 0):
        raise _options.wrong("bucket", "a whole number, 0 or more", bucket)
    people = None if members is None else _table("members", members)
    history = None if affiliations is None else _table("affiliations", affiliations)
    return _core.partials([spec.to_json() for spec in specs], _table("events", events), people, history, bucket)


def merge(parts: Iterable[bytes]) -> bytes:
    """The answer of all buckets of these parts together; the order does not matter.

    Once every bucket is there the bytes are those of one machine.

    Raises:
        StateError: the parts answer different questions, speak for the same bucket, come of another version of
            commonweal, are damaged, or there are none.
    """
    return _gathered(parts).to_bytes()


def finish(spec: Spec, merged: bytes, /) -> pl.DataFrame:
    """The KPI's table, at the end of observation of the spec, or else of all parts.

    Raises:
        StateError: buckets are missing, or the bytes answer another question.
    """
    return pl.DataFrame(_gathered([merged]).finish(spec.to_json()))


def _gathered(parts: Iterable[bytes]) -> _core.Gathering:
    gathering = _core.Gathering()
    for part in parts:
        gathering.add(part)
    return gathering
