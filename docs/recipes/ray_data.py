"""Ray Data: python ray_data.py events table.parquet."""

import sys

import pyarrow as pa
import ray

import commonweal as cw

SPEC = cw.Spec("response.first_response", {"within": "1h", "by": "channel"}, buckets=8)


def number(batch: pa.Table) -> pa.Table:
    return pa.table(cw.protocol.with_buckets(SPEC, batch))


def part(bucket: pa.Table) -> pa.Table:
    return pa.table({"part": [cw.partial(SPEC, bucket)]})


source, target = sys.argv[1:]
events = ray.data.read_parquet(source).map_batches(number, batch_format="pyarrow")
openers = pa.table(cw.protocol.openers(SPEC, events.schema().base_schema.empty_table()))
parts = (
    events.union(ray.data.from_arrow(openers))
    .groupby("cw_bucket", num_partitions=SPEC.buckets)
    .map_groups(part, batch_format="pyarrow")
)
cw.finish(SPEC, cw.merge(row["part"] for row in parts.take_all())).write_parquet(target)
