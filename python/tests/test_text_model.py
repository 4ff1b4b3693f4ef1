"""The trained model: what it scores, what it leaves out, and profiles of one's own."""

from pathlib import Path

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
