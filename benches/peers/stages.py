"""What the peers share: one process, one file in, named stages that are timed, tables out."""

import json
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import csr_matrix


class Stages:
    """Run as `X_peer.py EVENTS.parquet FOLDER [families]`: tables to FOLDER, and to standard output one line of JSON.

    With `families`, the stages of adoption and response alone.

    It has of each stage the seconds by the clock, those of the processor, and the highest memory so far.
    """

    def __init__(self) -> None:
        self.events = sys.argv[1]
        self.folder = Path(sys.argv[2])
        self.families = sys.argv[3:] == ["families"]
        self.of_network = [] if self.families else ["id", "parent"]
        """The columns that adoption and response do not need."""
        self.times: dict[str, tuple[float, float, float]] = {}
        self.tables: dict[str, pl.DataFrame] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        wall, cpu = time.perf_counter(), cpu_seconds()
        yield
        self.times[name] = (time.perf_counter() - wall, cpu_seconds() - cpu, peak_megabytes())

    def messages(self) -> pl.DataFrame:
        """The sample that the sentiment stage scores; not timed."""
        events = pl.scan_parquet(self.events)
        return (
            events.filter(pl.col("text").is_not_null())
            .select("time", "member", "kind", "id", "text")
            .head(50_000)
            .collect()
        )

    def activity(self, cells: pl.DataFrame) -> None:
        """Of what one query gives of each channel and week, the two tables that commonweal makes."""
        cell = ["period", "channel"]
        counts = ["posts", "replies", "reactions", "contributors", "replies_per_post"]
        self.tables["activity"] = cells.select(*cell, *counts)
        self.tables["inequality"] = cells.select(*cell, "contributions", "gini", "top1_share")

    def end_of_families(self) -> None:
        """What follows is of other families."""
        if self.families:
            self.finish()
            sys.exit()

    def finish(self) -> None:
        for name, table in self.tables.items():
            table.write_parquet(self.folder / f"{name}.parquet")
        sys.stdout.write(json.dumps(self.times) + "\n")


def pagerank(
    source: npt.NDArray[np.integer], target: npt.NDArray[np.integer], weight: npt.NDArray[np.integer]
) -> tuple[npt.NDArray[np.integer], npt.NDArray[np.float64]]:
    """Who has a tie, and the PageRank of each: damping 0.85, weighted, to 1e-10 in the sum of all differences."""
    nodes, ends = np.unique(np.concatenate([source, target]), return_inverse=True)
    start, end = np.split(ends, 2)
    n = len(nodes)
    out = np.bincount(start, weights=weight, minlength=n)
    along = csr_matrix((weight / out[start], (end, start)), shape=(n, n))
    dangling = out == 0
    rank = np.full(n, 1 / n)
    while True:
        following = 0.85 * (along @ rank + rank[dangling].sum() / n) + 0.15 / n
        change = np.abs(following - rank).sum()
        rank = following
        if change * 0.85 <= 1e-10 * 0.15:
            return nodes, rank


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak_megabytes() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)
