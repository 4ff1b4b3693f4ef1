"""Ray Data: python ray_data.py 'events/*.parquet' table.parquet."""

import sys
from glob import glob

import polars as pl
import pyarrow as pa
import ray

import commonweal as cw

SPEC = cw.Spec("response.first_response", {"within": "1h", "by": "channel"}, buckets=8)


def number(events: pa.Table) -> pa.Table:
    return cw.protocol.with_buckets(SPEC, events).to_arrow(compat_level=pl.CompatLevel.oldest())


def part(events: pa.Table) -> pa.Table:
    return pa.table({"part": [cw.partial(SPEC, events)]})


source, target = sys.argv[1:]
paths = sorted(glob(source))  # noqa: PTH207
events = ray.data.read_parquet(paths).map_batches(number, batch_format="pyarrow")
openers = pl.DataFrame(cw.protocol.openers(SPEC, number(events.schema().base_schema.empty_table())))
opened = events.union(ray.data.from_arrow(openers.to_arrow(compat_level=pl.CompatLevel.oldest())))
parts = opened.groupby("cw_bucket").map_groups(part, batch_format="pyarrow")
cw.finish(SPEC, cw.merge(row["part"] for row in parts.iter_rows())).write_parquet(target)
