"""Does the comparison of two groups tell the truth, where it is known? `python docs/simulations/compare.py`.

Each run draws two channels whose waits are log-normal with known medians, posts over 30 days, observed until day 30:
late posts are censored, and 15 % are never answered. It notes whether the intervals of both differences hold the truth,
and whether the log-rank test finds p < 0.05. Seeded: the table comes out the same.
"""

import math
import random
from datetime import datetime, timedelta, timezone
from statistics import NormalDist

import polars as pl

import commonweal as cw

START = datetime(2026, 1, 5, tzinfo=timezone.utc)
RUNS, NEVER, SIGMA, HOUR = 1_000, 0.15, 1.6, 3_600.0
CASES = [(50, 2.0, 2.0), (50, 2.0, 6.0), (200, 2.0, 2.0), (200, 2.0, 3.0), (200, 24.0, 72.0)]
"""Posts of each channel, and hours of the median of those that are answered."""


def community(rng: random.Random, posts: int, medians: tuple[float, float]) -> cw.Community:
    """Two channels."""
    rows, end = [], START + timedelta(days=30)
    for i in range(2 * posts):
        asked = START + timedelta(seconds=rng.uniform(0, 30 * 86_400))
        channel = "ab"[i % 2]
        rows.append((asked, f"a{i}", "post", f"t{i}", channel))
        wait = medians[i % 2] * HOUR * math.exp(SIGMA * rng.gauss(0, 1))
        if rng.random() >= NEVER and wait < (end - asked).total_seconds():
            rows.append((asked + timedelta(seconds=wait), "b", "reply", f"t{i}", channel))
    schema = {
        "time": pl.Datetime("us", "UTC"),
        "member": pl.String,
        "kind": pl.String,
        "thread": pl.String,
        "channel": pl.String,
    }
    return cw.Community(pl.DataFrame(rows, schema=schema, orient="row"), as_of=end)


def truth(median: float) -> tuple[float, float]:
    """Hours by which half of all posts are answered, and the share answered within a day."""
    normal = NormalDist()
    half = median * math.exp(SIGMA * normal.inv_cdf(0.5 / (1 - NEVER)))
    return half, (1 - NEVER) * normal.cdf(math.log(24 / median) / SIGMA)


def main() -> None:
    """Prints the table of the page."""
    rng = random.Random(20260105)
    heads = ("posts a side", "medians of the answered", "difference of medians", "of attained", "p < 0.05")
    print("|", " | ".join(heads), "|")
    print("|---|---|---|---:|---:|")
    for posts, one, two in CASES:
        (half_one, day_one), (half_two, day_two) = truth(one), truth(two)
        held, whole, share, small = 0, 0, 0, 0
        for _ in range(RUNS):
            row = community(rng, posts, (one, two)).response.compare(between="channel", within="1d").row(0, named=True)
            low, high = row["median_difference_low"], row["median_difference_high"]
            if low is not None and high is not None:
                whole += 1
                held += low.total_seconds() <= (half_two - half_one) * HOUR <= high.total_seconds()
            share += row["attained_difference_low"] <= day_two - day_one <= row["attained_difference_high"]
            small += row["p_value"] < 0.05
        coverage = f"{whole} of {RUNS}, {held / whole:.1%}"
        print(f"| {posts} | {one:g} h, {two:g} h | {coverage} | {share / RUNS:.1%} | {small / RUNS:.1%} |")


if __name__ == "__main__":
    main()
