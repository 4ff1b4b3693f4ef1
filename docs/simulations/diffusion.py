"""Do the intervals of `adoption.diffusion` cover, and does it decline where it should? The truth is known here.

    python docs/simulations/diffusion.py [REPETITIONS]   # the table of docs/kpis/adoption.diffusion.md, in Markdown

Each of m members takes part for the first time at a time of its own, drawn from the Bass model; in clumped scenarios in
groups of four at once, as after a talk or a mention. Observation ends after n periods. Covered is counted over the fits
that were not declined; the forecast is that of the members who ever took part, 6 periods on.
"""

import sys
from datetime import datetime, timedelta, timezone

import numpy as np
import polars as pl

import commonweal as cw

START = datetime(2024, 1, 1, tzinfo=timezone.utc)  # a Monday
AHEAD = 6
SCENARIOS: list[tuple[str, float, float, int, int, int]] = [
    # words, p, q, m, weeks, clump
    ("long past the peak", 0.01, 0.25, 2_000, 36, 1),
    ("past the peak", 0.01, 0.25, 2_000, 20, 1),
    ("at the peak", 0.01, 0.25, 2_000, 13, 1),
    ("before the peak", 0.01, 0.25, 2_000, 9, 1),
    ("past the peak, few members", 0.01, 0.25, 150, 20, 1),
    ("long past the peak, few members", 0.01, 0.25, 150, 36, 1),
    ("past the peak, clumped", 0.01, 0.25, 2_000, 20, 4),
    ("no imitation", 0.08, 0.0, 1_000, 24, 1),
    ("constant, no ceiling", 0.0, 0.0, 20, 24, 1),
]
METHODS = ("likelihood", "least_squares")


def times(rng: np.random.Generator, p: float, q: float, m: int, weeks: int, clump: int) -> np.ndarray:
    """When each takes part first, in weeks."""
    if p == 0:
        return rng.uniform(0, weeks + AHEAD, rng.poisson(m * (weeks + AHEAD)))
    share = rng.uniform(size=m // clump)
    # The inverse of F.
    when = -np.log((1 - share) / (1 + q / p * share)) / (p + q)
    return np.repeat(when, clump)


def community(when: np.ndarray, weeks: int) -> cw.Community:
    """Those who took part within the weeks, once each."""
    when = np.sort(when[when < weeks])
    time = [START + timedelta(weeks=w) for w in when]
    frame = pl.DataFrame({"time": time, "member": [f"m{i}" for i in range(len(when))], "kind": "post"})
    return cw.Community(frame, as_of=START + timedelta(weeks=weeks))


def within(row: dict[str, float], name: str, truth: float) -> bool:
    """Whether the interval covers."""
    return row[f"{name}_low"] <= truth <= row[f"{name}_high"]


def main(repetitions: int) -> None:
    """Prints the table."""
    print(
        "| scenario | method | share seen | declined | p | q | ceiling | forecast |\n|---|---|---|---|---|---|---|---|"
    )
    for words, p, q, m, weeks, clump in SCENARIOS:
        seen: list[float] = []
        covered: dict[str, list[list[bool]]] = {method: [] for method in METHODS}
        declined = dict.fromkeys(METHODS, 0)
        rng = np.random.default_rng(1969)
        for _ in range(repetitions):
            when = times(rng, p, q, m, weeks, clump)
            # Periods are counted from the first use: later starts are other models.
            if not (when < 1).any():
                when = when - np.floor(when.min())
            now = community(when, weeks)
            seen.append((when < weeks).sum() / m)
            later = int((when < weeks + AHEAD).sum())
            for method in METHODS:
                try:
                    fit = now.adoption.diffusion(every="1w", method=method).row(0, named=True)
                except cw.exceptions.DeclinedError:
                    declined[method] += 1
                    continue
                ahead = now.adoption.diffusion_curve(every="1w", method=method, forecast=AHEAD)
                end = ahead.filter("forecast").row(AHEAD - 1, named=True)
                truths = (("p", p), ("q", q), ("ceiling", m))
                covered[method].append(
                    [*(within(fit, name, truth) for name, truth in truths), within(end, "expected", later)]
                )
        for method in METHODS:
            share = f"{np.mean(seen):.0%}" if p else "–"
            row = f"| {words} | {method} | {share} | {declined[method] / repetitions:.1%} |"
            rates = np.mean(covered[method], axis=0) if len(covered[method]) >= repetitions / 10 and p else None
            print(row + " – | – | – | – |" if rates is None else row + "".join(f" {rate:.1%} |" for rate in rates))
            words = ""


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
