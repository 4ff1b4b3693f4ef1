"""Differences, their intervals and their p-values, out of the figures of both sides."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import atan, comb, cos, exp, lgamma, log, pi, sqrt
from statistics import NormalDist

_NORMAL = NormalDist()
_EXACT_MOST = 1_000


@dataclass(frozen=True)
class Estimate:
    """A figure with the interval that it has."""

    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Change:
    """A difference, and how likely one as large is where nothing has changed."""

    value: float
    low: float | None = None
    high: float | None = None
    p_value: float | None = None


def quantile(confidence: float) -> float:
    """How many standard deviations to either side hold this share of a normal distribution."""
    return _NORMAL.inv_cdf((1 + confidence) / 2)


def wilson(part: float, whole: float, confidence: float = 0.95) -> Estimate:
    """A share with Wilson's interval."""
    z, share = quantile(confidence), part / whole
    middle, width = share + z * z / (2 * whole), z * sqrt(share * (1 - share) / whole + (z / (2 * whole)) ** 2)
    scale = 1 + z * z / whole
    return Estimate(share, max(0.0, (middle - width) / scale), min(1.0, (middle + width) / scale))


def rate(count: float, exposure: float, confidence: float = 0.95) -> Estimate:
    """A count for each unit of exposure, with the score interval of a Poisson count."""
    z = quantile(confidence)
    middle, width = count + z * z / 2, z * sqrt(count + z * z / 4)
    return Estimate(count / exposure, max(0.0, middle - width) / exposure, (middle + width) / exposure)


def mover(before: Estimate, now: Estimate, confidence: float = 0.95) -> Change:
    """Now − before with the MOVER interval (Newcombe 1998; Zou and Donner 2008), and the p-value that goes with it.

    low = d − √((now − now_low)² + (before_high − before)²), and alike above. The p-value takes the side towards 0 for
    normal, so that it is below 1 − confidence exactly where the interval leaves out 0.
    """
    difference = now.value - before.value
    if now.low is None or now.high is None or before.low is None or before.high is None:
        return Change(difference)
    down = sqrt((now.value - now.low) ** 2 + (before.high - before.value) ** 2)
    up = sqrt((now.high - now.value) ** 2 + (before.value - before.low) ** 2)
    return Change(
        difference,
        difference - down,
        difference + up,
        _towards_zero(difference, down if difference > 0 else up, confidence),
    )


def given(difference: float, low: float | None, high: float | None, confidence: float = 0.95) -> Change:
    """A difference whose interval is known, with the p-value that goes with it."""
    if low is None or high is None:
        return Change(difference)
    reach = difference - low if difference > 0 else high - difference
    return Change(difference, low, high, _towards_zero(difference, reach, confidence))


def _towards_zero(difference: float, reach: float, confidence: float) -> float | None:
    if reach <= 0:
        return None if difference == 0 else 0.0
    return 2 * (1 - _NORMAL.cdf(abs(difference) / (reach / quantile(confidence))))


def turnover(gained: int, lost: int, confidence: float = 0.95) -> Change:
    """Gained − lost as a change: whether those who changed sides went one way more than a coin would (McNemar, exact).

    Those who stayed tell nothing of it. The interval is normal, with variance gained + lost.
    """
    moved, difference = gained + lost, gained - lost
    if not moved:
        return Change(0.0, 0.0, 0.0, 1.0)
    reach = quantile(confidence) * sqrt(moved)
    return Change(difference, difference - reach, difference + reach, binomial(min(gained, lost), moved, 0.5))


def rates(before: int, exposure_before: float, now: int, exposure: float, confidence: float = 0.95) -> Change:
    """The difference of two rates of counts; the p-value is the conditional binomial one, exact for Poisson counts."""
    change = mover(rate(before, exposure_before, confidence), rate(now, exposure, confidence), confidence)
    total = before + now
    p_value = binomial(now, total, exposure / (exposure + exposure_before)) if total else 1.0
    return Change(change.value, change.low, change.high, p_value)


def binomial(part: int, whole: int, share: float) -> float:
    """The p-value, to both sides, of `part` of `whole` where each has the chance `share`: twice the smaller tail."""
    expected, spread = whole * share, sqrt(whole * share * (1 - share))
    if whole > _EXACT_MOST:
        return min(1.0, 2 * (1 - _NORMAL.cdf(max(0.0, abs(part - expected) - 0.5) / spread)))
    below = sum(_chance(k, whole, share) for k in range(part + 1))
    above = sum(_chance(k, whole, share) for k in range(part, whole + 1))
    return min(1.0, 2 * min(below, above))


def _chance(part: int, whole: int, share: float) -> float:
    return exp(log(comb(whole, part)) + part * log(share) + (whole - part) * log(1 - share))


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Adjusted so that the chance of even one false alarm among them all is no more than the level (Holm 1979).

    It holds however the tests depend on each other; what could not be tested stays None, and does not count.
    """
    known = sorted((p, place) for place, p in enumerate(p_values) if p is not None)
    adjusted: list[float | None] = [None] * len(p_values)
    least = 0.0
    for rank, (p, place) in enumerate(known):
        least = max(least, min(1.0, p * (len(known) - rank)))
        adjusted[place] = least
    return adjusted


def student(chance: float, freedom: float) -> float:
    """The value that a Student variable is beyond, to either side, with this chance; `freedom` may be a fraction.

    Found by halving on the distribution function, which is integrated over the angle of the tangent.
    """
    if freedom > 1e6:
        return _NORMAL.inv_cdf(1 - chance / 2)
    low, high = 0.0, 10.0
    while _tail(high, freedom) > chance:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _tail(middle, freedom) > chance else (low, middle)
    return (low + high) / 2


def _tail(value: float, freedom: float) -> float:
    # With t = √freedom · tan a the density is cos(a)^(freedom − 1) up to a constant: smooth, on a finite range.
    constant = exp(lgamma((freedom + 1) / 2) - lgamma(freedom / 2)) / sqrt(pi)
    start, steps = atan(value / sqrt(freedom)), 200
    width = (pi / 2 - start) / steps
    points: list[float] = [max(0.0, cos(start + i * width)) ** (freedom - 1) for i in range(steps + 1)]
    simpson = points[0] + points[-1] + 4 * sum(points[1:-1:2]) + 2 * sum(points[2:-1:2])
    return 2 * constant * float(simpson) * width / 3
