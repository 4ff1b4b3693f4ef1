"""Classifiers in the ONNX format: what they score, how that reaches the KPIs, and what is refused."""

import json
import pickle
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from conftest import events
from onnx_graph import INT32, of_texts, of_tokens

import commonweal as cw
from commonweal.exceptions import OptionError

WORDS = {"[PAD]": 0, "[UNK]": 1, "good": 2, "great": 3, "bad": 4, "awful": 5, "table": 6, "mixed": 7}
MOODS = ("negative", "neutral", "positive")
# Of [PAD], which a mask must hide, and so on; negative, neutral, positive.
WEIGHTS = [
    (-9.0, 0.0, 9.0),
    (0.0, 1.0, 0.0),
    (-1.0, 0.0, 2.0),
    (-2.0, 0.0, 4.0),
    (2.0, 0.0, -1.0),
    (4.0, 0.0, -2.0),
    (0.0, 1.5, 0.0),
    (0.0, 1.0, 0.9),
]


def expected(text: str, longest: int = 512) -> np.ndarray:
    """The probabilities that the graph stands for, from its definition."""
    tokens = [WORDS.get(word, 1) for word in re.findall(r"\w+|[^\w\s]+", text.lower())][:longest]
    logits = np.sum([WEIGHTS[token] for token in tokens], axis=0)
    return np.exp(logits) / np.exp(logits).sum()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model as it is exported: model.onnx, tokenizer.json and config.json."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

    tokenizer = Tokenizer(models.WordLevel(WORDS, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.enable_padding(length=64)  # as some tokenizers are saved; the batch decides
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    (tmp_path / "model.onnx").write_bytes(of_tokens(WEIGHTS))
    config = {"id2label": {"0": "Negative", "1": "Neutral", "2": "Positive"}}
    (tmp_path / "config.json").write_text(json.dumps(config))
    return tmp_path


TEXTS = ["good", "a bad table", "great great great", "table table", "mixed", "Good, awful?", "unheard of"]


def test_scores_are_those_of_the_graph(folder: Path) -> None:
    model = cw.onnx(folder / "model.onnx", batch=2)
    assert model.labels == {"negative": -1.0, "neutral": 0.0, "positive": 1.0}
    scores = model.score([*TEXTS, None, "", " \t\n", "good"])
    assert scores.schema == {"score": pl.Float64, "label": pl.String, "confidence": pl.Float64}
    for row, text in zip(scores.iter_rows(named=True), TEXTS, strict=False):
        chances = expected(text)
        assert row["score"] == pytest.approx(chances[2] - chances[0], abs=1e-5)
        assert row["label"] == MOODS[chances.argmax()]
        assert row["confidence"] == pytest.approx(chances.max(), abs=1e-5)
    assert scores.row(7) == scores.row(8) == scores.row(9) == (None, None, None)
    assert scores.row(10) == scores.row(0)
    assert model.score([]).height == 0
    assert model.score(pl.Series(["good", None]))["label"].to_list() == ["positive", None]


@pytest.mark.parametrize(
    "options",
    [
        {"inputs": ("input_ids",)},
        {"inputs": ("input_ids", "attention_mask", "token_type_ids")},
        {"kind": INT32},
        {"shape": (3, "sequence")},
        {"shape": (1, 16)},
    ],
    ids=str,
)
def test_every_way_of_taking_tokens_gives_the_same(folder: Path, options: dict[str, object]) -> None:
    usual = cw.onnx(folder / "model.onnx").score(TEXTS)
    (folder / "other.onnx").write_bytes(of_tokens(WEIGHTS, **options))  # type: ignore[arg-type]
    assert cw.onnx(folder / "other.onnx").score(TEXTS).equals(usual)


def test_probabilities_are_taken_as_they_are(folder: Path) -> None:
    usual = cw.onnx(folder / "model.onnx").score(TEXTS)
    (folder / "shares.onnx").write_bytes(of_tokens(WEIGHTS, softmax=True))
    shares = cw.onnx(folder / "shares.onnx", logits=False).score(TEXTS)
    assert shares["label"].equals(usual["label"])
    np.testing.assert_allclose(shares["score"], usual["score"], atol=2e-6)
    with pytest.raises(OptionError, match=r"^logits must be False, as 'logits' holds probabilities already"):
        cw.onnx(folder / "shares.onnx").score(TEXTS)
    with pytest.raises(OptionError, match=r"^logits must be True, as 'logits' holds no probabilities"):
        cw.onnx(folder / "model.onnx", logits=False).score(TEXTS)


@pytest.mark.parametrize("shape", [("batch", 1), ("batch",), (4, 1)])
def test_a_graph_may_take_the_texts_themselves(tmp_path: Path, shape: tuple[int | str, ...]) -> None:
    (tmp_path / "model.onnx").write_bytes(of_texts({"good": 1.0, "bad": -2.0}, shape))
    model = cw.onnx(tmp_path / "model.onnx", labels=("negative", "positive"))
    scores = model.score(["good", "bad", "no word", None, "good", "so so"])
    assert scores["label"].to_list() == ["positive", "negative", "neutral", None, "positive", "neutral"]
    assert scores["score"].to_list() == pytest.approx([np.tanh(1), np.tanh(-2), 0, None, np.tanh(1), 0], abs=1e-6)
    with pytest.raises(OptionError, match=r"^tokenizer must be None"):
        cw.onnx(tmp_path / "model.onnx", labels=("negative", "positive"), tokenizer=tmp_path / "model.onnx")


def test_labels_of_stars_are_added_up_by_sign(folder: Path) -> None:
    stars = {"1 star": -1, "2 stars": -0.5, "3 stars": 0, "4 stars": 0.5, "5 stars": 1}
    (folder / "stars.onnx").write_bytes(of_tokens([(0.0, 0.0, 1.2, 1.0, 1.0)] * len(WORDS)))
    model = cw.onnx(folder / "stars.onnx", labels=stars)
    chances = np.exp([0, 0, 1.2, 1, 1]) / np.exp([0, 0, 1.2, 1, 1]).sum()
    row = model.score(["good"]).row(0, named=True)
    # Three stars are the likeliest, four or five more likely still.
    assert row["label"] == "positive"
    assert row["confidence"] == pytest.approx(chances[3:].sum(), abs=1e-6)
    assert row["score"] == pytest.approx(chances @ [-1, -0.5, 0, 0.5, 1], abs=1e-6)


@pytest.mark.parametrize(
    "text", ["a\ud800b good", "\u202egood\u202c", "go\u200dod", "\0good", "😀" * 100_000, "good " * 2_000_000]
)
def test_hostile_texts_are_answered(folder: Path, text: str) -> None:
    row = cw.onnx(folder / "model.onnx", longest=16).score([text]).row(0, named=True)
    assert -1 <= row["score"] <= 1
    assert 0 <= row["confidence"] <= 1


def test_only_the_first_tokens_are_read(folder: Path) -> None:
    text = "bad " * 3 + "great " * 50
    assert cw.onnx(folder / "model.onnx", longest=3).score([text])["label"].item() == "negative"
    assert cw.onnx(folder / "model.onnx").score([text])["label"].item() == "positive"


def said(*texts: str | None) -> cw.Community:
    rows = [(hour, f"m{hour % 3}", "post" if hour % 4 else "reply", f"t{hour}") for hour in range(len(texts))]
    table = events(*rows, (len(texts), "m0", "reaction", "t0"))
    ids = [f"e{hour}" for hour in range(table.height)]
    return cw.Community(table.with_columns(text=pl.Series([*texts, "great"]), id=pl.Series(ids)))


def test_the_kpis_take_a_model(folder: Path) -> None:
    model = cw.onnx(folder / "model.onnx")
    # "mixed" is neutral, although its score is far above 0.05.
    c = said("great", "bad", "mixed", None, "table", "awful awful", "mixed")
    messages = c.sentiment.messages(model=model)
    assert messages["label"].to_list() == ["positive", "negative", "neutral", None, "neutral", "negative", "neutral"]
    assert messages["score"].null_count() == 1
    trend = c.sentiment.trend(model=model, every=None).row(0, named=True)
    assert (trend["n"], trend["positive"], trend["negative"]) == (7, 1 / 6, 2 / 6)
    assert trend["not_scored"] == 1 / 7
    assert c.sentiment.audit_sample(model=model, n=99)["id"].sort().to_list() == ["e0", "e1", "e2", "e4", "e5", "e6"]
    aspects = c.sentiment.aspects(model=model, terms={"mixed": "mixed"})
    assert aspects["neutral"].to_list() == [1.0]
    # Votes are of the scores as they are: each author wrote once in an hour.
    scores = model.score(["great", "bad", "mixed", "table", "awful awful", "mixed"])["score"]
    assert c.sentiment.shifts(model=model, draws=19)["after"].item() == pytest.approx(scores.mean())
    assert c.compute("sentiment.trend", {"model": model, "every": None}).row(0, named=True) == trend
    c.sentiment.recoveries(model=model)


def test_messages_are_scored_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model, c = cw.onnx(folder / "model.onnx"), said("great", "bad", "great")
    asked: list[list[str]] = []
    moods = cw.OnnxModel._moods
    monkeypatch.setattr(cw.OnnxModel, "_moods", lambda self, texts: asked.append(texts) or moods(self, texts))
    c.sentiment.messages(model=model)
    c.sentiment.trend(model=model)
    c.sentiment.trend(model=model, min_group=2)
    assert asked == [["great", "bad"]]
    # What is wrong with the question is said before a message is scored.
    with pytest.raises(OptionError, match=r"^every must be"):
        said("good").sentiment.trend(model=model, every="2w")  # type: ignore[arg-type]
    assert len(asked) == 1
    assert c.filter(pl.col("text") == "bad").sentiment.messages(model=model)["label"].to_list() == ["negative"]


def test_a_model_is_pickled_as_its_paths(folder: Path) -> None:
    model = cw.onnx(folder / "model.onnx", longest=4)
    again = pickle.loads(pickle.dumps(model))
    assert again.score(TEXTS).equals(model.score(TEXTS))
    assert repr(again) == repr(model) == f"OnnxModel('{folder / 'model.onnx'}', labels={list(MOODS)})"


def test_where_a_column_is_needed_the_error_says_how(folder: Path) -> None:
    model, c = cw.onnx(folder / "model.onnx"), said("good")
    for ask in (
        lambda: c.partial("sentiment.trend", {"model": model}),
        lambda: cw.Spec("sentiment.trend", {"model": model}),
    ):
        with pytest.raises(OptionError, match=r"events.with_columns\(mood=model.score"):
            ask()


def test_what_is_no_model_is_refused(folder: Path) -> None:
    path = folder / "model.onnx"
    (folder / "pixels.onnx").write_bytes(of_tokens(WEIGHTS, inputs=("input_ids", "pixel_values")))
    (folder / "no.onnx").write_bytes(b"no model")
    (folder / "two.onnx").write_bytes(of_tokens([(0.0, 1.0)] * len(WORDS)))
    (folder / "no.json").write_text("{}")
    refused: list[tuple[str, dict[str, object], str]] = [
        ("missing.onnx", {}, r"^path must be the path of an ONNX model, got '.*missing.onnx'$"),
        ("no.onnx", {}, r"^path must be an ONNX model that onnxruntime can load \(.*\), got '.*no.onnx'$"),
        (
            "pixels.onnx",
            {},
            r"^path must be a model that takes texts .* got 'one that takes input_ids of tensor\(int64\), pix",
        ),
        (
            "two.onnx",
            {},
            r"^labels must be as many as the model has classes, 2, got \['negative', 'neutral', 'positive'\]$",
        ),
        ("model.onnx", {"labels": ("negative", "positive")}, r"^labels must be as many as the model has classes, 3"),
        ("model.onnx", {"labels": ("good", "bad")}, r'^labels must be of "negative", "neutral", "positive"'),
        ("model.onnx", {"labels": "positive"}, r"^labels must be two or more"),
        ("model.onnx", {"labels": {"a": -1, "b": 2}}, r"from −1 to 1, got \{'a': -1, 'b': 2\}$"),
        ("model.onnx", {"labels": {"a": 1, "b": 1}}, r"^labels must be two or more that differ in worth"),
        ("model.onnx", {"tokenizer": folder / "none.json"}, r"^tokenizer must be the path of a tokenizer.json, got"),
        (
            "model.onnx",
            {"tokenizer": folder / "no.json"},
            r"^tokenizer must be a tokenizer.json that tokenizers can load",
        ),
        ("model.onnx", {"output": "scores"}, r"^output must be an output of the model .*logits of tensor\(float\)"),
        ("model.onnx", {"longest": 0}, r"^longest must be a whole number of tokens, 1 or more, got 0$"),
        ("model.onnx", {"batch": True}, r"^batch must be a whole number of texts"),
        ("model.onnx", {"threads": "two"}, r"^threads must be a whole number of threads"),
    ]
    for name, options, message in refused:
        with pytest.raises(OptionError, match=message):
            cw.onnx(folder / name, **options)  # type: ignore[arg-type]
    (folder / "config.json").write_text(json.dumps({"id2label": {"0": "LABEL_0", "1": "LABEL_1", "2": "LABEL_2"}}))
    with pytest.raises(OptionError, match=r"^labels must be given, as config.json .* the labels \['LABEL_0'"):
        cw.onnx(path)
    (folder / "config.json").unlink()
    with pytest.raises(OptionError, match=r"^labels must be given, as config.json beside the model tells none"):
        cw.onnx(path)
    (folder / "tokenizer.json").unlink()
    with pytest.raises(OptionError, match=r"^tokenizer must be the path of the tokenizer.json of this model"):
        cw.onnx(path, labels=MOODS)


def test_a_model_that_does_other_than_it_says_is_refused(folder: Path) -> None:
    # A token that its table does not have.
    (folder / "short.onnx").write_bytes(of_tokens(WEIGHTS[:3]))
    with pytest.raises(OptionError, match=r"^path must be a model that runs on such texts \("):
        cw.onnx(folder / "short.onnx").score(["awful"])
    # A score that is none is no score.
    (folder / "nan.onnx").write_bytes(of_tokens([*WEIGHTS[:5], (float("nan"), 0.0, 0.0), *WEIGHTS[6:]]))
    scores = cw.onnx(folder / "nan.onnx").score(["good", "awful", "bad"])
    assert scores["label"].to_list() == ["positive", None, "negative"]
    assert scores["score"][1] is None


@pytest.mark.parametrize("missing", ["onnxruntime", "tokenizers"])
def test_without_the_extra_it_is_named(folder: Path, missing: str) -> None:
    code = (
        f"import sys; sys.modules[{missing!r}] = None; import commonweal as cw; cw.onnx({str(folder / 'model.onnx')!r})"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert done.returncode == 1
    assert f"for models in the ONNX format, {missing} must be installed: pip install 'commonweal[onnx]'" in done.stderr


def test_the_page_says_what_works(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = (Path(__file__).parents[2] / "docs" / "models" / "onnx.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```py\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert blocks
    monkeypatch.chdir(folder)
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, "onnx.md", "exec"), names)
