"""`adoption.diffusion` against scipy, on the counts of a group-by."""

from datetime import datetime, timedelta, timezone

import numpy as np
import polars as pl
import pytest
from conftest import SHARED
from scipy.optimize import brentq, curve_fit, minimize
from scipy.special import gammaln
from scipy.stats import f as f_distribution

import commonweal as cw

DATA = SHARED / "data"
START = datetime(2024, 1, 1, tzinfo=timezone.utc)
TELEVISIONS = [747, 1480, 2646, 5118, 5777, 5982, 5962, 4631]
"""Thousands of colour televisions sold in the United States, 1963 to 1970."""


def share(t: np.ndarray, p: float, q: float) -> np.ndarray:
    e = np.exp(-(p + q) * t)
    return (1 - e) / (1 + q / p * e)


def within(t: np.ndarray, m: float, p: float, q: float) -> np.ndarray:
    return m * (share(t, p, q) - share(t - 1, p, q))


def lacks(counts: np.ndarray, ln_p: float, ln_q: float, ln_m: float) -> float:
    """Twice what the log likelihood of Schmittlein & Mahajan (1982) lacks of that of the counts themselves."""
    p, q, m = np.exp([ln_p, ln_q, ln_m])
    n, t, seen = counts.sum(), np.arange(1.0, len(counts) + 1), counts > 0
    if m < n:
        return float("inf")
    rest = np.log1p(-share(np.array([t[-1]]), p, q)[0])
    kernel = gammaln(m + 1) - gammaln(m - n + 1) + (m - n) * rest
    kernel += np.sum(counts[seen] * np.log(within(t, 1.0, p, q)[seen]))
    return float(2 * (np.sum(counts[seen] * np.log(counts[seen])) - n - kernel))


def weekly(counts: list[int]) -> cw.Community:
    weeks = [week for week, new in enumerate(counts) for _ in range(new)]
    posts = pl.DataFrame(
        {
            "time": [START + timedelta(weeks=week, hours=5) for week in weeks],
            "member": [f"m{i}" for i in range(len(weeks))],
            "kind": "post",
        }
    )
    return cw.Community(posts, as_of=START + timedelta(weeks=len(counts)))


def test_least_squares_are_those_of_scipy_and_published() -> None:
    fit = weekly(TELEVISIONS).adoption.diffusion(every="1w", method="least_squares").row(0, named=True)
    t, counts = np.arange(1.0, 9.0), np.array(TELEVISIONS, dtype=float)
    theirs, _ = curve_fit(within, t, counts, p0=[40_000, 0.02, 0.5], xtol=1e-14, ftol=1e-14)
    np.testing.assert_allclose([fit["ceiling"], fit["p"], fit["q"]], theirs, rtol=2e-5)
    assert (round(fit["p"], 4), round(fit["q"], 4), round(fit["ceiling"])) == (0.0185, 0.6159, 39_659)
    assert fit["dispersion"] == pytest.approx(np.sum((counts - within(t, *theirs)) ** 2) / 5, rel=1e-6)


@pytest.mark.parametrize(
    ("name", "every"), [("discourse-urho3d", "1mo"), ("stackexchange-beer-2017", "1mo"), ("s", "1w")]
)
def test_the_likelihood_and_its_profile_are_those_of_scipy(name: str, every: str) -> None:
    if name == "s":
        community = weekly([3, 5, 8, 13, 19, 25, 29, 28, 23, 17, 11, 7])
    elif (DATA / name).is_dir():
        community = cw.read(DATA / name)
    else:
        pytest.skip(f"{DATA / name} is not here: no real community to compare on")
    fit = community.adoption.diffusion(every=every).row(0, named=True)
    new = community.adoption.active_members(every=every).filter("complete")["new"].to_numpy().astype(float)
    counts = new[np.flatnonzero(new)[0] :]
    assert (fit["adopters"], fit["periods"]) == (counts.sum(), len(counts))
    ours = lacks(counts, np.log(fit["p"]), np.log(max(fit["q"], 1e-9)), np.log(fit["ceiling"]))
    starts = [
        minimize(
            lambda x: lacks(counts, *x),
            x0,
            method="Nelder-Mead",
            options={"maxiter": 9_000, "xatol": 1e-9, "fatol": 1e-10},
        )
        for q in (-7.0, -3.0, -1.5)
        for x0 in [[np.log(0.03), q, np.log(counts.sum() * 1.3)]]
    ]
    best = min(starts, key=lambda found: found.fun)
    assert ours == pytest.approx(best.fun, abs=0.05)
    # The upper end of the ceiling: where the profile is worse by F(1, n − 3) dispersions.
    mean = within(np.arange(1.0, len(counts) + 1), fit["ceiling"], fit["p"], max(fit["q"], 1e-9))
    dispersion = max(1.0, float(np.sum((counts - mean) ** 2 / mean)) / (len(counts) - 3))
    assert fit["dispersion"] == pytest.approx(dispersion, rel=1e-3)
    most = best.fun + dispersion * f_distribution.ppf(0.95, 1, len(counts) - 3)

    def profile(ln_m: float) -> float:
        found = [
            minimize(lambda x: lacks(counts, x[0], x[1], ln_m), start, method="Nelder-Mead", options={"maxiter": 4_000})
            for start in (best.x[:2], [np.log(0.02), -6.0])
        ]
        return min(one.fun for one in found) - most

    high = np.exp(brentq(profile, np.log(fit["ceiling"] + 0.01), np.log(fit["ceiling"] * 50), xtol=1e-5))
    assert fit["ceiling_high"] == pytest.approx(high, rel=5e-3)


def test_it_declines_without_a_ceiling() -> None:
    growing = weekly([2 + week for week in range(20)])
    with pytest.raises(
        cw.exceptions.DeclinedError, match=r"^adoption.diffusion_curve needs first uses that tell of a ceiling"
    ):
        growing.adoption.diffusion_curve(every="1w")
