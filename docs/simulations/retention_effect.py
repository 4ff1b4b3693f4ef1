"""How often the intervals of `response.retention_effect` hold the truth, and what the naive comparison says.

`python docs/simulations/retention_effect.py [RUNS]` simulates communities of newcomers whose return rates are known:
with and without a true difference, with and without a confounder (a channel that both answers faster and keeps its
newcomers better). It prints the table of docs/kpis/response.retention_effect.md. Seeded: the same numbers every time.
"""

import sys
from datetime import datetime, timezone

import numpy as np
import polars as pl

import commonweal as cw

DAY = 86_400.0
START = datetime(2025, 1, 6, tzinfo=timezone.utc).timestamp()
NEWCOMERS, DAYS = 400, 300
HELPER = NEWCOMERS

# Share answered within the hour and share that comes back unanswered, in each of the two channels.
SCENARIOS = {
    "no difference": ((0.5, 0.5), (0.4, 0.4), 0.0),
    "a difference of 0.15": ((0.5, 0.5), (0.4, 0.4), 0.15),
    "no difference, confounded": ((0.2, 0.8), (0.25, 0.6), 0.0),
    "a difference of 0.15, confounded": ((0.2, 0.8), (0.25, 0.6), 0.15),
}


def community(rng: np.random.Generator, scenario: tuple[tuple[float, ...], tuple[float, ...], float]) -> cw.Community:
    """Newcomers who post at any time of ten months; who comes back posts on, and any later post may be answered."""
    answered_in, returns_in, effect = scenario
    n = NEWCOMERS
    channel = rng.integers(0, 2, n)
    posted = START + rng.uniform(0, DAYS * DAY, n)
    in_time = rng.random(n) < np.take(answered_in, channel)
    late = ~in_time & (rng.random(n) < 0.5)
    wait = np.where(in_time, rng.uniform(60, 3_500, n), rng.uniform(4_000, 5 * DAY, n))
    back = rng.random(n) < np.take(returns_in, channel) + effect * in_time
    # Midnight is UTC's: whole days later, at some time of the day.
    midnight = np.floor((posted + 3_600) / DAY) * DAY
    visits = np.where(back, 1 + rng.poisson(3, n), 0)
    who = np.repeat(np.arange(n), visits)
    later = midnight[who] + (1 + np.floor(29 * rng.random(who.size) ** 2)) * DAY + rng.uniform(0, DAY, who.size)
    replied = rng.random(who.size) < 0.3
    parts = [
        (posted, np.arange(n), "post", np.arange(n), channel),
        (posted + wait, np.full(n, HELPER), "reply", np.arange(n), channel, in_time | late),
        (later, who, "post", n + np.arange(who.size), channel[who]),
        (later + 7_200, np.full(who.size, HELPER), "reply", n + np.arange(who.size), channel[who], replied),
    ]
    frames = []
    for time, member, kind, thread, where, *kept in parts:
        frame = pl.DataFrame(
            {"time": (time * 1e6).astype(np.int64), "member": member, "thread": thread, "channel": where}
        )
        frame = frame.with_columns(pl.all().exclude("time").cast(pl.String), kind=pl.lit(kind))
        frames.append(frame.filter(pl.Series(kept[0])) if kept else frame)
    events = pl.concat(frames).with_columns(pl.col("time").cast(pl.Datetime("us", "UTC")))
    end = datetime.fromtimestamp(START + DAYS * DAY, timezone.utc)
    return cw.Community(events.filter(pl.col("time") <= end), as_of=end)


def naive(events: pl.DataFrame) -> tuple[float, float]:
    """Ever answered against never: the difference of the shares that ever came back, and its standard error."""
    posts = events.filter(pl.col("kind") == "post")
    answered = events.filter(pl.col("kind") == "reply")["thread"].unique()
    own = posts.group_by("member").agg(
        answered=pl.col("thread").is_in(answered.implode()).any(), back=pl.col("time").dt.date().n_unique() > 1
    )
    rates = own.group_by("answered").agg(rate=pl.col("back").mean(), n=pl.len()).sort("answered")
    (never, n0), (ever, n1) = rates.select("rate", "n").rows()
    return ever - never, (never * (1 - never) / n0 + ever * (1 - ever) / n1) ** 0.5


def main(runs: int) -> None:
    """Prints the table."""
    columns = ["communities", "truth", "`difference` holds it", "`adjusted_difference` holds it", "p < 0.05"]
    print("|", " | ".join([*columns, "ever against never answered, mean", "ever against never, p < 0.05"]), "|")
    print("|---" * 7 + "|")
    for number, (name, scenario) in enumerate(SCENARIOS.items()):
        effect = scenario[2]
        raw, adjusted, found, apart, fooled = [], [], [], [], []
        for run in range(runs):
            rng = np.random.default_rng([2026, number, run])
            simulated = community(rng, scenario)
            row = simulated.response.retention_effect(within="1h", wash_in=None).row(0, named=True)
            raw.append(row["difference_low"] <= effect <= row["difference_high"])
            adjusted.append(row["adjusted_difference_low"] <= effect <= row["adjusted_difference_high"])
            found.append(row["p_value"] < 0.05)
            difference, error = naive(simulated.events)
            apart.append(difference)
            fooled.append(abs(difference) > 1.96 * error)
        shares = [f"{np.mean(column):.1%}" for column in (raw, adjusted, found)]
        print(f"| {name} | {effect:.2f} | {' | '.join(shares)} | {np.mean(apart):+.2f} | {np.mean(fooled):.1%} |")


main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000)
