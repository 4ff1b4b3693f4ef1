"""What the peers share: one process, one file in, named stages that are timed, tables out."""

import json
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl


class Stages:
    """Run as `X_peer.py EVENTS.parquet FOLDER`: tables to FOLDER, times as one line of JSON to standard output."""

    def __init__(self) -> None:
        self.events = sys.argv[1]
        self.folder = Path(sys.argv[2])
        self.times: dict[str, tuple[float, float]] = {}
        self.tables: dict[str, pl.DataFrame] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        wall, cpu = time.perf_counter(), cpu_seconds()
        yield
        self.times[name] = (time.perf_counter() - wall, cpu_seconds() - cpu)

    def messages(self) -> pl.DataFrame:
        """The sample that the sentiment stage scores; not timed."""
        events = pl.scan_parquet(self.events)
        return (
            events.filter(pl.col("text").is_not_null())
            .select("time", "member", "kind", "id", "text")
            .head(50_000)
            .collect()
        )

    def finish(self) -> None:
        for name, table in self.tables.items():
            table.write_parquet(self.folder / f"{name}.parquet")
        sys.stdout.write(json.dumps(self.times) + "\n")


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
