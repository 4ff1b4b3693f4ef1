"""Messages that mean harm, or nothing: every score is defined, within its range, and there in bounded time.

Random texts come of seeded generators; a failure names its seed. `COMMONWEAL_TEXTS=500` draws as many lots of them,
beginning at `COMMONWEAL_SEED`; three by default.
"""

import json
import os
import random
import sys
import time
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from conftest import NOON

import commonweal as cw

MODELS = ("vader", "commonweal", "commonweal:developer", "commonweal:chat", "commonweal:forum", "commonweal:social")
LONGEST = 10.0
"""CPU seconds for one message, however long: ten times what 10 MB take on a slow machine."""
TEXTS = {
    "10 MB of one letter": "x" * 10_000_000,
    "10 MB of words": "you are an awful idiot, not good! " * 300_000,
    "10 MB of lines": "> no\n" * 2_000_000,
    "10 MB of capitals and marks": "WHY?! " * 1_700_000,
    "10 MB of apostrophes": "'" * 10_000_000,
    "10 MB of code": "`x` " * 2_500_000,
    "10 MB of brackets": "[" * 5_000_000 + "](" * 2_500_000,
    "10 MB of addresses": "http://a.b/" * 900_000,
    "10 MB of blanks": " \t\n\u3000" * 1_700_000,
    "10 MB of line breaks": "\r\n" * 5_000_000,
    "10 MB of marks over one letter": "e" + "\u0301" * 5_000_000,
    "a million emoji": "😀" * 1_000_000,
    "a million joined emoji": "👩\u200d❤️\u200d👩" * 170_000,
    "a million flags": "🇺🇳" * 500_000,
    "smileys": ":) " * 100_000,
    "right to left": "\u202eyou are great\u202c תודה רבה שלום",
    "unbalanced directions": "\u202e\u2066\u202d" * 10_000 + "good",
    "zero-width joiners": "g\u200do\u200do\u200dd\u200d",
    "zero-width alone": "\u200b\u200c\u200d\ufeff\u2060",
    "NULs": "\0good\0\0bad\0",
    "a NUL": "\0",
    "controls": "".join(map(chr, range(32))) + "\x7f\x85",
    "noncharacters": "\ufffe\uffff\U0010ffff\U0001fffe",
    "private use": "\ue000\U000f0000 you idiot",
    "empty": "",
    "blank": " \t\n\u00a0",
    "null": None,
    "one letter": "I",
    "a mark": "!",
    "mathematical letters": "𝖞𝖔𝖚 𝖆𝖗𝖊 𝖆𝖜𝖋𝖚𝖑",
    "Turkish capitals": "İIıi" * 1_000,
    "letters that grow in lower case": "ẞﬃİ" * 100_000,
}


def community(texts: list[str | None]) -> cw.Community:
    """Each text by one of three members, answered by another with the next one."""
    n = len(texts)
    return cw.Community(
        pl.DataFrame(
            {
                "time": [NOON + timedelta(minutes=i) for i in range(n)],
                "member": [f"m{i % 3}" for i in range(n)],
                "kind": ["reply" if i % 2 else "post" for i in range(n)],
                "id": [f"e{i}" for i in range(n)],
                "thread": [f"t{i // 2}" for i in range(n)],
                "text": pl.Series(texts, dtype=pl.String),
            }
        )
    )


def within(values: pl.Series, low: float, high: float) -> bool:
    """Whether all that are told are numbers in this range."""
    told = values.drop_nulls()
    return bool(told.is_finite().all() and told.is_between(low, high).all())


def check_scores(texts: list[str | None], model: str) -> pl.DataFrame:
    """The scores of messages, each within its range."""
    table = community(texts).sentiment.messages(model=model)
    assert table["id"].to_list() == [f"e{i}" for i in range(len(texts))]
    assert within(table["score"], -1, 1)
    assert within(table["confidence"], 0, 1)
    assert set(table["label"].drop_nulls()) <= {"negative", "neutral", "positive"}
    assert table["label"].is_null().equals(table["score"].is_null())
    # White space is Unicode's: to Python the separators U+001C to U+001F are blanks, too.
    said = (pl.Series(texts, dtype=pl.String).str.strip_chars() != "").fill_null(value=False)
    assert not (table["score"].is_not_null() & ~said).any()
    assert model != "vader" or table["score"].is_not_null().equals(said)
    return table


def check_moderation(texts: list[str | None]) -> None:
    """The queues over these texts, each figure within its range."""
    c = community(texts)
    heated = c.moderation.heated(top=10_000, authors=0)
    for column in ("second_person", "directed", "attack", "alternation"):
        assert within(heated[column], 0, 1), column
    assert within(heated["heat"], -1e9, 1e9)
    assert heated["thread"].is_unique().all()
    said = set(c.events["id"])
    assert all(each in said for each in heated["message"].drop_nulls())
    trolls = c.moderation.trolls(least=1)
    for column in ("rate", "rate_low", "rate_high"):
        assert within(trolls[column], 0, 1), column
    assert within(trolls["times"], 0, 1e9)
    assert (trolls["hostile"] <= trolls["messages"]).all()
    flagged = c.append(
        c.events.select(pl.col("time") + pl.duration(hours=9), parent="id", member=pl.lit("fay"), kind=pl.lit("flag"))
    )
    assert flagged.moderation.workload(every=None)["flags"].item() == len(texts)


@pytest.mark.parametrize("model", MODELS[:2])
@pytest.mark.parametrize("name", TEXTS)
def test_hostile_messages_have_a_defined_score_in_bounded_time(name: str, model: str) -> None:
    began = time.process_time()
    first = check_scores([TEXTS[name], "thank you, this is good"], model)
    took = time.process_time() - began
    assert took < LONGEST
    # The other message is scored as if it were alone, and the same text has the same score.
    alone = community(["thank you, this is good"]).sentiment.messages(model=model)
    assert first["score"][1] == alone["score"][0]
    assert first["label"][1] == "positive"
    assert check_scores([TEXTS[name], "thank you, this is good"], model).equals(first)


@pytest.mark.parametrize("name", TEXTS)
def test_hostile_messages_in_the_queues(name: str) -> None:
    began = time.process_time()
    check_moderation([TEXTS[name], "you are wrong", "no, you are", TEXTS[name]])
    assert time.process_time() - began < 2 * LONGEST


@pytest.mark.parametrize("model", MODELS[:2])
def test_what_says_nothing_has_no_score_and_is_counted(model: str) -> None:
    texts = [None, "", " \t\n", "\u3000\u00a0", "thank you very much"]
    table = check_scores(texts, model)
    assert table["score"].is_null().to_list() == [True, True, True, True, False]
    trend = community(texts).sentiment.trend(model=model, every=None).row(0, named=True)
    assert (trend["n"], trend["not_scored"], trend["positive"]) == (5, 0.8, 1.0)
    nothing = community([None, "", " "]).sentiment.trend(model=model, every=None).row(0, named=True)
    assert (nothing["n"], nothing["not_scored"], nothing["net"]) == (3, 1.0, None)


@pytest.mark.parametrize("model", MODELS[:2])
def test_lone_surrogates_reach_no_model(tmp_path: Path, model: str) -> None:
    texts = ["thank you \ud83d\ude00", "thank you \ud83d", "\ud800"]
    head = {"time": "2026-01-05T12:00:00Z", "member": "ana", "kind": "post"}
    rows = [json.dumps({**head, "id": f"e{i}", "text": text}) for i, text in enumerate(texts)]
    path = tmp_path / "events.ndjson"
    path.write_text("\n".join(rows), encoding="ascii")
    # Half of a character in JSON becomes U+FFFD, and the account says so.
    c = cw.read(path)
    account = dict(c.quality().select("check", "count").iter_rows())
    assert account["rows kept"] == len(rows) == c.n_events
    assert account["note: halves of surrogate pairs, replaced by U+FFFD"] == 2
    assert c.sentiment.messages(model=model)["label"].to_list() == ["positive", "positive", "neutral"]
    # The same as bytes, which no UTF-8 holds.
    path = tmp_path / "events.csv"
    lines = [f"{','.join(head.values())},{text}" for text in ["thank you", *texts[1:]]]
    path.write_bytes("\n".join(["time,member,kind,text", *lines]).encode("utf-8", "surrogatepass"))
    scores = cw.read(path).sentiment.messages(model=model)
    assert scores.height == len(texts)
    assert within(scores["score"], -1, 1)
    assert scores["label"].to_list().count("positive") == 2
    # And in Python, where texts may hold them.
    assert cw.text.vader(texts)["compound"][0] == cw.text.vader(texts)["compound"][1] > 0


SCRIPTS = (
    (0x20, 0x7F),
    (0xA0, 0x250),
    (0x300, 0x370),  # marks that combine
    (0x370, 0x530),  # Greek, Cyrillic
    (0x590, 0x700),  # Hebrew, Arabic
    (0x900, 0xE00),  # of India
    (0xE00, 0x1000),  # Thai, Lao, Tibetan
    (0x1100, 0x1200),  # Hangul
    (0x2000, 0x2070),  # blanks, joiners, directions
    (0x2100, 0x2C00),  # symbols
    (0x3000, 0x3100),
    (0x4E00, 0x9FFF),
    (0xAC00, 0xD7A4),
    (0xE000, 0xE100),  # private
    (0xFE00, 0x10000),  # variants, half widths, noncharacters
    (0x1F000, 0x1FB00),  # emoji
    (0xE0000, 0xE0080),  # tags
)
WORDS = (
    *("you", "your", "idiot", "not", "never", "good", "bad", "but", "least", "very", "KIND OF", "no", "n't", "isn't"),
    *(":)", ":-(", "!!!", "???", "...", "'", '"', "`", "```", "\n", "\r\n", "\n> ", "--\n", "http://x.y/z", "@a", "#b"),
    *("[", "](", "<b>", "&amp;", "\0", "\t", "\u200d", "\u202e", "😀", "❤️", "İ", "ß", "0", "1e9", "", " "),
)


def random_text(draw: random.Random) -> str | None:
    """A text of letters of one script or of all, of words that the models know, of bytes, or nothing."""
    length = int(2 ** draw.uniform(0, 10))
    match draw.randrange(6):
        case 0:
            return draw.choice([None, "", " " * length])
        case 1:
            low, high = draw.choice(SCRIPTS)
            return "".join(chr(draw.randrange(low, high)) for _ in range(length))
        case 2:
            letters = (draw.randrange(sys.maxunicode + 1) for _ in range(length))
            return "".join(chr(letter) for letter in letters if not 0xD800 <= letter < 0xE000)
        case 3:
            return draw.randbytes(length).decode("utf-8", "replace")
        case 4:
            return draw.choice(["", " "]).join(draw.choices(WORDS, k=length))
        case _:
            scripts = draw.choices(SCRIPTS, k=length)
            return "".join(draw.choice([chr(draw.randrange(*script)), draw.choice(WORDS)]) for script in scripts)


FIRST = int(os.environ.get("COMMONWEAL_SEED", "0"))


@pytest.mark.parametrize("seed", range(FIRST, FIRST + int(os.environ.get("COMMONWEAL_TEXTS", "3"))))
def test_random_texts_have_scores_within_their_ranges(seed: int) -> None:
    draw = random.Random(seed)
    texts = [random_text(draw) for _ in range(300)]
    for model in MODELS:
        check_scores(texts, model)
    check_moderation(texts)
    scores = cw.text.score(texts)
    for column in ("confidence", "offensive", "attack"):
        assert within(scores[column], 0, 1)
    assert within(scores["score"], -1, 1)
    reasons = {"empty", "not prose", "other language"}
    assert set(scores["not_scored"].drop_nulls()) <= reasons
    assert all(
        (text is None) == (a is None and b is None)
        for text, a, b in zip(texts, scores["score"], scores["not_scored"], strict=True)
    )
    vader = cw.text.vader(texts)
    assert within(vader["compound"], -1, 1)
    for column in ("positive", "neutral", "negative"):
        assert within(vader[column], 0, 1)
    assert cw.text.is_question(texts).is_null().to_list() == [text is None for text in texts]
    # What a model says of a text does not depend on what is beside it.
    some = draw.sample(range(len(texts)), 20)
    for row in some:
        assert cw.text.score([texts[row]]).row(0) == scores.row(row)
        parts = cw.text.explain(texts[row] or "")
        assert within(parts["sentiment"], -1e9, 1e9)
        assert within(parts["start"], 0, len(texts[row] or ""))
