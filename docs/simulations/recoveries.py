"""Does `sentiment.recoveries` see changes where nobody changes? `python docs/simulations/recoveries.py [communities]`.

Communities of 400 members whose mood never changes, and of such where one in ten turns from gloomy to content. Beside
the KPI the naive rule: the first ten messages below −0.1 on average, the last ten above 0.1.
"""

import sys
from datetime import datetime, timezone

import numpy as np
import polars as pl

import commonweal as cw

START = datetime(2026, 1, 5, tzinfo=timezone.utc)
MEMBERS = 400


def community(rng: np.random.Generator, turned: float, lasts: float) -> tuple[cw.Community, int, float]:
    """A community, how many of its members turned, and the share that the naive rule fires for."""
    rows, naive, truly = [], 0, 0
    for member in range(MEMBERS):
        votes = int(rng.integers(30, 80))
        mood, turns = 0.15 * rng.standard_normal(), rng.random() < turned
        truly += turns
        level = np.full(votes, mood)
        if turns:
            level[: votes // 2], level[votes // 2 :] = -0.4, 0.4
        wave = np.zeros(votes)
        for i in range(votes):
            wave[i] = (lasts * wave[i - 1] if i else 0.0) + 0.4 * np.sqrt(1 - lasts**2) * rng.standard_normal()
        score = np.clip(level + wave, -1, 1)
        naive += score[:10].mean() < -0.1 and score[-10:].mean() > 0.1
        rows.append(pl.DataFrame({"member": f"m{member}", "hour": np.arange(votes), "score": score}))
    table = pl.concat(rows).select(
        "member", "score", kind=pl.lit("post"), time=pl.lit(START) + pl.duration(hours=pl.col("hour"))
    )
    return cw.Community(table), truly, naive / MEMBERS


def main(communities: int) -> None:
    """Prints the table."""
    print("| members | truly turned | naive rule | gloomy to content | expected of chance | net | sure changes |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    cases = {
        "nobody changes": (0.0, 0.0),
        "nobody changes, moods last (0.4)": (0.0, 0.4),
        "one in ten turns": (0.1, 0.0),
    }
    for name, (turned, lasts) in cases.items():
        sums = np.zeros(6)
        for run in range(communities):
            c, truly, naive = community(np.random.default_rng([run, int(10 * lasts)]), turned, lasts)
            table = c.sentiment.recoveries(model="score")
            row = table.filter((pl.col("from") == "gloomy") & (pl.col("to") == "content")).row(0, named=True)
            found = (truly, naive, row["members"], row["expected"], row["net"], table["changed"].sum())
            sums += found
        truly, naive, members, expected, net, changed = sums / communities
        print(
            f"| {name} | {truly:.1f} | {naive:.1%} | {members:.1f} | {expected:.1f} | {net:+.1f} | {changed:.2f} |",
            flush=True,
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
