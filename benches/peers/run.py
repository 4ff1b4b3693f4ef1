"""Compares commonweal with what one would write in polars, DuckDB or ClickHouse: same file, same KPIs, same answers.

Each run is a fresh process; the order turns with every round; the table shows medians. Before it prints a time, it
checks that all tables agree: integers and dates equal, durations to a microsecond, other numbers to 1e-9.
"""

import argparse
import importlib.metadata
import importlib.util
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import polars.selectors as cs

HERE = Path(__file__).parent
PEERS = ["commonweal", "polars", "duckdb", "chdb"]
KEYS = ["period", "cohort", "offset", "channel", "id", "source", "target", "member"]


@dataclass
class Run:
    """One process: (wall, cpu) seconds of each stage; of those that all have the sum, and the highest memory in MB."""

    stages: dict[str, tuple[float, float]]
    total: tuple[float, float]
    peak: float


def measure(peer: str, events: Path, folder: Path, families: bool) -> Run:
    folder.mkdir(parents=True, exist_ok=True)
    process = subprocess.run(
        [sys.executable, HERE / f"{peer}_peer.py", events, folder, *(["families"] if families else [])],
        stdout=subprocess.PIPE,
        check=False,
    )
    if process.returncode:
        sys.exit(f"{peer} failed with exit code {process.returncode}")
    stages = json.loads(process.stdout)
    # Sentiment is apart, since the SQL engines have none, and so is the sample that it needs.
    wall, cpu, peak = zip(*(used for stage, used in stages.items() if stage != "sentiment"), strict=True)
    return Run({stage: (wall, cpu) for stage, (wall, cpu, _) in stages.items()}, (sum(wall), sum(cpu)), max(peak))


def disagreements(mine: pl.DataFrame, theirs: pl.DataFrame) -> list[str]:
    """What differs in the columns that both have. Rows that only `mine` has must be empty: zeros and nulls."""
    keys = [key for key in KEYS if key in theirs.columns]
    values = [name for name in theirs.columns if name in mine.columns and name not in keys]
    assert values, f"nothing to compare: {mine.columns} and {theirs.columns}"
    mine, theirs = (
        frame.select(cs.by_name(keys + values)).with_columns(cs.by_name("channel", require_all=False).cast(pl.String))
        for frame in (mine, theirs)
    )
    counts = [name for name in values if theirs[name].dtype.is_integer()]
    surplus = mine.join(theirs, on=keys, how="anti", nulls_equal=True)
    surplus = surplus.filter(pl.any_horizontal(pl.col(counts) != 0)) if counts else surplus
    both = theirs.join(mine, on=keys, how="left", suffix=" mine", nulls_equal=True)
    found = [f"{surplus.height} rows too many"] if surplus.height else []
    for name in values:
        their, my = pl.col(name), pl.col(f"{name} mine")
        if both[name].dtype.is_float():
            differs = (their - my).abs() > 1e-9 * pl.max_horizontal(1, their.abs())
        elif both[name].dtype == pl.Duration:
            differs = (their - my).dt.total_microseconds().abs() > 1
        else:
            differs = their != my
        differs = differs.fill_null(value=False) | (their.is_null() != my.is_null())
        if wrong := both.select(differs.sum()).item():
            found.append(f"{name}: {wrong} of {both.height} rows")
    return found


def check(folders: dict[str, Path]) -> int:
    """Compares every table of every peer with that of the first; returns how many tables were compared."""
    (first, own), *others = folders.items()
    compared, faults = 0, []
    for peer, folder in others:
        for path in sorted(folder.glob("*.parquet")):
            faults += [
                f"{first} and {peer}: {path.stem}: {what}"
                for what in disagreements(pl.read_parquet(own / path.name), pl.read_parquet(path))
            ]
            compared += 1
    if faults:
        sys.exit("The peers disagree.\n" + "\n".join(faults))
    return compared


def markdown(runs: dict[str, list[Run]], events: int) -> str:
    peers = list(runs)
    stages = list(dict.fromkeys(stage for peer in peers for stage in runs[peer][0].stages))

    def row(title: str, cells: list[str]) -> str:
        return f"| {title} | " + " | ".join(cells) + " |"

    def seconds(times: list[tuple[float, float]]) -> str:
        wall, cpu = (statistics.median(column) for column in zip(*times, strict=True))
        return f"{wall:.3g} / {cpu:.3g}"

    def cells(stage: str) -> list[str]:
        return [
            seconds([run.stages[stage] for run in runs[peer]]) if stage in runs[peer][0].stages else "–"
            for peer in peers
        ]

    wall = {peer: statistics.median(run.total[0] for run in runs[peer]) for peer in peers}
    fastest = min(wall[peer] for peer in peers if peer != "commonweal") if len(peers) > 1 else None
    versions = ", ".join(f"{peer} {importlib.metadata.version(peer)}" for peer in peers)
    machine = f"{os.cpu_count()} cores, {platform.machine()}"
    lines = [
        f"{events:,} events, seconds wall / CPU, median of {len(runs[peers[0]])} runs; {machine}; {versions}.",
        "",
        row("stage", peers),
        "|---|" + "---:|" * len(peers),
        *(row(stage, cells(stage)) for stage in stages if stage != "sentiment"),
        row("**total**", [f"**{seconds([run.total for run in runs[peer]])}**" for peer in peers]),
        row(
            "slowest / fastest run",
            [f"{max(r.total[0] for r in runs[p]) / min(r.total[0] for r in runs[p]):.2f}" for p in peers],
        ),
        row("peak memory, MB", [f"{statistics.median(run.peak for run in runs[peer]):.0f}" for peer in peers]),
        row("times the fastest peer", [f"{wall[peer] / fastest:.2f}" if fastest else "–" for peer in peers]),
        row("sentiment of 50,000 messages", cells("sentiment")),
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", default="1e6", help="how many events to generate, or a Parquet file (default: 1e6)")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each peer (default: 5)")
    parser.add_argument(
        "--peers", nargs="+", choices=PEERS, default=[peer for peer in PEERS if importlib.util.find_spec(peer)]
    )
    parser.add_argument("--keep", type=Path, help="keep the generated file and the tables in this folder")
    parser.add_argument(
        "--families",
        action="store_true",
        help="the stages of adoption and response alone, of the columns that they need",
    )
    options = parser.parse_args()

    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        events = Path(options.events)
        if not events.exists():
            count = int(float(options.events))
            events = folder / f"events_{count}.parquet"
            if not events.exists():
                # In a process of its own: a child counts the memory of the parent it was forked from as its own peak.
                subprocess.run(
                    [sys.executable, HERE / "generate.py", str(count), events], check=True, stdout=sys.stderr
                )
        runs: dict[str, list[Run]] = {peer: [] for peer in options.peers}
        for round_ in range(options.rounds):
            turn = round_ % len(options.peers)
            for peer in options.peers[turn:] + options.peers[:turn]:
                runs[peer].append(measure(peer, events, folder / peer, options.families))
                sys.stderr.write(f"round {round_ + 1}, {peer}: {runs[peer][-1].total[0]:.3g} s\n")
        compared = check({peer: folder / peer for peer in options.peers})
        rows = pl.scan_parquet(events).select(pl.len()).collect().item()
    sys.stdout.write(f"{markdown(runs, rows)}\n\n{compared} tables agree with those of {options.peers[0]}.\n")


if __name__ == "__main__":
    main()
