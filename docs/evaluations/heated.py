"""How well `moderation.heated` finds quarrels: `python docs/evaluations/heated.py [--infer-threads] [archive ...]`.

Disputes on Wikipedia, labelled by people (WikiTactics, the part that is beside the clone): does heat rank the disputes
that escalated above those that did not, disputes with more personal attacks above others, and does repetition tell of
those that go in circles? With the path of an archive: its queue, for a person to read. Sets and archives stay outside
of the repository.
"""

import json
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

import commonweal as cw

DATA = Path(__file__).parents[3] / "shared" / "data" / "labels-wikitactics" / "train.json"
REPEATED = "DH4: Repeated"
START = datetime(2026, 1, 5, tzinfo=timezone.utc)


def area(positive: np.ndarray, score: np.ndarray) -> float:
    """The area under the ROC curve: how often a positive one is ranked above another, ties by half."""
    above = score[positive][:, None] - score[~positive][None, :]
    return float((np.sign(above) + 1).mean() / 2)


def interval(positive: np.ndarray, score: np.ndarray, of: np.ndarray | None = None) -> str:
    """The area and its bootstrap interval: of single ones, or of all that are of one dispute."""
    rng = np.random.default_rng(1)
    of = np.arange(len(score)) if of is None else of
    members = [np.flatnonzero(of == one) for one in np.unique(of)]
    draws = []
    for _ in range(1_000):
        i = np.concatenate([members[one] for one in rng.integers(len(members), size=len(members))])
        if 0 < positive[i].sum() < len(i):
            draws.append(area(positive[i], score[i]))
    low, high = np.quantile(draws, [0.025, 0.975])
    return f"{area(positive, score):.3f} ({low:.3f}–{high:.3f})"


def share(dispute: dict[str, Any], *labels: str) -> float:
    """The share of the turns of a dispute that have one of the labels."""
    return sum(is_labelled(said, *labels) for said in dispute["utterances"]) / len(dispute["utterances"])


def is_labelled(said: dict[str, Any], *labels: str) -> bool:
    """Whether a turn has one of the labels."""
    return any(label.startswith(labels) for label in said["rebuttal_labels"])


def heated(rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    """The whole queue of messages."""
    schema = ["time", "member", "kind", "thread", "text"]
    community = cw.Community(pl.DataFrame(rows, schema=schema, orient="row"))
    return community.moderation.heated(top=100_000, authors=0)


def disputes() -> None:
    """Prints the table of the labelled disputes."""
    rows, labels = [], []
    told = json.loads(DATA.read_text(encoding="utf-8"))
    for number, dispute in enumerate(told):
        for turn, said in enumerate(dispute["utterances"]):
            time = START + timedelta(days=number, minutes=turn)
            rows.append((time, said["username"], "post" if turn == 0 else "reply", f"d{number}", said["text"]))
        escalated = bool(int(float(dispute["escalation_label"])))
        labels.append((f"d{number}", escalated, share(dispute, "DH0", "DH1"), share(dispute, REPEATED)))
    truth = pl.DataFrame(labels, schema=["thread", "escalated", "attacks", "repeated"], orient="row")
    table = heated(rows).join(truth, on="thread")
    many = [(table[column] > table[column].median()).to_numpy() for column in ("attacks", "repeated")]
    print(f"{table.height} disputes, {len(rows)} turns\n")
    print("| ranked by | escalated | more attacks than half of them | more repeated arguments than half of them |")
    print("|---|---:|---:|---:|")
    for column in ("heat", "second_person", "directed", "attack", "alternation", "repetition", "messages"):
        score = table[column].cast(pl.Float64).fill_null(0.0).to_numpy()
        cells = [interval(positive, score) for positive in (table["escalated"].to_numpy(), *many)]
        print(f"| {column} | {' | '.join(cells)} |")
    repeated_turns(told)


def repeated_turns(told: list[dict[str, Any]]) -> None:
    """Prints how well repetition tells single turns that repeat an argument.

    Each turn is the second message of a thread of its own; the first is what its author had said before in the dispute.
    """
    rows: list[tuple[Any, ...]] = []
    labels: list[tuple[Any, ...]] = []
    for number, dispute in enumerate(told):
        before: dict[str, list[str]] = {}
        for said in dispute["utterances"]:
            own, thread = before.setdefault(said["username"], []), f"t{len(labels)}"
            time = START + timedelta(minutes=2 * len(labels))
            rows.append((time, "one", "post", thread, "\n\n".join(own)))
            rows.append((time + timedelta(minutes=1), "one", "reply", thread, said["text"]))
            labels.append((thread, number, bool(own), is_labelled(said, REPEATED)))
            own.append(said["text"])
    truth = pl.DataFrame(labels, schema=["thread", "dispute", "spoke", "repeated"], orient="row")
    # Who has not spoken before repeats nothing of their own.
    table = truth.join(heated(rows), on="thread", how="left", maintain_order="left").fill_null(0.0)
    print()
    for name, part in (("all turns", table), ("of those who had spoken", table.filter("spoke"))):
        positive, score, of = (part[column].to_numpy() for column in ("repeated", "repetition", "dispute"))
        print(f"{name}: {part.height}, repeated {positive.mean():.1%}, area {interval(positive, score, of)}")


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
