"""What the machine allows: `limit.py EVENTS.parquet [ROUNDS]` decodes the needed columns, and does nothing else.

Nothing that reads the file takes less than its decoding (by polars, the ids as text; or without them), and no pass over
the events less than copying them: the speed of that is printed, too.
"""

import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
import polars as pl

from stages import cpu_seconds

COLUMNS = ["time", "member", "kind", "id", "thread", "parent", "channel"]
IDS = ["id", "thread", "parent"]
COPIED = 1 << 30


def seconds(work: Callable[[], object], rounds: int) -> tuple[float, float]:
    """The medians of wall and CPU seconds."""
    taken = []
    for _ in range(rounds):
        wall, cpu = time.perf_counter(), cpu_seconds()
        work()
        taken.append((time.perf_counter() - wall, cpu_seconds() - cpu))
    wall, cpu = zip(*taken, strict=True)
    return statistics.median(wall), statistics.median(cpu)


def main() -> None:
    events, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5
    held = pl.read_parquet(events, columns=COLUMNS)
    whole = seconds(lambda: pl.read_parquet(events, columns=COLUMNS), rounds)
    names = seconds(lambda: pl.read_parquet(events, columns=[name for name in COLUMNS if name not in IDS]), rounds)
    source, target = np.ones(COPIED, dtype=np.uint8), np.empty(COPIED, dtype=np.uint8)
    np.copyto(target, source)  # the first touch is the kernel's work
    copy, _ = seconds(lambda: np.copyto(target, source), rounds)
    sys.stdout.write(
        f"{held.height:,} events, {held.estimated_size() / 1e6:.0f} MB; seconds wall / CPU, median of {rounds}: "
        f"all needed columns decoded {whole[0]:.3g} / {whole[1]:.3g}; without ids {names[0]:.3g} / {names[1]:.3g}; "
        f"memory copied by one thread at {COPIED / copy / 1e9:.1f} GB/s\n"
    )


if __name__ == "__main__":
    main()
