"""Does the interval of an impact hold the truth? `python docs/simulations/impact.py [series]`.

Each run draws a series with a trend, with errors of which some part goes on into the next period, and an interruption
that changes nothing, or the level, or the slope. How often the interval of 95 % holds the truth, for the change at
once and on average; beside it ordinary least squares, and least squares with the variance of Newey & West, which is
what most tools offer. With 2,000 series, 94.0 % to 96.0 % is what chance allows an interval of 95 %.
"""

import sys
from datetime import date, timedelta

import numpy as np
import polars as pl
from scipy.stats import t as student

import commonweal as cw

AT = date(2026, 1, 5)
# Series so long before the interruption are drawn with a change, too.
CHANGED = 26


def draw(n: int, lasts: float, rng: np.random.Generator) -> np.ndarray:
    """Errors of deviation 1, of which `lasts` goes on into the next."""
    errors = np.empty(n)
    errors[0] = rng.standard_normal()
    for i in range(1, n):
        errors[i] = lasts * errors[i - 1] + np.sqrt(1 - lasts**2) * rng.standard_normal()
    return errors


def usual(y: np.ndarray, before: int, level: float) -> tuple[bool, bool]:
    """Whether the usual intervals of the level hold it: of least squares, and after Newey & West."""
    n = len(y)
    at = np.arange(n) - before
    since = (at >= 0).astype(float)
    x = np.column_stack([since, since * at, np.ones(n), at])
    inverse = np.linalg.inv(x.T @ x)
    coefficients = inverse @ x.T @ y
    residual = y - x @ coefficients
    half = student.ppf(0.975, n - 4)
    plain = np.sqrt(inverse[0, 0] * residual @ residual / (n - 4))
    scores = x * residual[:, None]
    lags = int(4 * (n / 100) ** (2 / 9))
    middle = scores.T @ scores
    for lag in range(1, lags + 1):
        cross = scores[lag:].T @ scores[:-lag]
        middle += (1 - lag / (lags + 1)) * (cross + cross.T)
    robust = np.sqrt((inverse @ middle @ inverse)[0, 0] * n / (n - 4))
    off = abs(coefficients[0] - level)
    return off <= half * plain, off <= half * robust


def main(runs: int) -> None:
    """Prints the table."""
    print("| periods before, since | ρ | truth | at once | average | least squares | Newey & West | false alarms |")
    print("|---|---:|---|---:|---:|---:|---:|---:|")
    cases = [
        (before, since, lasts, level, slope)
        for before, since in ((12, 8), (26, 12), (52, 26))
        for lasts in (0.0, 0.3, 0.6, 0.8)
        for level, slope in ((0.0, 0.0), (2.0, 0.1))[: 2 if before == CHANGED else 1]
    ]
    for before, since, lasts, level, slope in cases:
        held = np.zeros(4)
        false = 0
        for run in range(runs):
            rng = np.random.default_rng([run, before, int(10 * lasts)])
            n = before + since
            at = np.arange(n) - before
            y = 20 + 0.05 * at + (level + slope * at) * (at >= 0) + draw(n, lasts, rng)
            table = pl.DataFrame({"period": [AT + timedelta(weeks=i) for i in range(n)], "value": y})
            row = cw.impact(table, "value", at=AT + timedelta(weeks=before)).row(0, named=True)
            average = level + slope * (since - 1) / 2
            held[0] += row["level_low"] <= level <= row["level_high"]
            held[1] += row["average_low"] <= average <= row["average_high"]
            held[2:] += usual(y, before, level)
            false += row["average_p_value"] < 0.05
        truth = "nothing" if not level else "level and slope"
        shares = " | ".join(f"{share / runs:.1%}" for share in held)
        alarms = f"{false / runs:.1%}" if not level else ""
        print(f"| {before}, {since} | {lasts} | {truth} | {shares} | {alarms} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)
