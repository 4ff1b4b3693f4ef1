"""Does `sentiment.shifts` find shifts, and no others? `python docs/simulations/shifts.py [histories [part ...]]`.

Histories of 300 days without a change: the share in which `pelt` finds one should be 5 % at most. Authors differ in
mood and come and go; days have moods of their own, which may last into the next (autocorrelation); weekends may be
gloomier. Then histories with one change, of the mood of all or of who talks: how often it is found, how far from its
day, and whether the intervals of size and mood hold the truth, of all histories and of those in which nothing else is
found; and how wide they are. Histories of one vote after another for the charts:
votes between false alarms. Parts: `quiet`, `changed`, `charts`; all by default.
"""

import sys
from dataclasses import dataclass, replace
from datetime import datetime, timezone

import numpy as np
import polars as pl

import commonweal as cw

START = datetime(2024, 1, 1, tzinfo=timezone.utc)


@dataclass(frozen=True)
class World:
    """What a community is like."""

    days: int = 300
    votes: float = 20.0
    """A day, on average."""
    authors: int = 150
    persons: float = 0.15
    """How much authors differ."""
    daily: float = 0.05
    """How much days differ."""
    lasts: float = 0.0
    """How much of a day's mood is the next one's."""
    weekend: float = 0.0
    noise: float = 0.35
    mood: float = 0.0
    """By how much the mood of all changes after three fifths of the days."""
    mix: float = 0.0
    """The share of votes of newcomers from then on, who are gloomier by 0.5."""

    @property
    def change(self) -> int:
        """The day of the change."""
        return 3 * self.days // 5


QUIET = {
    "authors and days differ": World(),
    "gloomy weekends": World(weekend=-0.2),
    "days' moods last (0.3)": World(lasts=0.3),
    "days' moods last (0.6)": World(lasts=0.6),
    "days' moods last (0.8)": World(lasts=0.8),
    "few votes, 4 a day": World(votes=4.0),
    "60 days": World(days=60),
    "30 authors": World(authors=30),
}
CHANGED = {
    "mood −0.10": World(mood=-0.10),
    "mood −0.05": World(mood=-0.05),
    "mood −0.10, 4 votes a day": World(mood=-0.10, votes=4.0),
    "mood −0.10, days' moods last (0.3)": World(mood=-0.10, lasts=0.3),
    "mood −0.10, days' moods last (0.6)": World(mood=-0.10, lasts=0.6),
    "mood −0.10, days' moods last (0.8)": World(mood=-0.10, lasts=0.8),
    "mood −0.05, days' moods last (0.6)": World(mood=-0.05, lasts=0.6),
    "mood −0.10, 100 votes a day, days' moods last (0.6)": World(mood=-0.10, votes=100.0, lasts=0.6),
    "mood −0.10, 120 days": World(mood=-0.10, days=120),
    "mood −0.10, 120 days, days' moods last (0.6)": World(mood=-0.10, days=120, lasts=0.6),
    "mood −0.20, 60 days": World(mood=-0.20, days=60),
    "mood −0.20, 60 days, days' moods last (0.6)": World(mood=-0.20, days=60, lasts=0.6),
    "who talks: a third newcomers, gloomier by 0.5": World(mix=1 / 3),
    "both": World(mood=-0.10, mix=1 / 3),
}


def draw(world: World, rng: np.random.Generator) -> cw.Community:
    """One history."""
    shock = np.zeros(world.days)
    for day in range(world.days):
        fresh = world.daily * np.sqrt(1 - world.lasts**2) * rng.standard_normal()
        shock[day] = (world.lasts * shock[day - 1] if day else 0.0) + fresh
    day = np.repeat(np.arange(world.days), rng.poisson(world.votes, size=world.days))
    n = len(day)
    own = world.persons * rng.standard_normal(2 * world.authors)
    active = np.exp(rng.standard_normal(world.authors))
    author = rng.choice(world.authors, p=active / active.sum(), size=n)
    new = (day >= world.change) & (rng.random(n) < world.mix)
    author = np.where(new, world.authors + author, author)
    level = 0.1 + own[author] + shock[day] + world.weekend * (day % 7 >= 5) - 0.5 * new
    level += world.mood * (day >= world.change)
    second = np.sort(day * 86_400 + rng.integers(86_400, size=n))
    events = pl.DataFrame(
        {
            "time": pl.Series(second * 1_000_000, dtype=pl.Int64).cast(pl.Duration("us")) + START,
            "member": [f"m{who}" for who in author],
            "kind": "post",
            "score": np.clip(level + world.noise * rng.standard_normal(n), -1, 1),
        }
    )
    return cw.Community(events)


def quiet(histories: int) -> None:
    """How often a change is found where there is none."""
    print("| without a change | histories in which one is found |")
    print("|---|---:|")
    for name, world in QUIET.items():
        found = 0
        for run in range(histories):
            community = draw(world, np.random.default_rng([run, 1]))
            found += community.sentiment.shifts(model="score", draws=399, seed=run).height > 1
        print(f"| {name} | {found / histories:.1%} |", flush=True)


def changed(histories: int) -> None:
    """How well one change is found: of all histories in which it is, and of those in which nothing else is found."""
    head = "found | days off, median | another too | size holds it | width, median | mood | mood holds it | mix"
    print(f"\n| one change | {head} |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    for name, world in CHANGED.items():
        rows = []
        for run in range(histories):
            table = draw(world, np.random.default_rng([run, 2])).sentiment.shifts(model="score", draws=399, seed=run)
            changes = table.filter(pl.col("size").is_not_null())
            if changes.is_empty():
                continue
            days = (changes["time"] - START).dt.total_days().to_numpy()
            nearest = int(np.argmin(np.abs(days - world.change)))
            row = changes.row(nearest, named=True)
            target = world.mood - 0.5 * world.mix
            rows.append(
                {
                    "off": abs(days[nearest] - world.change),
                    "alone": len(days) == 1,
                    "size": row["size_low"] <= target <= row["size_high"],
                    "width": row["size_high"] - row["size_low"],
                    "mood": row["mood"],
                    "mood_held": row["mood_low"] <= world.mood <= row["mood_high"],
                    "mix": row["mix"],
                }
            )
        if not rows:
            print(f"| {name} | 0 % | | | | | | | |", flush=True)
            continue
        found = pl.DataFrame(rows)
        alone = found.filter("alone")
        held = {column: f"{found[column].mean():.0%} ({alone[column].mean():.0%})" for column in ("size", "mood_held")}
        print(
            f"| {name} | {found.height / histories:.0%} | {found['off'].median():.0f} "
            f"| {1 - alone.height / found.height:.0%} | {held['size']} "
            f"| {found['width'].median():.3f} | {found['mood'].mean():+.3f} | {held['mood_held']} "
            f"| {found['mix'].mean():+.3f} |",
            flush=True,
        )


def alarms(histories: int) -> None:
    """Votes between false alarms of the charts."""
    print("\n| charts, without a change, `run_length=2000`, `reference=1000` | cusum | ewma |")
    print("|---|---:|---:|")
    worlds = {name: replace(QUIET[name], days=600) for name in list(QUIET)[:4]}
    for name, world in worlds.items():
        runs = []
        for method in ("cusum", "ewma"):
            watched = told = 0
            for run in range(histories):
                table = draw(world, np.random.default_rng([run, 3])).sentiment.shifts(
                    method=method, model="score", run_length=2000, reference=1000, seed=run
                )
                # A reference begins where what was told of seems to have begun: what is between is watched, too.
                until_alarm = (table["alarm"] - table["time"]).dt.total_seconds().sum() / 86_400 * world.votes
                watched += (table["votes"] - 1000).clip(lower_bound=0).sum() + until_alarm
                told += table.height - 1
            runs.append(f"{watched / max(told, 1):,.0f}")
        print(f"| {name} | {' | '.join(runs)} |", flush=True)


def main(histories: int, parts: list[str]) -> None:
    """Prints the tables."""
    if "quiet" in parts:
        quiet(histories)
    if "changed" in parts:
        changed(histories)
    if "charts" in parts:
        alarms(max(histories // 4, 1))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300, sys.argv[2:] or ["quiet", "changed", "charts"])
