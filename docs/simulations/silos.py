"""Whether `network.silos` finds silos, and no others: `python docs/simulations/silos.py [communities]`.

Communities whose units make no difference: the share of units, and of communities as a whole, with |z| ≥ 1.96 should be
5 %. Who opens threads and who replies is drawn by activity (lognormal); replies come in runs and are answered
(clumping, reciprocity); with topics 7 of 10 repliers come from the opener's topic, which has nothing to do with units;
with uneven units some are e times as active as others. Beside it what acts taken as independent would say: the binomial
z.

Communities with silos: a reply comes from the opener's own unit on purpose with the probability named.
"""

import sys
from dataclasses import dataclass, replace
from datetime import datetime, timezone

import numpy as np
import polars as pl

import commonweal as cw

START = datetime(2026, 1, 5, tzinfo=timezone.utc)


@dataclass(frozen=True)
class World:
    """What a community is like."""

    members: int = 200
    units: int = 5
    skew: float = 1.0
    run: float = 4.0
    back: float = 0.6
    topics: int = 0
    uneven: float = 0.0
    silo: float = 0.0


NULLS = {
    "even activity, single replies": World(skew=0.3, run=1.0, back=0.0),
    "skewed activity, runs, back and forth": World(skew=1.2),
    "the same, with topics": World(skew=1.2, topics=8),
    "the same, units of uneven activity": World(uneven=1.0, topics=8),
}
SIZES = ((50, 3), (200, 5), (200, 20), (1_000, 10))
SILOS = (0.05, 0.1, 0.2, 0.3)


def community(world: World, rng: np.random.Generator) -> cw.Community:
    """One community of this world."""
    n = world.members
    unit, topic = rng.integers(world.units, size=n), rng.integers(max(world.topics, 1), size=n)
    active = np.exp(world.skew * rng.standard_normal(n) + world.uneven * rng.standard_normal(world.units)[unit])
    pools = [(np.arange(n), active)]
    pools += [(np.flatnonzero(unit == u), active[unit == u]) for u in range(world.units)]
    pools += [(np.flatnonzero(topic == t), active[topic == t]) for t in range(world.topics)]
    pools = [(who, np.cumsum(weight) / weight.sum()) for who, weight in pools]
    thread, member, kind, parent = [], [], [], []
    for number in range(2 * n):
        opener = pools[0][0][np.searchsorted(pools[0][1], rng.random())]
        first = len(member)
        thread.append(number), member.append(opener), kind.append("post"), parent.append(None)
        for _ in range(rng.poisson(3)):
            purpose = rng.random()
            pool = 0
            if purpose < world.silo:
                pool = 1 + unit[opener]
            elif world.topics and purpose < world.silo + 0.7 * (1 - world.silo):
                pool = 1 + world.units + topic[opener]
            replier = pools[pool][0][min(np.searchsorted(pools[pool][1], rng.random()), len(pools[pool][0]) - 1)]
            if replier == opener:
                continue
            for _ in range(rng.geometric(1 / world.run)):
                thread.append(number), member.append(replier), kind.append("reply"), parent.append(first)
                if rng.random() < world.back:
                    last = len(member) - 1
                    thread.append(number), member.append(opener), kind.append("reply"), parent.append(last)
    events = pl.DataFrame(
        {
            "time": pl.Series(np.arange(len(member)) * 1_000_000, dtype=pl.Int64).cast(pl.Duration("us")) + START,
            "member": [f"m{who}" for who in member],
            "kind": kind,
            "id": [str(i) for i in range(len(member))],
            "thread": [str(i) for i in thread],
            "parent": [None if i is None else str(i) for i in parent],
        }
    )
    members = pl.DataFrame({"member": [f"m{i}" for i in range(n)], "department": [f"u{u}" for u in unit]})
    return cw.Community(events, members)


def results(world: World, runs: int) -> dict[str, np.ndarray]:
    """Units and the whole, z and p, and the binomial z, over so many communities."""
    tables = []
    for run in range(runs):
        rng = np.random.default_rng([run, world.members, world.units])
        tables.append(community(world, rng).network.silos(shuffles=400, seed=run))
    table = pl.concat(tables)
    chance = (1 - pl.col("expected")) / 2
    acts = pl.col("internal") + pl.col("external")
    table = table.with_columns(naive=(pl.col("ei") - pl.col("expected")) / 2 / (chance * (1 - chance) / acts).sqrt())
    units, whole = table.filter(pl.col("unit").is_not_null()), table.filter(pl.col("unit").is_null())
    return {
        "unit": units["z"].drop_nulls().to_numpy(),
        "p": units["p_value"].drop_nulls().to_numpy(),
        "whole": whole["z"].drop_nulls().to_numpy(),
        "naive": units["naive"].drop_nulls().drop_nans().to_numpy(),
        "naive whole": whole["naive"].drop_nulls().drop_nans().to_numpy(),
    }


def main(runs: int) -> None:
    """Prints both tables."""
    out = lambda values: f"{np.mean(np.abs(values) >= 1.96):.1%}"  # noqa: E731
    print(f"{runs} communities each, without silos\n")
    print(
        "| community | members, units | unit: z beyond 1.96 | p_value < 0.05 | whole | acts independent: unit, whole |"
    )
    print("|---|---|---|---|---|---|")
    for name, world in NULLS.items():
        for members, units in SIZES:
            found = results(replace(world, members=members, units=units), runs)
            cells = [out(found["unit"]), f"{np.mean(found['p'] < 0.05):.1%}", out(found["whole"])]
            cells.append(f"{out(found['naive'])}, {out(found['naive whole'])}")
            print(f"| {name} | {members}, {units} | {' | '.join(cells)} |", flush=True)
    print(f"\n{max(runs // 5, 1)} communities each, with silos: the share found (z ≤ −1.96)\n")
    print(
        "| replies from the own unit on purpose | "
        + " | ".join(f"{m} members, {u} units: unit, whole" for m, u in SIZES)
        + " |"
    )
    print("|---" * (len(SIZES) + 1) + "|")
    for silo in SILOS:
        cells = []
        for members, units in SIZES:
            world = replace(NULLS["the same, with topics"], members=members, units=units, silo=silo)
            found = results(world, max(runs // 5, 1))
            cells.append(f"{np.mean(found['unit'] <= -1.96):.0%}, {np.mean(found['whole'] <= -1.96):.0%}")
        print(f"| {silo:.0%} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
