"""What runs in the workers."""

from io import BytesIO
from itertools import chain
from typing import TYPE_CHECKING

import polars as pl

from commonweal.protocol import Spec, partials

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pyarrow as pa


def worker(
    specs: list[str], members: bytes | None, affiliations: bytes | None
) -> "Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]":
    """The function for `mapInArrow`. It travels by value, so it can say that commonweal is not there."""

    def work(batches: "Iterator[pa.RecordBatch]") -> "Iterator[pa.RecordBatch]":
        import os

        # The engine already keeps every core busy with a task of its own.
        for threads in ("RAYON_NUM_THREADS", "POLARS_MAX_THREADS"):
            os.environ.setdefault(threads, "1")
        try:
            from commonweal.spark._work import states
        except ImportError as error:
            raise RuntimeError(
                f"this worker cannot import commonweal ({error}): install the driver's version of it on every worker"
            ) from error
        yield from states(specs, members, affiliations, batches)

    return work


def states(
    specs: list[str], members: bytes | None, affiliations: bytes | None, batches: "Iterator[pa.RecordBatch]"
) -> "Iterator[pa.RecordBatch]":
    """One row for each spec: its place, and the partial of these events."""
    import pyarrow as pa

    first = next(batches, None)
    if first is None:
        return
    events = pa.RecordBatchReader.from_batches(first.schema, chain([first], batches))
    asked = [Spec.from_json(spec) for spec in specs]
    people, history = (None if table is None else pl.read_ipc(BytesIO(table)) for table in (members, affiliations))
    parts = partials(asked, events, members=people, affiliations=history)
    for at, part in enumerate(parts):
        yield pa.RecordBatch.from_pydict({"spec": pa.array([at], pa.int32()), "state": pa.array([part], pa.binary())})
