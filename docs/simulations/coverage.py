"""Do the 95 % intervals hold the truth, where it is known? `python docs/simulations/coverage.py`.

Each run draws a community, computes the KPI, and notes whether the interval holds the parameter that the community was
drawn with. A right interval does so in 95 % of the runs; with 1,000 runs, 93.6 % to 96.4 % is what chance allows.
Seeded: the table comes out the same.
"""

import math
import random
import statistics
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from statistics import NormalDist

import polars as pl

import commonweal as cw

START = datetime(2026, 1, 5, tzinfo=timezone.utc)
RUNS = 1_000
HOUR = 3_600.0

Held = tuple[bool | None, float]
"""Whether the interval held the truth (None: it gave no interval), and its width."""

Run = Callable[[random.Random], Held]


class Waits:
    """Waits of which a share never ends and the others are log-normal."""

    def __init__(self, never: float, median: float, sigma: float) -> None:
        self.never, self.median, self.sigma = never, median, sigma

    def draw(self, rng: random.Random, shift: float) -> float:
        """A wait in seconds."""
        if rng.random() < self.never:
            return math.inf
        return self.median * math.exp(self.sigma * rng.gauss(0, 1) + shift)

    def answered_by(self, t: float) -> float:
        """The share answered by a time."""
        return (1 - self.never) * NormalDist().cdf(math.log(t / self.median) / self.sigma)

    def quantile(self, q: float) -> float:
        """The time by which a share q of all posts is answered."""
        return self.median * math.exp(self.sigma * NormalDist().inv_cdf(q / (1 - self.never)))


Shifts = Callable[[random.Random], list[float]]
"""How much slower each channel is, on the logarithmic scale."""


def community(rng: random.Random, posts: int, waits: Waits, shifts: list[float]) -> cw.Community:
    """Posts over 30 days in channels that differ, observed until day 30: late ones are censored."""
    rows, end = [], START + timedelta(days=30)
    for i in range(posts):
        asked = START + timedelta(seconds=rng.uniform(0, 30 * 86_400))
        rows.append((asked, f"a{i}", "post", f"t{i}"))
        wait = waits.draw(rng, shifts[i % len(shifts)])
        if wait < (end - asked).total_seconds():
            rows.append((asked + timedelta(seconds=wait), "somebody", "reply", f"t{i}"))
    schema = {"time": pl.Datetime("us", "UTC"), "member": pl.String, "kind": pl.String, "thread": pl.String}
    return cw.Community(pl.DataFrame(rows, schema=schema, orient="row"), as_of=end)


def alike(_: random.Random) -> list[float]:
    """Channels that do not differ."""
    return [0.0]


def first_response(
    posts: int, waits: Waits, column: str, truth: float, within: str = "1h", shifts: Shifts = alike
) -> Run:
    """A run that looks at a column of `response.first_response`."""

    def run(rng: random.Random) -> Held:
        row = community(rng, posts, waits, shifts(rng)).response.first_response(within=within).row(0, named=True)
        ends = [row[f"{column}_low"], row[f"{column}_high"]]
        low, high = (end.total_seconds() if isinstance(end, timedelta) else end for end in ends)
        if low is None and high is None:
            return None, math.nan
        # An end that the curve does not reach is open.
        low, high = low or 0.0, math.inf if high is None else high
        return low <= truth <= high, high - low

    return run


def adoption_rate(members: int, share: float) -> Run:
    """A run in which each member is active with this chance."""

    def run(rng: random.Random) -> Held:
        people = pl.DataFrame({"member": [f"m{i}" for i in range(members)]}).with_columns(joined=pl.lit(START))
        active = [m for m in people["member"] if rng.random() < share] or ["stranger"]
        acts = pl.DataFrame({"member": active}).with_columns(
            kind=pl.lit("post"), time=pl.lit(START + timedelta(days=1))
        )
        c = cw.Community(acts, members=people, as_of=START + timedelta(days=7))
        row = c.adoption.active_members(every="1w").row(0, named=True)
        low, high = row["adoption_rate_low"], row["adoption_rate_high"]
        return low <= share <= high, high - low

    return run


def cases() -> Iterator[tuple[str, float, Run]]:
    """What is estimated, the truth, and one run of it."""
    waits = Waits(never=0.15, median=2 * HOUR, sigma=1.6)
    hour, median, p75 = waits.answered_by(HOUR), waits.quantile(0.5), waits.quantile(0.75)
    for n in (30, 100, 400):
        yield f"attained within 1 h, {n} posts", hour, first_response(n, waits, "attained", hour)
        yield f"the same of those due, {n} posts", hour, first_response(n, waits, "attained_due", hour)
        yield f"median in hours, {n} posts", median / HOUR, first_response(n, waits, "median", median)
        yield f"p75 in hours, {n} posts", p75 / HOUR, first_response(n, waits, "p75", p75)
    late = waits.answered_by(10 * 86_400)
    name = "attained within 10 days, a third not watched as long, 100 posts"
    yield name, late, first_response(100, waits, "attained", late, within="10d")
    rare = Waits(never=0.95, median=2 * HOUR, sigma=1.6)
    hour = rare.answered_by(HOUR)
    yield "attained within 1 h, 95 % never answered, 100 posts", hour, first_response(100, rare, "attained", hour)
    for members, share in ((40, 0.05), (40, 0.4), (400, 0.05), (400, 0.4)):
        yield f"adoption rate, {members} members", share, adoption_rate(members, share)
    # Twelve channels, each of its own speed: these twelve, or twelve of many.
    own = [NormalDist().inv_cdf((i + 0.5) / 12) for i in range(12)]
    hour = statistics.fmean(waits.answered_by(HOUR / math.exp(shift)) for shift in own)
    name = "attained within 1 h, 400 posts of 12 channels of their own speed"
    yield name, hour, first_response(400, waits, "attained", hour, shifts=lambda _: own)
    hour = (1 - waits.never) * NormalDist().cdf(math.log(0.5) / math.hypot(waits.sigma, 1.0))
    name = "the same, of 12 channels drawn anew, for all channels that could have been"
    drawn = first_response(400, waits, "attained", hour, shifts=lambda rng: [rng.gauss(0, 1) for _ in range(12)])
    yield name, hour, drawn


def main() -> None:
    """Prints the table."""
    print("| what | truth | runs with an interval | coverage | mean width |\n|---|---:|---:|---:|---:|")
    for name, truth, run in cases():
        rng = random.Random(name)
        held = [run(rng) for _ in range(RUNS)]
        given = [(h, w) for h, w in held if h is not None]
        widths = [w for _, w in given if math.isfinite(w)]
        width = sum(widths) / len(widths) / (HOUR if "in hours" in name else 1.0) if widths else math.nan
        covered = sum(h for h, _ in given) / len(given)
        print(f"| {name} | {truth:.3f} | {len(given)} | {covered:.1%} | {width:.3f} |", flush=True)


if __name__ == "__main__":
    main()
