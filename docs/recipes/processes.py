"""Parquet files read by DuckDB, computed by processes: python processes.py 'events/*.parquet' table.parquet."""

import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import duckdb
import polars as pl

import commonweal as cw

SPEC = cw.Spec("response.first_response", {"within": "1h", "by": "channel"}, buckets=8)


def part(folder: str, bucket: int) -> bytes:
    rows = pl.scan_parquet(f"{folder}/*.parquet").filter(pl.col("cw_bucket") == bucket).collect()
    return cw.partial(SPEC, rows, bucket=bucket)


if __name__ == "__main__":
    source, target = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        for i, batch in enumerate(duckdb.read_parquet(source).to_arrow_reader(100_000)):
            numbered = cw.protocol.with_buckets(SPEC, pl.DataFrame(batch))
            for (bucket,), rows in numbered.partition_by("cw_bucket", as_dict=True).items():
                rows.write_parquet(f"{folder}/{bucket}-{i}.parquet")
        parts = pool.map(part, [folder] * SPEC.buckets, range(SPEC.buckets))
        cw.finish(SPEC, cw.merge(parts)).write_parquet(target)
