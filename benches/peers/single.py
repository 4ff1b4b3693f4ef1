"""One KPI from the file, active members by week, in one call or query: python benches/peers/single.py EVENTS.parquet

Each run is a fresh process, in turns; imports are not counted. Prints medians of the seconds by the clock and of the
processor, and the highest memory; the answers are checked against each other.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

from stages import cpu_seconds, peak_megabytes

CONTRIBUTIONS = ["post", "reply", "reaction"]


def with_commonweal(events: str) -> dict[str, int]:
    import commonweal as cw

    began()
    community = cw.read(events, columns=["time", "member", "kind"])
    active = community.adoption.active_members(every="1w")
    return {str(week): members for week, members in active.select("period", "active").iter_rows() if members}


def with_polars(events: str) -> dict[str, int]:
    import polars as pl

    began()
    contributions = pl.scan_parquet(events).filter(pl.col("kind").is_in(CONTRIBUTIONS))
    week = pl.col("time").dt.truncate("1w").dt.date().alias("week")
    active = contributions.group_by(week).agg(pl.col("member").drop_nulls().n_unique()).collect()
    return {str(week): members for week, members in active.iter_rows() if members}


def with_duckdb(events: str) -> dict[str, int]:
    import duckdb

    began()
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    query = (
        "SELECT date_trunc('week', time)::DATE, count(DISTINCT member) FROM read_parquet(?) "
        "WHERE list_contains(?, kind) GROUP BY 1"
    )
    rows = connection.execute(query, [events, CONTRIBUTIONS]).fetchall()
    return {str(week): members for week, members in rows if members}


ENGINES = {"commonweal": with_commonweal, "polars": with_polars, "duckdb": with_duckdb}
start = (0.0, 0.0)


def began() -> None:
    """What is measured begins here."""
    global start
    start = (time.perf_counter(), cpu_seconds())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("events", type=Path)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--engine", choices=ENGINES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.engine:
        found = ENGINES[options.engine](str(options.events))
        used = [time.perf_counter() - start[0], cpu_seconds() - start[1], peak_megabytes()]
        sys.stdout.write(json.dumps([used, dict(sorted(found.items()))]))
        return
    used: dict[str, list[list[float]]] = {engine: [] for engine in ENGINES}
    answers = {}
    for _ in range(options.rounds):
        for engine in ENGINES:
            command = [sys.executable, __file__, str(options.events), "--engine", engine]
            told = subprocess.run(command, stdout=subprocess.PIPE, check=True)
            measured, answers[engine] = json.loads(told.stdout)
            used[engine].append(measured)
    if any(answer != answers["commonweal"] for answer in answers.values()):
        sys.exit("The engines disagree.")
    for engine, runs in used.items():
        wall, cpu, peak = (statistics.median(column) for column in zip(*runs, strict=True))
        sys.stdout.write(f"{engine}: {wall:.3f} s, CPU {cpu:.2f} s, {peak:.0f} MB\n")


if __name__ == "__main__":
    main()
