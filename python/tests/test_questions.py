"""The rule for what is a question against labels of real opening posts, made by a reader who did not know what it says.

The labels are of a sample drawn by a hash of the messages' ids, 100 of each community; the rule was tuned on others.
Only hashes of ids are kept, and whether the message asks.
"""

import hashlib
import math
from pathlib import Path

import polars as pl
import pytest
from conftest import SHARED, events

import commonweal as cw
from commonweal.exceptions import OptionError

LABELS = Path(__file__).parent / "labels" / "questions.tsv"
DATA = SHARED / "data"
COMMUNITIES = ["zulip-lean", "discourse-urho3d", "pipermail-twisted"]


def wilson(k: int, n: int, z: float = 1.959964) -> tuple[float, float, float]:
    """A share and its interval."""
    centre, half = k / n + z * z / (2 * n), z * math.sqrt(k * (n - k) / n**3 + z * z / (4 * n * n))
    return k / n, (centre - half) / (1 + z * z / n), (centre + half) / (1 + z * z / n)


def judged(name: str) -> pl.DataFrame:
    """The labelled posts of a community, and what the rule says of their text and title."""
    if not (DATA / name).is_dir():
        pytest.skip(f"{DATA / name} is not here: nothing to measure the rule on")
    posts = cw.read(DATA / name).events.filter(pl.col("kind") == "post", pl.col("text").is_not_null())
    hashed = [hashlib.sha256(f"{name}:{message}".encode()).hexdigest()[:16] for message in posts["id"]]
    says = cw.text.is_question(posts["text"]) | cw.text.is_question(posts["title"]).fill_null(value=False)
    labels = pl.read_csv(LABELS, separator="\t").filter(pl.col("dataset") == name)
    found = labels.join(pl.DataFrame({"message": hashed, "says": says}), on="message")
    assert found.height == labels.height == 100
    return found


def test_labels_hold_no_text_and_no_names() -> None:
    labels = pl.read_csv(LABELS, separator="\t")
    assert labels.columns == ["dataset", "message", "asks"]
    assert labels["message"].str.contains(r"^[0-9a-f]{16}$").all()
    assert labels.group_by("dataset").len()["len"].to_list() == [100, 100, 100]


def test_precision_and_recall_are_those_of_the_docs() -> None:
    all_ = pl.concat([judged(name) for name in COMMUNITIES])
    page = (Path(__file__).parents[2] / "docs" / "questions.md").read_text(encoding="utf-8")
    for name, rows in [*((name, all_.filter(pl.col("dataset") == name)) for name in COMMUNITIES), ("all", all_)]:
        asks, says = rows["asks"] == 1, rows["says"]
        precision = wilson((asks & says).sum(), says.sum())
        recall = wilson((asks & says).sum(), asks.sum())
        print(name, says.sum(), asks.sum(), (asks & says).sum(), precision, recall)
        figures = " | ".join(f"{100 * a:.0f} % ({100 * b:.0f} to {100 * c:.0f})" for a, b, c in (precision, recall))
        assert figures in page, f"{name}: {figures}"


def test_posts_without_text_are_left_out_and_told_of() -> None:
    table = events(
        (0, "ana", "post", "t1"),
        (1, "bo", "reply", "t1"),
        (2, "cy", "post", "t2"),
        (3, "dee", "post", "t3"),
        text=["How do I do it?", "So.", "Here it is.", None],
    )
    row = cw.Community(table).response.first_response(questions_only=True).row(0, named=True)
    assert (row["n"], row["answered"], row["without_text"]) == (1, 1, 1)
    with pytest.raises(OptionError, match='questions_only must be false where the events have no column "text"'):
        cw.Community(table.drop("text")).response.first_response(questions_only=True)
