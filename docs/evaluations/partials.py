"""What workers send and what a driver merges: python docs/evaluations/partials.py EVENTS.parquet.

The events fall into buckets of about a million, as on a cluster. For each KPI: CPU seconds of the partials for a
million events, their size, that of all merged, and what merging and finishing take. Prints the table of
docs/cluster.md.
"""

import sys
import time
from pathlib import Path
from typing import Any

import polars as pl

import commonweal as cw

COLUMNS = ["time", "member", "kind", "id", "thread", "parent", "channel"]
MILLION = 1_000_000
KPIS: dict[str, dict[str, Any]] = {
    "adoption.active_members": {"every": "1w"},
    "adoption.growth": {"every": "1w"},
    "adoption.retention": {"every": "1mo"},
    "engagement.activity": {"every": "1w", "by": "channel"},
    "engagement.inequality": {},
    "response.first_response": {"every": "1w", "within": ["1h", "1d"], "by": "channel"},
    "response.curve": {},
    "response.backlog": {"every": "1w"},
    "network.edges": {},
}


def measured(events: pl.DataFrame, kpi: str, options: dict[str, Any], buckets: int) -> None:
    """One row: seconds and bytes a bucket, seconds to merge all, bytes of all."""
    spec = cw.Spec(kpi, options, buckets=buckets)
    numbered = cw.protocol.with_buckets(spec, events)
    parts, took = [], 0.0
    for bucket in range(buckets):
        rows = numbered.filter(pl.col("cw_bucket") == bucket)
        began = time.process_time()
        parts.append(cw.partial(spec, rows, bucket=bucket))
        took += time.process_time() - began
    began = time.process_time()
    merged = cw.merge(parts)
    merging = time.process_time() - began
    began = time.process_time()
    table = cw.finish(spec, merged)
    finishing = time.process_time() - began
    one = sum(map(len, parts)) / len(parts)
    millions = events.height / MILLION
    print(
        f"| `{kpi}` | {spec.key} | {took / millions:.2f} | {one / 1000:,.1f} | {len(merged) / 1000:,.1f} | "
        f"{1000 * merging / (sum(map(len, parts)) / 1e6):,.1f} | {finishing:.2f} | {table.height:,} |",
        flush=True,
    )


def main(path: Path) -> None:
    """All rows."""
    events = pl.read_parquet(path, columns=COLUMNS)
    buckets = max(2, events.height // MILLION)
    print(f"{events.height:,} events, {buckets} buckets")
    print("| KPI | key | CPU s a million | kB a bucket | kB merged | ms to merge a MB | s to finish | rows |")
    print("|---|---|---:|---:|---:|---:|---:|---:|")
    for kpi, options in KPIS.items():
        measured(events, kpi, options, buckets)


main(Path(sys.argv[1]))
