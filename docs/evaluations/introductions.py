"""Whether the pairs of `network.introductions` meet by themselves later: `python docs/evaluations/introductions.py`.

Real communities, each cut at three times: half, 65 % and 80 % of the replies are before. Pairs are ranked by what was
known then; a hit is a pair not tied before that answers each other after it. All methods rank the same pairs: members
who wrote in the last 180 days before the cut, not tied yet. The three cuts are counted together, with Wilson's interval
of their sum; they share members and later replies, so the interval is a little too narrow.

The parts of the score and the half-life of 30 days were chosen on these communities, out of a dozen forms, so any
advantage over the baselines is somewhat flattering. A logistic regression of the same parts, fitted on the other four
communities, did no better.
"""

import math
import sys
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations
from pathlib import Path

import polars as pl

import commonweal as cw

DATA = Path(__file__).parents[3] / "shared" / "data"
COMMUNITIES = {
    "zulip-lean": "chat (Zulip)",
    "discourse-urho3d": "forum (Discourse)",
    "stackexchange-quantumcomputing-2018": "questions and answers (Stack Exchange, quantum computing)",
    "pipermail-twisted": "mailing list (Pipermail)",
    "stackexchange-beer-2017": "questions and answers (Stack Exchange, beer)",
}
CUTS = (0.5, 0.65, 0.8)
KS = (10, 20, 50)
ACTIVE = timedelta(days=180)
Pair = frozenset[str]


def tied(community: cw.Community) -> set[Pair]:
    """Pairs with a tie in either direction."""
    return {frozenset(pair) for pair in community.network.edges().select("source", "target").iter_rows()}


def rankings(past: cw.Community, known: set[Pair], active: dict[str, float]) -> Iterator[tuple[str, list[Pair]]]:
    """The first pairs by each method."""
    contacts: dict[str, set[str]] = defaultdict(set)
    for a, b in known:
        contacts[a].add(b)
        contacts[b].add(a)
    pairs = [frozenset(pair) for pair in combinations(sorted(active), 2) if frozenset(pair) not in known]

    def best(score: dict[Pair, float]) -> list[Pair]:
        return sorted(pairs, key=lambda pair: (-score[pair], sorted(pair)))[: max(KS)]

    def popular(pair: Pair) -> float:
        a, b = pair
        return len(contacts[a]) * len(contacts[b])

    def adamic_adar(pair: Pair) -> float:
        a, b = pair
        return sum(1 / math.log(len(contacts[c])) for c in contacts[a] & contacts[b])

    def lately(pair: Pair) -> float:
        a, b = pair
        return active[a] * active[b]

    yield "popularity", best({pair: popular(pair) for pair in pairs})
    yield "popularity, lately active", best({pair: popular(pair) * lately(pair) for pair in pairs})
    yield "Adamic–Adar", best({pair: adamic_adar(pair) for pair in pairs})
    named = past.network.introductions(top=2_000)
    ours = [frozenset(pair) for pair in named.select("member_a", "member_b").iter_rows()]
    yield "introductions", [pair for pair in ours if pair <= active.keys()][: max(KS)]
    yield "any", pairs


def wilson(k: int, n: int) -> str:
    """A share and its 95 % interval."""
    z = 1.959964
    p, scale = k / n, 1 + z * z / n
    half = z / scale * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    centre = (p + z * z / (2 * n)) / scale
    return f"{p:.1%} ({max(centre - half, 0):.0%}–{centre + half:.0%})"


def main() -> None:
    """Prints a table for each community, and one of all."""
    total: dict[tuple[str, int], list[int]] = defaultdict(lambda: [0, 0])
    for folder, name in COMMUNITIES.items():
        if not (DATA / folder).is_dir():
            sys.exit(f"nothing to evaluate on: {DATA / folder} is not there")
        community = cw.read(DATA / folder)
        replies = community.events.filter(pl.col("kind") == "reply")["time"].sort()
        own: dict[tuple[str, int], list[int]] = defaultdict(lambda: [0, 0])
        for cut in CUTS:
            at = replies[int(len(replies) * cut)]
            past = community.between(community.events["time"].min(), at)
            later = community.between(at, community.events["time"].max() + timedelta(seconds=1))
            wrote = past.events.filter(pl.col("kind").is_in(["post", "reply"]), pl.col("member").is_not_null())
            last = wrote.group_by("member").agg(pl.col("time").max()).filter(pl.col("time") >= at - ACTIVE)
            age = {member: (at - time) / timedelta(days=30) for member, time in last.iter_rows()}
            known, new = tied(past), tied(later)
            people = {member for pair in known for member in pair}
            active = {member: 2**-months for member, months in age.items() if member in people}
            for method, pairs in rankings(past, known, active):
                for k in (len(pairs),) if method == "any" else KS:
                    key = (method, 0 if method == "any" else k)
                    for count in (own[key], total[key]):
                        count[0] += len(new.intersection(pairs[:k]))
                        count[1] += len(pairs[:k])
        report(name, own)
    report("all five", total)


def report(name: str, counts: dict[tuple[str, int], list[int]]) -> None:
    """One table."""
    hits, pairs = counts["any", 0]
    print(f"\n{name}: {hits:,} of {pairs:,} pairs answered each other later ({hits / pairs:.2%}: what chance hits)\n")
    print("| method | " + " | ".join(f"first {k}" for k in KS) + " |\n|---" + "|---" * len(KS) + "|")
    for method in dict.fromkeys(method for method, _ in counts if method != "any"):
        print(f"| {method} | " + " | ".join(wilson(*counts[method, k]) for k in KS) + " |", flush=True)


if __name__ == "__main__":
    main()
