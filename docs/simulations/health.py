"""How often health and alerts are wrong where nothing changes, and how often they see a change.

`python docs/simulations/health.py RUNS`. Communities of 60 members in four channels over 60 weeks. Each member comes in
a week with a chance of their own, and writes some messages; half of the posts have an answer within a day, and the mood
is drawn message by message. Nothing changes but by chance. (A closed circle runs out of newcomers, so alerts of new
members are left out.) In a second run two thirds stay away in the last week.
"""

import random
import sys
from datetime import datetime, timedelta, timezone

import polars as pl

import commonweal as cw

MONDAY = datetime(2024, 1, 1, tzinfo=timezone.utc)
MEMBERS, WEEKS = 60, 60
TEXTS = ("this is great, thanks", "this is terrible", "it is a table", "where is the file")


def community(seed: int, *, away: float = 0.0) -> cw.Community:
    """One of them; `away` is the share of members that stays away in the last week."""
    draw = random.Random(seed)
    come = [draw.uniform(0.2, 0.9) for _ in range(MEMBERS)]
    rows = []
    for week in range(WEEKS):
        last = week == WEEKS - 1
        for member in range(MEMBERS):
            if draw.random() > come[member] or (last and draw.random() < away):
                continue
            for _ in range(1 + int(draw.expovariate(1))):
                at = MONDAY + timedelta(weeks=week, minutes=draw.randrange(7 * 1_440))
                thread = f"t{len(rows)}"
                channel = f"c{draw.randrange(4)}"
                rows.append((at, f"m{member}", "post", thread, channel, draw.choice(TEXTS)))
                if draw.random() < 0.5:
                    answered = at + timedelta(minutes=1 + draw.randrange(1_439))
                    helper = f"m{(member + 1 + draw.randrange(MEMBERS - 1)) % MEMBERS}"
                    rows.append((answered, helper, "reply", thread, channel, draw.choice(TEXTS)))
    end = MONDAY + timedelta(weeks=WEEKS)
    schema = ["time", "member", "kind", "thread", "channel", "text"]
    frame = pl.DataFrame(rows, schema=schema, orient="row").filter(pl.col("time") < end)
    return cw.Community(frame, as_of=end)


def main(runs: int) -> None:
    """Prints the tables."""
    alarms, tested, raised, looked = 0, 0, 0, 0
    by_indicator: dict[str, int] = {}
    for seed in range(runs):
        c = community(seed)
        table = c.health(within="1d", min_group=0)
        tested += 1
        wrong = table.filter(pl.col("status").is_in(["better", "worse"]))
        alarms += wrong.height > 0
        for name in table.filter(pl.col("p_value") < 0.05)["indicator"]:
            by_indicator[name] = by_indicator.get(name, 0) + 1
        # Twelve weeks are needed before the first look.
        raised += c.alerts(budget=1).filter(pl.col("indicator") != "new members").height
        looked += WEEKS - 12
    print(f"health: {alarms} of {tested} tables with a false alarm ({alarms / tested:.1%}; stated: at most 5%)")
    for name, count in sorted(by_indicator.items()):
        print(f"  {name}: p below 0.05 in {count / tested:.1%}")
    years = looked / 52.18
    print(f"alerts: {raised / years:.2f} false ones a year in {years:.0f} years (stated: at most 1)")
    seen = alerted = 0
    some = max(1, runs // 3)
    for seed in range(some):
        c = community(10_000 + seed, away=2 / 3)
        table = c.health(min_group=0).filter(pl.col("indicator") == "active members")
        seen += table["status"].item() == "worse"
        found = c.alerts(budget=1).filter(pl.col("indicator") == "active members")
        alerted += (found["period"] == (MONDAY + timedelta(weeks=WEEKS - 1)).date()).any()
    print(f"two thirds away: seen by health in {seen / some:.0%}, by alerts in {alerted / some:.0%} of {some}")


main(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
