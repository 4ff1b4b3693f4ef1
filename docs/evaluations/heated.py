"""How well `moderation.heated` finds quarrels: `python docs/evaluations/heated.py [--infer-threads] [archive ...]`.

Disputes on Wikipedia, labelled by people (WikiTactics, the part that is beside the clone): does heat rank the disputes
that escalated above those that did not, and disputes with more personal attacks above others? With the path of an
archive: its queue, for a person to read. Sets and archives stay outside of the repository.
"""

import json
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import polars as pl

import commonweal as cw

DATA = Path(__file__).parents[3] / "shared" / "data" / "labels-wikitactics" / "train.json"
START = datetime(2026, 1, 5, tzinfo=timezone.utc)


def area(positive: np.ndarray, score: np.ndarray) -> float:
    """The area under the ROC curve: how often a positive one is ranked above another, ties by half."""
    above = score[positive][:, None] - score[~positive][None, :]
    return float((np.sign(above) + 1).mean() / 2)


def interval(positive: np.ndarray, score: np.ndarray) -> str:
    """The area and its bootstrap interval."""
    rng = np.random.default_rng(1)
    draws = []
    for _ in range(1_000):
        i = rng.integers(len(score), size=len(score))
        if 0 < positive[i].sum() < len(i):
            draws.append(area(positive[i], score[i]))
    low, high = np.quantile(draws, [0.025, 0.975])
    return f"{area(positive, score):.3f} ({low:.3f}–{high:.3f})"


def disputes() -> None:
    """Prints the table of the labelled disputes."""
    rows, labels = [], []
    for number, dispute in enumerate(json.loads(DATA.read_text(encoding="utf-8"))):
        attacks = 0
        for turn, said in enumerate(dispute["utterances"]):
            time = START + timedelta(days=number, minutes=turn)
            rows.append((time, said["username"], "post" if turn == 0 else "reply", f"d{number}", said["text"]))
            attacks += any(label.startswith(("DH0", "DH1")) for label in said["rebuttal_labels"])
        escalated = bool(int(float(dispute["escalation_label"])))
        labels.append((f"d{number}", escalated, attacks / len(dispute["utterances"])))
    schema = ["time", "member", "kind", "thread", "text"]
    community = cw.Community(pl.DataFrame(rows, schema=schema, orient="row"))
    queue = community.moderation.heated(top=1_000, authors=0)
    truth = pl.DataFrame(labels, schema=["thread", "escalated", "attacks"], orient="row")
    table = queue.join(truth, on="thread")
    many = (table["attacks"] > table["attacks"].median()).to_numpy()
    print(f"{table.height} disputes, {len(rows)} turns\n")
    print("| ranked by | escalated | more attacks than half of them |")
    print("|---|---:|---:|")
    for column in ("heat", "second_person", "directed", "attack", "alternation", "repetition", "messages"):
        score = table[column].cast(pl.Float64).fill_null(0.0).to_numpy()
        print(f"| {column} | {interval(table['escalated'].to_numpy(), score)} | {interval(many, score)} |")


def queue(archive: str, *, infer: bool) -> None:
    """Prints the queue of an archive: of each thread what sounds most like an attack, with no name but a number."""
    community = cw.read(archive)
    community = community.infer_threads() if infer else community
    said = community.events.filter(pl.col("kind").is_in(["post", "reply"]) & pl.col("text").is_not_null())
    for place, row in enumerate(community.moderation.heated(top=30).iter_rows(named=True), start=1):
        signals = " ".join(f"{name} {row[name]:.2f}" for name in ("heat", "second_person", "directed", "attack"))
        print(f"\n{place}. {row['messages']} messages of {row['authors']}: {signals}\n   {row['span']}")
        thread = said.filter(pl.col("thread") == row["thread"])
        thread = thread.with_columns(attack=cw.text.score(thread["text"])["attack"].fill_null(0.0))
        worst = pl.concat([thread.sort("attack", descending=True).head(3), thread.filter(id=row["message"])])
        numbers = {who: number for number, who in enumerate(thread["member"].unique(maintain_order=True))}
        for message in worst.unique("id").sort("time").iter_rows(named=True):
            own = " ".join(line for line in message["text"].splitlines() if not line.startswith(">"))
            print(f"   [{numbers[message['member']]}, {message['attack']:.2f}] {own[:400]}")


if __name__ == "__main__":
    names = [name for name in sys.argv[1:] if name != "--infer-threads"]
    if names:
        for name in names:
            queue(name, infer="--infer-threads" in sys.argv)
    else:
        disputes()
