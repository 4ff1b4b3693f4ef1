"""Daft: python daft_groups.py 'events/*.parquet' table.parquet."""

import sys
import zlib

import daft
import pyarrow as pa

import commonweal as cw

SPEC = cw.Spec("response.first_response", {"within": "1h", "by": "channel"}, buckets=8)


@daft.func.batch(return_dtype=daft.DataType.int32())
def number(threads: daft.Series) -> list[int]:
    return [0 if thread is None else zlib.crc32(thread.encode()) % SPEC.buckets for thread in threads.to_pylist()]


@daft.func.batch(return_dtype=daft.DataType.binary())
def part(*columns: daft.Series) -> list[bytes]:
    return [cw.partial(SPEC, pa.table([column.to_arrow() for column in columns], names=NAMES))]


source, target = sys.argv[1:]
events = daft.read_parquet(source)
events = events.with_column("cw_bucket", number(events[SPEC.key]))
NAMES = events.column_names
openers = pa.table(cw.protocol.openers(SPEC, events.schema().to_pyarrow_schema().empty_table()))
# Daft's `repartition` may do nothing; groups are brought together.
opened = events.concat(daft.from_arrow(openers.cast(events.schema().to_pyarrow_schema())))
parts = opened.groupby("cw_bucket").map_groups(part(*(opened[name] for name in NAMES)).alias("part"))
cw.finish(SPEC, cw.merge(parts.to_pydict()["part"])).write_parquet(target)
