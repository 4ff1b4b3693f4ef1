"""Every KPI on Apache Spark, for events that already live on a cluster.

Spark brings each member, or each thread, together in one partition; each worker turns its partition into additive
tables (`commonweal.protocol`); the driver merges and finishes them. The table is that of one machine, to the last bit.
A shuffle that tears a key apart, a partition that is missing or comes twice and a worker with another commonweal are
errors, never a wrong number.

Needs `pip install 'commonweal[spark]'` on the driver, commonweal and pyarrow on every worker, and Java 17 or newer.
"""

from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any, TypeAlias

import polars as pl

from commonweal import _options
from commonweal._tables import table as _table
from commonweal.exceptions import OptionError, SchemaError
from commonweal.protocol import BUCKET, Spec, finish, merge
from commonweal.spark._errors import told
from commonweal.spark._work import worker
from commonweal.typing import ArrowStream, Instant

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

__all__ = ["compute", "compute_all", "with_threads"]

_Table: TypeAlias = "DataFrame | ArrowStream | None"


def compute(
    events: "DataFrame",
    kpi: str,
    /,
    *,
    members: _Table = None,
    affiliations: _Table = None,
    tz: str = "UTC",
    as_of: Instant | None = None,
    partitions: int | None = None,
    unique_ids: bool = True,
    **options: Any,
) -> pl.DataFrame:
    """The table of a KPI of events in Spark.

    Args:
        events: The events, with the columns of `commonweal.Community`. Spark moves every column that they have: select
            those that the KPI needs.
        kpi: A name of `commonweal.kpis()`.
        members: One row per member, in Spark or on this machine; sent to every worker.
        affiliations: What held at the time of the act; likewise.
        tz: The IANA zone of the calendar periods.
        as_of: The end of observation; by default the last event of all.
        partitions: Into how many the events are cut; by default `spark.sql.shuffle.partitions`. Each must fit into the
            memory of a worker.
        unique_ids: Whether to look for ids that occur twice, which are an error; one more shuffle, of the ids alone.
            False trusts that there are none.
        **options: The options of the KPI.

    Raises:
        OptionError: no KPI has this name, or an option is unknown or has a value that it cannot take.
        SchemaError: the tables break the contract. Rows are counted within a worker's partition.
        StateError: the shuffle did not keep keys together, or a worker has another version of commonweal.
        DeclinedError: the data does not tell what was asked.
    """
    asked = {kpi: options}
    return compute_all(
        events,
        asked,
        members=members,
        affiliations=affiliations,
        tz=tz,
        as_of=as_of,
        partitions=partitions,
        unique_ids=unique_ids,
    )[kpi]


def compute_all(
    events: "DataFrame",
    kpis: Mapping[str, Mapping[str, Any]] | Iterable[str],
    /,
    *,
    members: _Table = None,
    affiliations: _Table = None,
    tz: str = "UTC",
    as_of: Instant | None = None,
    partitions: int | None = None,
    unique_ids: bool = True,
) -> dict[str, pl.DataFrame]:
    """The tables of several KPIs, which share two shuffles at most: one by member, one by thread.

    Args:
        events: As in `compute`.
        kpis: Options by the name of the KPI, or names alone.
        members: As in `compute`; so are the others.
        affiliations: As in `compute`.
        tz: As in `compute`.
        as_of: As in `compute`.
        partitions: As in `compute`.
        unique_ids: As in `compute`.

    Raises:
        CommonwealError: as `compute`. A KPI that declines makes all of them fail: ask for it alone.
    """
    asked: Mapping[str, Mapping[str, Any]] = kpis if isinstance(kpis, Mapping) else {kpi: {} for kpi in kpis}
    merged = _merged(events, asked, members, affiliations, tz, as_of, partitions, unique_ids)
    return {kpi: finish(spec, state) for kpi, (spec, state) in merged.items()}


def _merged(
    events: "DataFrame",
    asked: Mapping[str, Mapping[str, Any]],
    members: _Table,
    affiliations: _Table,
    tz: str,
    as_of: Instant | None,
    partitions: int | None,
    unique_ids: bool,
) -> dict[str, tuple[Spec, bytes]]:
    """Each KPI's spec, and its merged bytes."""
    n = _partitions(events, partitions)
    specs = {kpi: Spec(kpi, options, tz=tz, as_of=as_of, buckets=n) for kpi, options in asked.items()}
    if BUCKET in events.columns:
        raise OptionError(f"events must be without the column {BUCKET!r}, which says to which partition a row goes")
    if unique_ids and "id" in events.columns:
        _refuse_repeated(events)
    people, history = _bytes("members", members), _bytes("affiliations", affiliations)
    merged: dict[str, tuple[Spec, bytes]] = {}
    for key in ("member", "thread"):
        group = {kpi: spec for kpi, spec in specs.items() if spec.key == key}
        if not group:
            continue
        rows = with_threads(events) if any(spec.needs_threads for spec in group.values()) else events
        jsons = [spec.to_json() for spec in group.values()]
        parts = _gathered(rows, key, n).mapInArrow(worker(jsons, people, history), "spec int, state binary")
        with told():
            states = parts.collect()
        for at, (kpi, spec) in enumerate(group.items()):
            merged[kpi] = spec, merge(bytes(row.state) for row in states if row.spec == at)
    return merged


def with_threads(events: "DataFrame") -> "DataFrame":
    """The events with the thread of every act that has one, found through its parents wherever they are.

    As `commonweal.Community` fills them: a post without a thread opens its own, named by its id; any other act takes
    the thread of its parent. One job tells whether any is open at all; if so, a few joins follow, as many as the
    logarithm of the longest chain of replies. Write the result down to pay for it once.
    """
    from commonweal.spark import _threads

    return _threads.filled(events)


def _partitions(events: "DataFrame", asked: int | None) -> int:
    if asked is None:
        return int(events.sparkSession.conf.get("spark.sql.shuffle.partitions") or 200)
    if isinstance(asked, bool) or not isinstance(asked, int) or asked < 1:
        raise _options.wrong("partitions", "a whole number, 1 or more", asked)
    return asked


def _gathered(events: "DataFrame", key: str, n: int) -> "DataFrame":
    """The events with their buckets and a row that opens each bucket, one bucket in each partition."""
    from pyspark.sql import functions as F  # noqa: N812

    if missing := [name for name in ("time", "member", "kind") if name not in events.columns]:
        have = ", ".join(f'"{name}"' for name in events.columns)
        raise SchemaError(f'events, column "{missing[0]}": is missing; the table has {have}')
    name = F.col(key).cast("string") if key in events.columns else F.lit(None).cast("string")
    # Rows without a name may go anywhere, but to the same place if Spark has to make them again: by their time.
    anywhere = F.pmod(F.xxhash64("time"), F.lit(n))
    bucket = F.coalesce(F.pmod(F.crc32(name), F.lit(n)), anywhere).cast("int")
    numbered = events.withColumn("kind", F.col("kind").cast("string")).withColumn(BUCKET, bucket)
    fields = [F.lit(None).cast(field.dataType).alias(field.name) for field in events.schema if field.name != "kind"]
    opened = F.col("id").cast("int").alias(BUCKET)
    openers = events.sparkSession.range(n).select(*fields, F.lit(BUCKET).alias("kind"), opened)
    both = numbered.unionByName(openers)
    if hasattr(both, "repartitionById"):
        return both.repartitionById(n, F.col(BUCKET))
    # Spark 4.0 places by its own hash: some partitions hold several buckets, some none.
    return both.repartition(n, F.col(BUCKET))


def _refuse_repeated(events: "DataFrame") -> None:
    from pyspark.sql import functions as F  # noqa: N812

    ids = events.select(F.col("id").cast("string").alias("id")).where(F.col("id").isNotNull())
    twice = ids.groupBy("id").count().where(F.col("count") > 1).select("id").head(1)
    if twice:
        raise SchemaError(
            f'events, column "id": repeats a value given before, {twice[0].id!r} among them; keep one row of each act, '
            'as in events.dropDuplicates(["id"])'
        )


def _bytes(name: str, table: _Table) -> bytes | None:
    """A table of this machine or of Spark, as it travels to every worker."""
    if table is None:
        return None
    if hasattr(table, "toArrow") and hasattr(table, "sparkSession"):
        table = table.toArrow()
    frame = pl.DataFrame(_table(name, table))
    out = BytesIO()
    frame.write_ipc(out, compression="zstd")
    return out.getvalue()
