"""How soon `sentiment.shifts` tells of a change: `python docs/evaluations/shifts.py [runs] [model ...]`.

Streams of real tweets that people labelled, drawn at random, one author each: 20 % negative, and from a known message
on 40, 30 or 25 %, either at the cost of neutral ones alone (positive ones stay at 30 %) or of all others (of which
two in seven are positive). Charts look for a drop of the score, or of what is negative of it, with one false alarm in
5,000 messages; the reference is of 2,000. The delay is counted in messages from the change to the alarm. False alarms
are counted in other streams, in which nothing changes for four times as long as they should be apart: so charts are
calibrated. Scores: the labels themselves, or a model. The set stays outside of the repository.
"""

import sys
from collections.abc import Callable
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

import commonweal as cw

DATA = Path(__file__).parents[3] / "shared" / "data" / "labels-tweeteval" / "sentiment"
START = datetime(2016, 1, 4, tzinfo=timezone.utc)
# The share of positive messages, by that of negative ones.
POSITIVE: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "neutral": lambda share: np.full(len(share), 0.3),
    "others": lambda share: (1 - share) * 2 / 7,
}
CHARTS: dict[str, dict[str, Any]] = {
    "cusum": {"method": "cusum"},
    "cusum, shift 0.3": {"method": "cusum", "shift": 0.3},
    "ewma": {"method": "ewma"},
}
REFERENCE, QUIET, AFTER, LONG = 2_000, 6_000, 3_000, 20_000


def messages() -> pl.DataFrame:
    """Texts and labels (0 negative, 1 neutral, 2 positive) of TweetEval's validation part, which trained nothing."""
    labels = [int(label) for label in (DATA / "val_labels.txt").read_text().split()]
    texts = (DATA / "val_text.txt").read_text(encoding="utf-8").split("\n")
    return pl.DataFrame({"label": labels, "text": texts[: len(labels)]})


def scored(table: pl.DataFrame, model: str) -> tuple[np.ndarray, np.ndarray]:
    """The scores of a model, or the labels as scores; and what is negative of them."""
    if model == "labels":
        score = (table["label"] - 1).cast(pl.Float64).to_numpy()
        return score, np.minimum(score, 0.0)
    events = table.select(
        "text",
        time=pl.lit(START),
        member=pl.lit("m"),
        kind=pl.lit("post"),
        id=pl.int_range(pl.len()).cast(pl.String),
    )
    scores = cw.Community(events).sentiment.messages(model=model).with_columns(pl.col("id").cast(pl.Int64)).sort("id")
    score = scores["score"].fill_null(0.0).to_numpy()
    if model == "vader":
        return score, np.minimum(score, 0.0)
    # The confidence is the probability of the label, and the score that of positive less that of negative.
    sure = pl.col("confidence")
    negative = (pl.when(label="negative").then(sure).when(label="positive").then(sure - pl.col("score"))).otherwise(
        (1 - sure - pl.col("score")) / 2
    )
    return score, -scores.select(negative.fill_null(0.0)).to_series().to_numpy()


def stream(
    label: np.ndarray, score: np.ndarray, share: np.ndarray, positive: np.ndarray, rng: np.random.Generator
) -> cw.Community:
    """One stream of messages, each negative or positive with probabilities of its own."""
    u = rng.random(len(share))
    wanted = np.where(u < share, 0, np.where(u < 1 - positive, 1, 2))
    picked = np.empty(len(wanted), dtype=int)
    for mood in range(3):
        places = wanted == mood
        picked[places] = rng.choice(np.flatnonzero(label == mood), size=places.sum())
    n = len(picked)
    # Forty messages a day, so that there are days to draw from.
    events = pl.DataFrame(
        {
            "time": pl.Series(np.arange(n) * 2_160_000_000, dtype=pl.Int64).cast(pl.Duration("us")) + START,
            "member": [f"m{i}" for i in range(n)],
            "kind": "post",
            "score": score[picked],
        }
    )
    return cw.Community(events)


def alarms(community: cw.Community, chart: dict[str, Any], seed: int) -> list[tuple[int, int]]:
    """At which messages a chart tells of a drop, and where each seems to have begun."""
    found = community.sentiment.shifts(**chart, towards="drop", model="score", seed=seed).slice(1)
    place = (pl.col("alarm", "time") - START).dt.total_seconds() / 2160
    return found.select(place.round().cast(pl.Int64)).rows()


def watched(told: list[tuple[int, int]], n: int) -> int:
    """For how many of `n` messages a chart was kept: a reference comes first, and anew from where each alarm began."""
    begins = [0, *(time for _, time in told)]
    ends = [*(alarm for alarm, _ in told), n]
    return sum(max(end - begin - REFERENCE, 0) for begin, end in zip(begins, ends, strict=True))


def row(
    label: np.ndarray, score: np.ndarray, positive: Callable[[np.ndarray], np.ndarray], chart: dict[str, Any], runs: int
) -> str:
    """The delays of one chart, and how far apart its false alarms are."""
    cells, kept, false = [], 0, 0
    for run in range(runs):
        quiet = np.full(REFERENCE + LONG, 0.2)
        told = alarms(stream(label, score, quiet, positive(quiet), np.random.default_rng([run, 0])), chart, run)
        kept += watched(told, len(quiet))
        false += len(told)
    for negative in (0.4, 0.3, 0.25):
        delays, missed = [], 0
        share = np.where(np.arange(QUIET + AFTER) < QUIET, 0.2, negative)
        for run in range(runs):
            rng = np.random.default_rng([run, int(100 * negative)])
            places = [alarm for alarm, _ in alarms(stream(label, score, share, positive(share), rng), chart, run)]
            early = [place for place in places if place < QUIET]
            late = [place for place in places if place >= QUIET]
            if early and early[-1] > QUIET - REFERENCE:
                continue
            missed += not late
            delays.append(late[0] - QUIET if late else AFTER)
        cells.append(f"{np.median(delays):.0f} ({np.quantile(delays, 0.9):.0f}), {missed}")
    return f"{' | '.join(cells)} | {kept / max(false, 1):,.0f}"


def main(runs: int, models: list[str]) -> None:
    """Prints the table."""
    table = messages()
    label = table["label"].to_numpy()
    print(f"{table.height} tweets, {runs} streams a cell; median delay in messages (90th percentile), missed\n")
    print("| score | side | at the cost of | chart | .20 to .40 | .20 to .30 | .20 to .25 | false alarms, one in |")
    print("|---|---|---|---|---:|---:|---:|---:|")
    for model in models:
        for side, score in zip(("both", "negative"), scored(table, model), strict=True):
            for cost, positive in POSITIVE.items():
                for name, chart in CHARTS.items():
                    told = row(label, score, positive, chart, runs)
                    print(f"| {model} | {side} | {cost} | {name} | {told} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100, sys.argv[2:] or ["labels", "vader"])
