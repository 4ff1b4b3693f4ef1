"""What no part can see: ids that occur twice, and acts that open a conversation because others answer them."""

from collections.abc import Iterator

import polars as pl

from commonweal._scan.spill import Folder, Spill
from commonweal.exceptions import SchemaError

_HASH = "hash"
_NUMBER = "bucket"


class Ids:
    """The hashes of ids, eight bytes each, in buckets on disk."""

    def __init__(self, folder: Folder, buckets: int, hold: int) -> None:
        self._seen = Spill(folder, buckets, _NUMBER, hold)

    def add(self, ids: pl.Series) -> None:
        """More ids; nulls are none."""
        hashes = ids.cast(pl.String).drop_nulls().hash()
        number = (hashes % self._seen.buckets).cast(pl.Int32)
        if len(hashes):
            self._seen.add(pl.DataFrame({_HASH: hashes, _NUMBER: number}))

    @property
    def any(self) -> bool:
        """Whether there are any."""
        return bool(self._seen.types)

    def twice(self) -> pl.Series:
        """The hashes that occur more than once."""
        found = [hashes.filter(hashes.is_duplicated()).unique() for hashes in self._buckets()]
        return _all(found)

    def both(self, other: "Ids") -> pl.Series:
        """The hashes that are here and there."""
        pairs = zip(self._buckets(), other._buckets(), strict=True)
        return _all([ours.filter(ours.is_in(theirs.implode())).unique() for ours, theirs in pairs])

    def _buckets(self) -> Iterator[pl.Series]:
        self._seen.flush()
        for bucket in range(self._seen.buckets):
            yield self._seen.read([bucket]).get_column(_HASH) if self.any else pl.Series(_HASH, [], pl.UInt64)


def _all(found: list[pl.Series]) -> pl.Series:
    together: pl.Series = pl.concat(found)
    return together


def refuse_repeated(hashes: pl.Series, events: Spill) -> None:
    """Refuses ids that occur twice, and names one; two ids of one hash are told apart."""
    if not len(hashes):
        return
    found: list[pl.Series] = []
    for bucket in range(events.buckets):
        ids = events.read([bucket], ["id"]).get_column("id").cast(pl.String).drop_nulls()
        found.append(ids.filter(ids.hash().is_in(hashes.implode())))
    ids = pl.concat(found)
    repeated = ids.filter(ids.is_duplicated()).unique().sort()
    if len(repeated):
        more = f" and {len(repeated) - 1} others" if len(repeated) > 1 else ""
        raise SchemaError(
            f'events, column "id": repeats a value given before: {repeated[0]!r}{more}; keep one row of each act, or '
            "trust the source with unique_ids=False"
        )


def refuse_answered(hashes: pl.Series) -> None:
    """Refuses acts without a thread that others answer."""
    if len(hashes):
        raise SchemaError(
            f'events, column "thread": is null for {len(hashes)} acts that are no posts and that others answer, so '
            "that each opens a conversation, which cannot be told from their row alone; fill it in, with their own id"
        )
