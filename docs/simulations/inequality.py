"""Do the bootstrap intervals of inequality hold the truth? `python docs/simulations/inequality.py`.

Each run draws members whose numbers of contributions are log-normal, rounded up: the truth is the figure of four
million such members. It notes how often the 95 % interval of `engagement.inequality(bootstrap=400)` holds it, and how
often the percentiles of the same figure in 400 plain resamples would, which is what most programs give. Seeded: the
table comes out the same.
"""

import math
from datetime import datetime, timezone

import numpy as np
import polars as pl

import commonweal as cw

RUNS, RESAMPLES = 400, 400
NOON = datetime(2026, 1, 5, 12, tzinfo=timezone.utc)
FIGURES = ("gini", "top10_share", "top1_share")
CASES = ((1.0, 30), (1.0, 100), (1.0, 400), (1.0, 1000), (1.5, 30), (1.5, 100), (1.5, 400), (1.5, 1000))


def draw(rng: np.random.Generator, sigma: float, members: int) -> np.ndarray:
    """Contributions of each member, in ascending order."""
    return np.sort(np.ceil(np.exp(rng.normal(0.5, sigma, members))))


def figure(name: str, x: np.ndarray) -> np.ndarray:
    """The figure of rows in ascending order."""
    n = x.shape[-1]
    if name == "gini":
        return np.asarray(2 * (x * np.arange(1, n + 1)).sum(-1) / (n * x.sum(-1)) - (n + 1) / n)
    top = math.ceil(n / (10 if name == "top10_share" else 100))
    return np.asarray(x[..., n - top :].sum(-1) / x.sum(-1))


def community(x: np.ndarray) -> cw.Community:
    """Members who contribute so often."""
    members = pl.Series("member", np.arange(len(x)).astype(str)).gather(np.repeat(np.arange(len(x)), x.astype(int)))
    return cw.Community(pl.DataFrame({"member": members}).with_columns(time=pl.lit(NOON), kind=pl.lit("post")))


def main() -> None:
    """Prints the table."""
    print("| σ | members | figure | truth | coverage | mean width | of percentiles |")
    print("|---:|---:|---|---:|---:|---:|---:|")
    for sigma, members in CASES:
        rng = np.random.default_rng(members)
        many = draw(rng, sigma, 4_000_000)
        truth = {name: float(figure(name, many)) for name in FIGURES}
        held: dict[str, list[bool]] = {name: [] for name in FIGURES}
        plain: dict[str, list[bool]] = {name: [] for name in FIGURES}
        width: dict[str, list[float]] = {name: [] for name in FIGURES}
        for run in range(RUNS):
            x = draw(rng, sigma, members)
            row = community(x).engagement.inequality(bootstrap=RESAMPLES, seed=run).row(0, named=True)
            again = np.sort(x[rng.integers(0, members, (RESAMPLES, members))], axis=-1)
            for name in FIGURES:
                low, high = row[f"{name}_low"], row[f"{name}_high"]
                if low is None:
                    continue
                held[name].append(low <= truth[name] <= high)
                width[name].append(high - low)
                low, high = np.quantile(figure(name, again), [0.025, 0.975])
                plain[name].append(bool(low <= truth[name] <= high))
        for name in FIGURES:
            if held[name]:
                ours, theirs = (f"{np.mean(found[name]):.1%}" for found in (held, plain))
                cells = (
                    f"{sigma}",
                    f"{members}",
                    name,
                    f"{truth[name]:.3f}",
                    ours,
                    f"{np.mean(width[name]):.3f}",
                    theirs,
                )
                print(f"| {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
