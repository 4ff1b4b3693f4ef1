"""Whether `engagement.recognition_effect` holds the truth where a before and after does not.

`python docs/simulations/recognition_effect.py [RUNS]` simulates communities whose members have better and worse times:
how much a member writes goes up and down by itself, and each message has the same chance of a like, so that likes come
in the good times. The effect of the first like is known: none, or so many more active days. It prints the table of
docs/kpis/engagement.recognition_effect.md. Seeded: the same numbers every time.
"""

import sys
from datetime import datetime, timedelta, timezone

import numpy as np
import polars as pl

import commonweal as cw

START = datetime(2025, 1, 6, tzinfo=timezone.utc)
MEMBERS, DAYS, WITHIN = 300, 210, 14
BASE, SPREAD, PERSIST, CHANGES = 0.12, 1.0, 0.5, 0.06

SCENARIOS = {
    "no effect": (0.0, 0.0, 0.04),
    "one active day more in ten": (0.1, 0.0, 0.04),
    "the same, likes are rare": (0.1, 0.0, 0.01),
    "no effect, but the regulars are liked more": (0.0, 1.0, 0.04),
}
"""What a like adds to the chance of each day after it, how much more those are liked who write more anyway, and the
chance of each message to be liked."""


def simulate(
    rng: np.random.Generator, effect: float, favour: float, chance_of_like: float
) -> tuple[pl.DataFrame, float]:
    """The events, and the true mean effect on the active days of those who were liked, in the window after."""
    own = rng.normal(0, PERSIST, MEMBERS)
    mood = rng.normal(0, SPREAD, MEMBERS)
    likes = np.clip(chance_of_like * np.exp(favour * own), 0, 1)
    lifted = np.zeros(MEMBERS, dtype=int)  # days left of the lift
    first = np.full(MEMBERS, -1)
    rows: list[tuple[int, int, bool]] = []
    extra = np.zeros(MEMBERS)
    for day in range(DAYS):
        # Times last some weeks, and then change.
        change = rng.random(MEMBERS) < CHANGES
        mood = np.where(change, rng.normal(0, SPREAD, MEMBERS), mood)
        chance = np.minimum(BASE * np.exp(own + mood), 0.8)
        with_lift = np.where(lifted > 0, np.minimum(chance + effect, 0.95), chance)
        extra += np.where(lifted > 0, with_lift - chance, 0.0)
        lifted = np.maximum(lifted - 1, 0)
        active = rng.random(MEMBERS) < with_lift
        n = np.where(active, 1 + rng.poisson(0.7 * np.exp(0.5 * (own + mood))), 0)
        liked = rng.binomial(n, likes) > 0
        now = liked & (first < 0)
        first[now] = day
        # From the day after the landmark on.
        lifted[now] = WITHIN + 1
        extra[now] = 0.0
        for who in np.flatnonzero(n):
            rows += [(day, int(who), bool(liked[who]) and i == 0) for i in range(n[who])]
    frame = pl.DataFrame(rows, schema=["day", "who", "liked"], orient="row").with_row_index("row")
    seconds = 43_200 + rng.integers(0, 30_000, frame.height)
    at = pl.lit(START) + pl.duration(days=pl.col("day"), seconds=pl.Series(seconds))
    posts = frame.select(
        time=at,
        member=pl.format("m{}", "who"),
        kind=pl.lit("post"),
        id=pl.format("p{}", "row"),
        parent=pl.lit(None, pl.String),
    )
    likes_of = posts.filter(frame["liked"]).with_columns(
        time=pl.col("time") + timedelta(minutes=30), member=pl.lit("fan"), kind=pl.lit("reaction"), parent="id"
    )
    likes_of = likes_of.with_columns(id=pl.lit(None, pl.String))
    watched = (first >= 0) & (first + 1 + WITHIN < DAYS) & (first >= WITHIN)
    # Of the lift the day of the landmark is outside of the window.
    truth = float(extra[watched].mean()) * WITHIN / (WITHIN + 1) if watched.any() else 0.0
    return pl.concat([posts, likes_of]), truth


def main(runs: int) -> None:
    """Prints the table."""
    columns = ["communities", "true effect", "before and after", "`difference`", "bias", "95 % interval holds it"]
    print("|", " | ".join([*columns, "half a width", "`pre_trend` not 0", "matched"]), "|")
    print("|---" * 9 + "|")
    end = START + timedelta(days=DAYS)
    for number, (name, scenario) in enumerate(SCENARIOS.items()):
        naive, ours, holds, truths, width, bent, matched = [], [], [], [], [], [], []
        for run in range(runs):
            rng = np.random.default_rng([2026, number, run])
            events, truth = simulate(rng, *scenario)
            community = cw.Community(events, as_of=end)
            row = community.engagement.recognition_effect(within=f"{WITHIN}d").row(0, named=True)
            naive.append(row["before_after"])
            ours.append(row["difference"])
            truths.append(truth)
            width.append((row["difference_high"] - row["difference_low"]) / 2)
            bent.append(not row["pre_trend_low"] <= 0 <= row["pre_trend_high"])
            matched.append(row["matched"] / (row["matched"] + row["unmatched"]))
        true = float(np.mean(truths))
        holds = [abs(o - true) <= w for o, w in zip(ours, width, strict=True)]
        print(
            f"| {name} | {true:+.2f} | {np.mean(naive):+.2f} | {np.mean(ours):+.2f} | {np.mean(ours) - true:+.3f} "
            f"| {np.mean(holds):.1%} | {np.mean(width):.2f} | {np.mean(bent):.1%} | {np.mean(matched):.0%} |",
            flush=True,
        )


main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
