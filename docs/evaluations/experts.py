"""How often `response.experts` names one who really answers: `python docs/evaluations/experts.py`.

Held-out answers of real communities. The questions of a community are put in order of time; the last quarter is asked,
in ten blocks. The rankings of a block know only what had happened before its first question. A hit at k: one of those
who really answered is among the first k. Half-life, weight of the channel and weight of likeness were chosen on the
quarter before (`python docs/evaluations/experts.py validation`), over all five communities together.
"""

import math
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl

import commonweal as cw

DATA = Path(__file__).parents[3] / "shared" / "data"
COMMUNITIES = {
    "zulip-lean": "chat (Zulip)",
    "discourse-urho3d": "forum (Discourse)",
    "stackexchange-quantumcomputing-2018": "questions and answers (Stack Exchange, quantum computing)",
    "stackexchange-beer-2017": "questions and answers (Stack Exchange, beer)",
    "pipermail-twisted": "mailing list (Pipermail)",
}
BLOCKS = 10
KS = (1, 3, 5)
SHARES = {"test": (0.75, 1.0), "validation": (0.5, 0.75)}


def questions(community: cw.Community) -> pl.DataFrame:
    """Each question with an answer: when, by whom, where, in which words, and who answered."""
    events = community.events
    people = community.members
    bots = (
        people.filter(pl.col("role") == "bot")["member"].to_list()
        if people is not None and "role" in people.columns
        else []
    )
    words = [pl.col(name).cast(pl.String).fill_null("") for name in ("title", "tags", "text") if name in events.columns]
    posts = (
        events.filter(pl.col("kind") == "post", pl.col("thread").is_not_null())
        .with_columns(words=pl.concat_str(words, separator=" "))
        .sort("time", "id")
        .group_by("thread", maintain_order=True)
        .agg(
            pl.col("time").first(),
            pl.col("channel").first(),
            pl.col("words").str.join(" "),
            askers=pl.col("member").drop_nulls(),
        )
    )
    own_time = pl.col("time_quality").fill_null("") != "inherited"
    replies = events.filter(pl.col("kind") == "reply", pl.col("member").is_not_null(), own_time)
    answers = (
        posts.join(replies.select("thread", "member", at="time"), on="thread")
        .filter(pl.col("at") >= pl.col("time"), ~pl.col("member").is_in(bots))
        .filter(~pl.col("member").is_in(pl.col("askers")))
        .group_by("thread")
        .agg(answered_by=pl.col("member").unique())
    )
    return posts.join(answers, on="thread", how="left").sort("time", "thread")


def rankings(past: cw.Community, question: dict[str, object]) -> dict[str, list[str]]:
    """The first members by each method, the asker left out."""
    channel = question["channel"]
    asker = next(iter(question["askers"]), None)
    ask = {"asker": asker, "top": max(KS)}
    experts = past.response.experts
    by_channel = experts(topic=channel, half_life=None, by="channel", **ask) if channel else None
    everywhere = experts(half_life=None, **ask)["member"].to_list()
    here = [] if by_channel is None else by_channel.filter(pl.col("channel") == channel)["member"].to_list()
    return {
        "most active": everywhere,
        "most active in the channel": (here + [who for who in everywhere if who not in here])[: max(KS)],
        "most active lately": experts(**ask)["member"].to_list(),
        "experts(topic)": experts(topic=channel, **ask)["member"].to_list(),
        "experts(text)": experts(text=question["words"], **ask)["member"].to_list(),
        "experts(text, topic)": experts(text=question["words"], topic=channel, **ask)["member"].to_list(),
    }


def evaluate(community: cw.Community, share: tuple[float, float]) -> tuple[dict[str, np.ndarray], float]:
    """Whether each method hits at each k, question by question, and the share that could be hit at all."""
    asked = questions(community)
    start = community.events["time"].min()
    edges = np.linspace(asked.height * share[0], asked.height * share[1], BLOCKS + 1).astype(int)
    hits: dict[str, list[list[bool]]] = {}
    possible = []
    for first, end in pairwise(edges):
        block = asked[int(first) : int(end)]
        past = community.between(start, block["time"][0])
        known = set(past.response.experts(top=1_000_000, half_life=None)["member"])
        for question in block.filter(pl.col("answered_by").is_not_null()).iter_rows(named=True):
            right = set(question["answered_by"])
            possible.append(bool(right & known))
            for method, named in rankings(past, question).items():
                hits.setdefault(method, []).append([bool(right & set(named[:k])) for k in KS])
    return {method: np.array(rows) for method, rows in hits.items()}, float(np.mean(possible))


def wilson(k: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share."""
    z = 1.959964
    p, scale = k / n, 1 + z * z / n
    half = z / scale * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    centre = (p + z * z / (2 * n)) / scale
    return centre - half, centre + half


def mcnemar(a: np.ndarray, b: np.ndarray) -> float:
    """The exact two-sided p of paired hits."""
    only_a, only_b = int((a & ~b).sum()), int((b & ~a).sum())
    n, k = only_a + only_b, min(only_a, only_b)
    return min(1.0, 2 * sum(math.comb(n, i) for i in range(k + 1)) / 2**n) if n else 1.0


def main(part: str) -> None:
    """Prints a table for each community, and one of all questions together."""
    everything: dict[str, list[np.ndarray]] = {}
    for folder, name in COMMUNITIES.items():
        if not (DATA / folder).is_dir():
            sys.exit(f"nothing to evaluate on: {DATA / folder} is not there")
        hits, possible = evaluate(cw.read(DATA / folder), SHARES[part])
        report(name, hits, possible)
        for method, rows in hits.items():
            everything.setdefault(method, []).append(rows)
    report("all five", {method: np.concatenate(rows) for method, rows in everything.items()}, None)


def report(name: str, hits: dict[str, np.ndarray], possible: float | None) -> None:
    """One table."""
    n = len(next(iter(hits.values())))
    known = "" if possible is None else f", {possible:.1%} with an answer by somebody known"
    print(f"\n{name}: {n} questions{known}\n\n| method | top 1 | top 3 | top 5 |\n|---|---|---|---|")
    for method, rows in hits.items():
        cells = []
        for i in range(len(KS)):
            k = int(rows[:, i].sum())
            low, high = wilson(k, n)
            cells.append(f"{k / n:.1%} ({low:.0%}–{high:.0%})")
        print(f"| {method} | {' | '.join(cells)} |")
    ours = hits["experts(text, topic)"]
    for other in ("most active", "most active in the channel", "most active lately"):
        tests = ", ".join(f"top {k}: p = {mcnemar(ours[:, i], hits[other][:, i]):.2g}" for i, k in enumerate(KS))
        print(f"experts(text, topic) against {other}: {tests}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "test")
