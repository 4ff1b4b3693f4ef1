"""How cost grows with the events: python benches/peers/growth.py EVENTS.parquet ... (`generate.py` makes them).

The suite of `commonweal_peer.py` in a fresh process for each file, in turns; the least of each counts, as what a
machine does besides makes measures larger, never smaller. CPU seconds of all threads, not those of the clock, and the
peak of memory of the process. Exponents are of least squares on logarithms: 1 is growth in proportion. Writes
`benches/growth.json`, of which `docs/pictures/growth.py` draws the picture.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import polars as pl

HERE = Path(__file__).parent
STAGES = ("load", "active", "growth", "retention", "activity", "response", "network")


def run(events: Path) -> dict[str, float]:
    """CPU seconds of each stage, and the peak of memory in bytes."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, str(HERE / "commonweal_peer.py"), str(events), folder]
        process = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
        if process.returncode:
            sys.exit(f"{events}: the run failed")
    used = json.loads(process.stdout)
    return {stage: used[stage][1] for stage in STAGES} | {"memory": max(used[stage][2] for stage in STAGES) * 1e6}


def exponent(sizes: list[int], costs: list[float]) -> float:
    """The slope of the logarithms."""
    return float(np.polyfit(np.log(sizes), np.log(costs), 1)[0])


def main() -> None:
    """All of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("events", type=Path, nargs="+")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    sizes = [pl.scan_parquet(path).select(pl.len()).collect().item() for path in options.events]
    least: list[dict[str, float]] = [{} for _ in sizes]
    for _ in range(options.rounds):
        for at, path in enumerate(options.events):
            for name, cost in run(path).items():
                least[at][name] = min(cost, least[at].get(name, cost))
    for row in least:
        row["suite"] = sum(row[stage] for stage in STAGES)
    names = [*STAGES, "suite", "memory"]
    fitted = {name: round(exponent(sizes, [row[name] for row in least]), 3) for name in names}
    measured = [
        {"events": size} | {name: round(row[name], 4) for name in names} for size, row in zip(sizes, least, strict=True)
    ]
    (HERE.parent / "growth.json").write_text(
        json.dumps({"measured": measured, "exponents": fitted}, indent=1) + "\n", encoding="utf-8"
    )
    print("| | " + " | ".join(f"{size:,}" for size in sizes) + " | exponent |")
    print("|---|" + "---:|" * (len(sizes) + 1))
    for name in names:
        scale, unit = (1e6, ", MB") if name == "memory" else (1, "")
        cells = " | ".join(f"{row[name] / scale:.3g}" for row in least)
        print(f"| {name}{unit} | {cells} | {fitted[name]:.2f} |")


main()
