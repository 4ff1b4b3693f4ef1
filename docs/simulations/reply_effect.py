"""Whether `sentiment.reply_effect` holds the truth where a before and after does not.

`python docs/simulations/reply_effect.py [RUNS]` simulates communities whose members differ in mood, have better and
worse days, which last into the next ones, and troubles: irritation builds up for weeks and then is over, or comes at
once and mends slowly. Staff answer the worst complaints most: so they answer members in trouble, whose mood comes back
by itself. What an answer does is known: nothing, or so much lift for the time that is compared. It prints the table of
docs/kpis/sentiment.reply_effect.md. Seeded: the same numbers every time.
"""

import sys
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import numpy as np
import polars as pl

import commonweal as cw

START = datetime(2025, 1, 1, tzinfo=timezone.utc)
WITHIN = 14


@dataclass(frozen=True)
class World:
    """What a community is like."""

    lift: float = 0.0
    """By how much an answer lifts the mood, from the day after the landmark on."""
    members: int = 400
    days: int = 150
    writes: float = 0.3
    """The chance to write on a day, in the middle of the members."""
    persons: float = 0.1
    """How much members differ."""
    moods: float = 0.15
    """How much their days differ."""
    lasts: float = 0.7
    """How much of a day's mood is the next one's."""
    noise: float = 0.2
    base: float = 0.25
    depth: float = 0.9
    """How far a trouble goes down."""
    builds: bool = True
    """Whether it builds up and then is over; else it comes at once and mends slowly."""
    answers: float = -3.0
    """The log odds that staff answer a complaint of −0.5."""
    steep: float = 3.0
    """How much more staff answer the worst complaints: the slope, in a point of score, of the log odds."""
    gone: float = 0.0
    """The chance that a member who complained and was not answered leaves for good."""


WORLDS = {
    "no effect, irritation builds up": World(),
    "no effect, troubles mend slowly": World(builds=False),
    "no effect, staff answer often": World(answers=-1.0),
    "a lift of 0.2": World(lift=0.2),
    "a lift of 0.2, troubles mend slowly": World(lift=0.2, builds=False),
    "a lift of 0.2, half the members": World(lift=0.2, members=200),
    "a lift of 0.2, staff answer often": World(lift=0.2, answers=-1.0),
    "no effect, but one in ten leaves if not answered": World(gone=0.1),
}


def simulate(rng: np.random.Generator, world: World) -> pl.DataFrame:
    """The events, with a score for each message."""
    n = world.members
    own = world.base + rng.normal(0, world.persons, n)
    mood = rng.normal(0, world.moods, n)
    chance = world.writes * np.exp(rng.normal(0, 0.5, n))
    lifted_until = np.full(n, -1)
    lift_from = np.full(n, world.days + 9)
    there = np.ones(n, dtype=bool)
    since, length = np.full(n, 99), np.full(n, 1)
    rows: list[tuple[int, int, float, bool]] = []
    for day in range(world.days):
        mood = world.lasts * mood + np.sqrt(1 - world.lasts**2) * rng.normal(0, world.moods, n)
        lift = np.where((day >= lift_from) & (day <= lifted_until), world.lift, 0.0)
        starts = (since >= length) & (rng.random(n) < 1 / 60)
        since = np.where(starts, 0, since + 1)
        length = np.where(starts, rng.integers(7, 22, n), length)
        share = np.clip(since / length, 0, 1)
        down = np.where(since < length, share if world.builds else 1 - share, 0.0) * world.depth
        writes = there & (rng.random(n) < chance)
        score = np.clip(own + mood - down + lift + rng.normal(0, world.noise, n), -1, 1)
        complains = writes & (score <= -0.3)
        answered = complains & (rng.random(n) < 1 / (1 + np.exp(world.steep * (score + 0.5) - world.answers)))
        new = answered & (day > lifted_until)
        lift_from[new] = day + 2
        lifted_until[new] = day + 1 + WITHIN
        there &= ~(complains & ~answered & (rng.random(n) < world.gone))
        rows += [(day, int(who), float(score[who]), bool(answered[who])) for who in np.flatnonzero(writes)]
    frame = pl.DataFrame(rows, schema=["day", "who", "score", "answered"], orient="row").with_row_index("row")
    at = pl.lit(START) + pl.duration(
        days=pl.col("day"), seconds=pl.Series(28_800 + rng.integers(0, 36_000, frame.height))
    )
    posts = frame.select(
        time=at,
        member=pl.format("m{}", "who"),
        kind=pl.lit("post"),
        id=pl.format("p{}", "row"),
        thread=pl.format("t{}", "row"),
        parent=pl.lit(None, pl.String),
        score="score",
    )
    replies = posts.filter(frame["answered"]).with_columns(
        time=pl.col("time") + timedelta(hours=1),
        member=pl.lit("staff"),
        kind=pl.lit("reply"),
        id=pl.lit(None, pl.String),
        parent="id",
        score=pl.lit(None, pl.Float64),
    )
    return pl.concat([posts, replies])


STAFF = pl.DataFrame({"member": ["staff"], "role": ["staff"]})


def main(runs: int) -> None:
    """Prints the table."""
    columns = ["communities", "before and after", "`difference`", "bias", "95 % interval holds it", "half a width"]
    columns += ["`pre_trend` not 0", "`silent_difference`", "not 0", "matched", "of the answered"]
    print("|", " | ".join(columns), "|")
    print("|---" + "|---:" * (len(columns) - 1) + "|")
    for number, (name, world) in enumerate(WORLDS.items()):
        rows = []
        for run in range(runs):
            events = simulate(np.random.default_rng([2026, number, run]), world)
            community = cw.Community(events, members=STAFF, as_of=START + timedelta(days=world.days))
            rows += community.sentiment.reply_effect(within=f"{WITHIN}d", model="score").to_dicts()
        found = pl.DataFrame(rows)
        holds = pl.lit(world.lift).is_between("difference_low", "difference_high").mean()
        bent = (~pl.lit(0.0).is_between("pre_trend_low", "pre_trend_high")).mean()
        gone = (~pl.lit(0.0).is_between("silent_difference_low", "silent_difference_high")).mean()
        width = ((pl.col("difference_high") - pl.col("difference_low")) / 2).mean()
        mean = found.select(pl.col("before_after", "difference", "silent_difference", "matched").mean()).row(
            0, named=True
        )
        told = found.select(holds=holds, bent=bent, gone=gone, width=width).row(0, named=True)
        bias = mean["difference"] - world.lift
        print(
            f"| {name} | {mean['before_after']:+.3f} | {mean['difference']:+.3f} "
            f"| {bias:+.3f} | {told['holds']:.1%} | {told['width']:.3f} | {told['bent']:.1%} "
            f"| {mean['silent_difference']:+.3f} | {told['gone']:.1%} | {mean['matched']:.0f} "
            f"| {found['matched'].sum() / found['answered'].sum():.0%} |",
            flush=True,
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
