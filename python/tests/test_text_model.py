"""The trained model: what it scores, what it leaves out, and profiles of one's own."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import commonweal as cw
from commonweal.exceptions import OptionError


def test_scores_and_reasons_for_none() -> None:
    texts = [
        "I love this, thank you!",
        "",
        "`cargo test`",
        "Me gusta mucho la nueva versión de este programa, gracias a todos",
        None,
    ]
    scores = cw.text.score(texts)
    assert scores["label"].to_list() == ["positive", None, None, None, None]
    assert scores["not_scored"].to_list() == [None, "empty", "not prose", "other language", None]
    assert scores["confidence"].drop_nulls().is_between(0, 1).all()


@pytest.mark.parametrize(
    "text", ["a\ud800b", "\ud83d", "\u202eok\u202c", "n\u200dice", "😀" * 1_000_000, "x" * 10_000_000]
)
def test_hostile_texts_are_answered(text: str) -> None:
    assert cw.text.score([text]).height == 1
    assert cw.text.vader([text]).height == 1


def test_words_have_their_place() -> None:
    text = "😀 The docs are wonderful"
    words = cw.text.explain(text).filter(part="wonderful")
    start = words["start"][0]
    assert text[start:] == "wonderful"
    assert words["sentiment"][0] > 0


def test_a_profile_is_kept_and_refused_when_altered(tmp_path: Path) -> None:
    texts = [f"{word} {i}" for i in range(100) for word in ("needs rework", "see ticket", "ship it")]
    ours = cw.text.fit_profile(texts, ["negative", "neutral", "positive"] * 100, name="ours", start="developer")
    path = tmp_path / "ours.profile"
    ours.save(path)
    again = cw.text.Profile.load(path)
    assert again.name == "ours"
    assert cw.text.score(texts[:3], profile=again).equals(cw.text.score(texts[:3], profile=ours))
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    with pytest.raises(OptionError, match="altered"):
        cw.text.Profile.load(path)
    with pytest.raises(OptionError, match="250"):
        cw.text.fit_profile(texts[:9], ["negative", "neutral", "positive"] * 3, name="ours")
    with pytest.raises(OptionError, match="there is no profile"):
        cw.text.score(["a"], profile="poets")


def test_the_model_scores_a_community() -> None:
    community = cw.datasets.simulate(members=60, days=60)
    messages = community.sentiment.messages(model="commonweal:forum")
    own = cw.text.score(community.events.filter(id=messages["id"][0])["text"], profile="forum")
    assert messages["score"][0] == own["score"][0]
    assert messages["label"][0] == own["label"][0]
    trend = community.sentiment.trend(model="commonweal", every=None)
    assert trend["n"][0] == messages.height
    with pytest.raises(OptionError, match="commonweal:developer"):
        community.sentiment.trend(model="commonweal:poets")


def test_places_are_those_of_the_text_that_was_given() -> None:
    text = "\ud800\ud800 The docs are wonderful."
    part, start = cw.text.explain(text).select("part", "start").row(0)
    assert (part, text[start : start + len(part)]) == ("wonderful", "wonderful")


def test_what_says_nothing_is_not_scored() -> None:
    assert cw.text.score(["\x00", "\x00 \x07"])["not_scored"].to_list() == ["not prose", "not prose"]
    assert cw.text.score(["fine", float("nan"), None])["label"].null_count() == 2


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: cw.text.score([1]), "text must be a text, got 1"),
        (lambda: cw.text.score("hello"), "texts must be several texts: put a single one into a list, got 'hello'"),
        (lambda: cw.text.explain(None), "text must be a text, got None"),
        (lambda: cw.text.score(["x"], profile=None), "profile must be the name of a profile, or a Profile, got None"),
    ],
)
def test_what_is_no_text_is_refused(ask: Callable[[], object], message: str) -> None:
    with pytest.raises(OptionError) as caught:
        ask()
    assert str(caught.value) == message


LABELS = ["negative", "neutral", "positive"] * 100
SAID = [f"{word} {i}" for i in range(100) for word in ("needs rework", "see ticket", "ship it")]


@pytest.mark.parametrize(
    ("texts", "labels", "options", "message"),
    [
        ([""] * 300, LABELS, {}, "a profile takes 250 labelled texts at least that are scored, got 0 of 300"),
        (["`x`"] * 60 + SAID[60:], LABELS, {}, "a profile takes 250 labelled texts at least that are scored, got 240"),
        (SAID, ["negative", "positive"] * 150, {}, "labels must be 'neutral' for ten texts at least, got 'none'"),
        (SAID, LABELS, {"head": "mood"}, "head must be one of 'sentiment', 'offensive', 'attack', got 'mood'"),
        (SAID, LABELS, {"name": "a\ud800"}, "name must be a text without lone surrogates"),
    ],
)
def test_profiles_are_fitted_to_what_is_scored(
    texts: list[str], labels: list[str], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(OptionError) as caught:
        cw.text.fit_profile(texts, labels, **{"name": "ours"} | options)
    assert str(caught.value).startswith(message)


def test_a_profile_rests_on_what_is_scored_alone() -> None:
    texts, labels = [*SAID, *["`make test`"] * 60], [*LABELS, *["positive"] * 60]
    fitted = [cw.text.fit_profile(t, label, name="ours") for t, label in ((SAID, LABELS), (texts, labels))]
    assert cw.text.score(SAID, profile=fitted[0]).equals(cw.text.score(SAID, profile=fitted[1]))
