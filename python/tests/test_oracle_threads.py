"""The links of `infer_threads` against those that people marked: the dev part of irc-disentanglement."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import SHARED

DEV = SHARED / "data" / "irc-disentanglement" / "dev"
SCRIPTS = Path(__file__).parents[2] / "docs" / "evaluations"


@pytest.fixture(scope="module")
def evaluation() -> Iterator[Any]:
    """The script behind docs/threads.md: it reads the logs, and has the other methods and the measures."""
    if not DEV.is_dir():
        pytest.skip(f"{DEV} is not there")
    sys.path.insert(0, str(SCRIPTS))
    import infer_threads

    yield infer_threads
    sys.path.remove(str(SCRIPTS))


def test_links_are_found_better_than_by_neighbourhood(evaluation: Any) -> None:
    dev = evaluation.dev()
    assert (len(dev.lines), len(dev.gold_lines)) == (2500, 2607)
    f1 = {
        name: evaluation.scores(evaluation.pairs(links, dev.lines), dev.gold_lines)[2]
        for name, links in dev.methods().items()
    }
    ours = f1["`infer_threads`"]
    assert ours > 0.70
    for other in ("previous message", "previous message by another"):
        assert ours > 1.8 * f1[other], other
    assert f1["`infer_threads`, without text"] > f1["previous message"]


def test_confidence_is_how_often_it_is_right(evaluation: Any) -> None:
    dev = evaluation.dev()
    table = evaluation.reliability(evaluation.inferred(dev.events), dev.judged, dev.gold)
    assert table["n"].sum() == len(dev.judged)
    off = (table["n"] * (table["sure"] - table["right"]).abs()).sum() / table["n"].sum()
    assert off < 0.06


def test_first_responses_are_nearer_to_those_of_the_marked_conversations(evaluation: Any) -> None:
    dev = evaluation.dev()

    def waits(links: Any, questions: bool = False) -> dict[str, Any]:
        row: dict[str, Any] = evaluation.first_response(dev.events, dev.judged, links, questions)
        return row

    found = {name: evaluation.pairs(links, dev.judged) for name, links in dev.methods().items()}
    gold, ours = waits(dev.gold), waits(found["`infer_threads`"])
    assert abs(ours["n"] / gold["n"] - 1) < 0.3
    assert abs(ours["attained_5m"] - gold["attained_5m"]) < 0.1
    for other in ("previous message", "previous message by another"):
        # All is one conversation there, and nothing waits.
        assert waits(found[other])["n"] < 0.1 * gold["n"], other
    gold, ours = waits(dev.gold, questions=True), waits(found["`infer_threads`"], questions=True)
    assert abs(ours["attained_5m"] - gold["attained_5m"]) < 0.06
    assert abs((ours["median"] - gold["median"]).total_seconds()) <= 60
