"""What Spark costs: python docs/evaluations/cluster.py EVENTS.parquet.

The same KPIs of the same events on one machine and in Spark with two Python workers, in CPU seconds of all processes;
start-up apart. Then one executor of one core against two, in processes of their own. Prints the table of
docs/cluster.md.
"""

import os
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

import commonweal as cw

TICKS = os.sysconf("SC_CLK_TCK")
COLUMNS = ["time", "member", "kind", "id", "thread", "parent", "channel"]
KPIS = {
    "adoption.active_members": {"every": "1w"},
    "adoption.growth": {"every": "1mo"},
    "engagement.activity": {"every": "1w"},
    "response.first_response": {"every": "1mo", "within": ["1h", "1d"]},
    "response.backlog": {"every": "1w"},
}


def family() -> list[int]:
    """This process and all below it."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
    found = [os.getpid()]
    for pid in found:
        found += [child for child, parent in parents.items() if parent == pid]
    return found


def cpu() -> float:
    """CPU seconds of the family, those of its members that have ended among them."""
    total = 0.0
    for pid in family():
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        total += sum(int(field) for field in fields[11:15]) / TICKS
    return total


def taken(what: str, work: Callable[[], Any]) -> Any:
    """Runs it and prints a row: CPU and wall seconds."""
    before, began = cpu(), time.perf_counter()
    result = work()
    print(f"| {what} | {cpu() - before:.1f} | {time.perf_counter() - began:.1f} |", flush=True)
    return result


def one_machine(path: str, kpis: dict[str, Any]) -> dict[str, pl.DataFrame]:
    """The tables of one machine."""
    community = cw.Community(pl.read_parquet(path, columns=COLUMNS))
    return {kpi: community.compute(kpi, options) for kpi, options in kpis.items()}


def session(master: str = "local[2]") -> Any:
    """Spark on two cores."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master(master).config("spark.driver.memory", "3g")
    builder = builder.config("spark.ui.enabled", "false").config("spark.sql.session.timeZone", "UTC")
    builder = builder.config("spark.driver.bindAddress", "127.0.0.1").config("spark.driver.host", "127.0.0.1")
    builder = builder.config("spark.sql.execution.arrow.maxRecordsPerBatch", "65536")
    made = builder.getOrCreate()
    made.sparkContext.setLogLevel("OFF")
    return made


def main(path: str) -> None:
    """Measures, and checks that both give the same."""
    os.environ["PYSPARK_PYTHON"] = sys.executable
    first = {"response.first_response": KPIS["response.first_response"]}
    print("| what | CPU s | wall s |\n|---|---:|---:|")
    alone = taken("one machine, one KPI", lambda: one_machine(path, first))
    all_alone = taken("one machine, five KPIs", lambda: one_machine(path, KPIS))
    spark = taken("Spark: start", session)
    events = spark.read.parquet(path).select(COLUMNS)
    warm = events.limit(1000)
    taken("Spark: first job, workers started", lambda: cw.spark.compute_all(warm, first, partitions=2))
    options: dict[str, Any] = {"partitions": 8, "unique_ids": False}
    taken("Spark: rows to Arrow and back to nothing", lambda: events.mapInArrow(nothing, "n int").collect())
    table = taken("Spark: one KPI", lambda: cw.spark.compute_all(events, first, **options))
    tables = taken("Spark: five KPIs", lambda: cw.spark.compute_all(events, KPIS, **options))
    taken("Spark: five KPIs, ids checked", lambda: cw.spark.compute_all(events, KPIS, partitions=8))
    for ours, theirs in ((alone, table), (all_alone, tables)):
        assert all(ours[kpi].equals(theirs[kpi]) for kpi in ours)
    spark.stop()
    for executors in (1, 2):
        spark = session(f"local-cluster[{executors},1,2048]")
        events = spark.read.parquet(path).select(COLUMNS)
        cw.spark.compute_all(events.limit(1000), first, partitions=2)
        what = f"Spark, {executors} executor(s) of one core: one KPI"
        taken(what, partial(cw.spark.compute_all, events, first, **options))
        spark.stop()


def nothing(batches: Any) -> Any:
    """Takes all rows and gives none."""
    for batch in batches:
        del batch
    return
    yield


if __name__ == "__main__":
    main(*sys.argv[1:])
