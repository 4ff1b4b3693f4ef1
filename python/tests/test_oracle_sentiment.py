"""Audits, votes and aspects against the same computed with polars and numpy."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from conftest import NOON

import commonweal as cw
from commonweal.exceptions import OptionError
from commonweal.typing import ShiftSide

LABELS = ("negative", "neutral", "positive")


@pytest.fixture(scope="module")
def scored() -> cw.Community:
    """Three weeks of messages with scores of their own and texts, some of unknown authors."""
    rng = np.random.default_rng(5)
    n = 4_000
    minutes = np.sort(rng.integers(20 * 24 * 60, size=n))
    author = rng.integers(80, size=n)
    words = np.array(
        ["the price is high", "Prices!", "log-in fails", "nothing", "LOG IN and price", "catalog in print"]
    )
    events = pl.DataFrame(
        {
            "time": [NOON + timedelta(minutes=int(minute)) for minute in minutes],
            "member": [None if who == 0 else f"m{who}" for who in author],
            "kind": ["post"] * n,
            "id": [f"e{i}" for i in range(n)],
            "channel": [f"c{who % 3}" for who in author],
            "text": words[rng.integers(len(words), size=n)],
            "score": np.clip(rng.normal(0.1 + 0.01 * (author % 7), 0.4, size=n), -1, 1),
        }
    )
    return cw.Community(events)


SIDES: list[tuple[ShiftSide, tuple[float, float]]] = [("both", (-1, 1)), ("negative", (-1, 0)), ("positive", (0, 1))]


@pytest.mark.parametrize(("side", "reach"), SIDES)
def test_votes_are_means_of_author_and_hour(scored: cw.Community, side: ShiftSide, reach: tuple[float, float]) -> None:
    found = scored.sentiment.shifts(model="score", side=side, by="channel", draws=19, confidence=0.5, shortest=10_000)
    events = scored.events.with_row_index().with_columns(pl.col("score").clip(*reach))
    hour = pl.when(pl.col("member").is_null()).then(pl.col("time")).otherwise(pl.col("time").dt.truncate("1h"))
    votes = events.group_by("channel", "member", hour.alias("hour")).agg(pl.col("score").mean())
    expected = votes.group_by("channel").agg(pl.len(), pl.col("score").mean()).sort("channel")
    assert found["votes"].to_list() == expected["len"].to_list()
    np.testing.assert_allclose(found["after"], expected["score"], rtol=1e-9)


def test_what_is_negative_for_the_trained_model_is_its_probability(scored: cw.Community) -> None:
    # Two posts of one wording each, so that votes are of one text.
    for text in ("log-in fails", "Prices!", "what a lovely day"):
        events = scored.events.head(2).with_columns(text=pl.lit(text))
        community = cw.Community(events.drop("score"))
        message = community.sentiment.messages(model="commonweal").row(0, named=True)
        levels = {side: community.sentiment.shifts(model="commonweal", side=side)["after"].item() for side, _ in SIDES}
        assert -1 <= levels["negative"] <= 0 <= levels["positive"] <= 1
        assert levels["both"] == pytest.approx(message["score"], abs=1e-9)
        assert levels["negative"] + levels["positive"] == pytest.approx(levels["both"], abs=1e-9)
        own = {"negative": -levels["negative"], "positive": levels["positive"]}
        own["neutral"] = 1 - sum(own.values())
        assert own[message["label"]] == pytest.approx(message["confidence"], abs=1e-5)


def test_aspects_as_a_regular_expression_finds_them(scored: cw.Community) -> None:
    found = scored.sentiment.aspects(terms={"prices": ["price*"], "access": "log in"}, model="score", by="channel")
    for row in found.iter_rows(named=True):
        pattern = r"(?i)\bprice" if row["aspect"] == "prices" else r"(?i)\blog[\s-]in\b"
        events = scored.events.filter(pl.col("channel") == row["channel"])
        about = events.filter(pl.col("text").str.contains(pattern))
        net = pl.col("score").ge(0.05).cast(pl.Int64) - pl.col("score").le(-0.05).cast(pl.Int64)
        others = events.filter(~pl.col("text").str.contains(pattern))
        assert (row["n"], row["authors"]) == (about.height, about["member"].drop_nulls().n_unique())
        assert row["share"] == about.height / events.height
        assert row["net"] == pytest.approx(about.select(net.mean()).item())
        assert row["difference"] == pytest.approx(row["net"] - others.select(net.mean()).item())
    assert found.height == 6


def audit_of(community: cw.Community, **options: object) -> pl.DataFrame:
    """A sample, labelled by its score and chance."""
    sample = community.sentiment.audit_sample(model="score", **options)  # type: ignore[arg-type]
    score = sample.join(community.events.select("id", "score"), on="id", maintain_order="left")["score"].to_numpy()
    noisy = score + np.random.default_rng(7).normal(0, 0.4, size=len(score))
    mood = 1 + (noisy > 0.2).astype(int) - (noisy < -0.2).astype(int)
    return sample.with_columns(label=pl.Series([LABELS[i] for i in mood]))


def test_levels_are_prediction_powered(scored: cw.Community) -> None:
    # Channels are drawn from alike, so the weights differ.
    audit = audit_of(scored, n=120, by="channel", seed=3)
    row = scored.sentiment.trend(every=None, model="score", audit=audit).row(0, named=True)
    events = scored.events.join(audit.select("id", "label", "probability"), on="id", how="left", maintain_order="left")
    f, w = events["score"].to_numpy(), (1 / events["probability"]).fill_null(0.0).to_numpy()
    who = events["member"].fill_null(events["id"]).to_numpy()
    labelled = w > 0
    for column, sign in (("positive", {"positive": 1.0}), ("net", {"positive": 1.0, "negative": -1.0})):
        y = np.array([sign.get(label, 0.0) for label in events["label"].to_list()])
        mean = lambda x: np.average(x[labelled], weights=w[labelled])  # noqa: E731
        slope = mean((f - mean(f)) * (y - mean(y))) / mean((f - mean(f)) ** 2)
        left = mean(y - slope * f)
        parts = slope * (f - f.mean()) / len(f) + w * (y - slope * f - left) / w.sum()
        _, place = np.unique(who, return_inverse=True)
        by_author = np.bincount(place, weights=parts)
        authors, m = len(np.unique(who[labelled])), labelled.sum()
        error = np.sqrt((by_author**2).sum() * authors / (authors - 1) * (m - 1) / (m - 2))
        assert row[column] == pytest.approx(slope * f.mean() + left, abs=2e-5)
        half = (row[f"{column}_high"] - row[f"{column}_low"]) / 2
        # Student's t with some 79 degrees of freedom.
        assert half / error == pytest.approx(1.99, abs=0.01)
    assert row["labelled"] == 360
    assert row["net"] == pytest.approx(row["positive"] - row["negative"])


def test_an_audit_is_a_table_or_a_file_and_labels_may_be_missing(scored: cw.Community, tmp_path: Path) -> None:
    audit = audit_of(scored, n=150)
    table = scored.sentiment.trend(every=None, model="score", audit=audit)
    audit.with_columns(label=pl.col("label").str.to_uppercase()).write_csv(tmp_path / "audit.csv")
    audit.write_parquet(tmp_path / "audit.parquet")
    for path in (tmp_path / "audit.csv", str(tmp_path / "audit.parquet")):
        assert scored.sentiment.trend(every=None, model="score", audit=path).equals(table)
    assert scored.sentiment.trend(every=None, model="score", audit=audit.to_pandas()).equals(table)
    # Who stopped early.
    some = audit.with_columns(label=pl.when(pl.int_range(pl.len()) < 120).then("label"))
    assert scored.sentiment.trend(every=None, model="score", audit=some)["labelled"].item() == 120


@pytest.mark.parametrize(
    ("audit", "message"),
    [
        (pl.DataFrame({"id": ["a"]}), "it has no label"),
        (pl.DataFrame({"id": ["a"], "label": ["good"]}), "rows with an id and a label of"),
        (pl.DataFrame({"id": ["a"], "label": ["neutral"]}), "100 labelled messages or more"),
        (pl.DataFrame({"id": ["a"], "label": ["neutral"], "probability": ["x"]}), "probability is a number"),
        (7, "a table with the columns id and label"),
        ("nowhere.csv", "path of a CSV or Parquet file"),
    ],
)
def test_audits_that_make_no_sense(scored: cw.Community, audit: object, message: str) -> None:
    with pytest.raises(OptionError, match=message):
        scored.sentiment.trend(model="score", audit=audit)  # type: ignore[arg-type]


def test_the_options_of_the_family_are_checked(scored: cw.Community) -> None:
    for wrong in ({"n": 0}, {"n": True}, {"every": "2w"}, {"seed": "a"}):
        with pytest.raises(OptionError):
            scored.compute("sentiment.audit_sample", wrong)
    for wrong in ({"towards": "up"}, {"method": "guess"}, {"shift": 0}, {"draws": 1}):
        with pytest.raises(OptionError):
            scored.compute("sentiment.shifts", wrong)
    with pytest.raises(OptionError, match="the patterns of each subject"):
        scored.sentiment.aspects(terms=["price"])  # type: ignore[arg-type]


def test_a_message_without_a_time_of_its_own_makes_nobody_active() -> None:
    events = pl.DataFrame(
        {
            "time": [NOON] * 3,
            "member": ["ana", "bo", "bo"],
            "kind": "post",
            "id": ["1", "2", "3"],
            "text": ["good news", "bad news", "bad news"],
            "time_quality": [None, "inherited", "inherited"],
        }
    )
    community = cw.Community(events)
    assert community.sentiment.trend().select("n", "authors").row(0) == (3, 1)
    assert community.sentiment.aspects(terms={"news": "news"}).select("n", "authors").row(0) == (3, 1)
    assert community.sentiment.shifts()["votes"].to_list() == [1]


@pytest.mark.parametrize("said_again", ["> {}\n\n{}", "    {}\n\n{}", "{1}\n-- \n{0}", "`{}` {}", "{} {}"])
def test_who_quotes_does_not_repeat(said_again: str) -> None:
    before, new = "The parser fails badly on nested structures every single time", "Wonderful, closing now"
    texts = ["Hello friends, some opening words", before, said_again.format(before, new)]
    events = pl.DataFrame(
        {
            "time": [NOON + timedelta(hours=hour) for hour in range(3)],
            "member": ["ana", "bo", "bo"],
            "kind": ["post", "reply", "reply"],
            "id": ["p", "q", "r"],
            "thread": "p",
            "text": texts,
        }
    )
    repetition = cw.Community(events).moderation.heated()["repetition"].item()
    assert (repetition > 0) == (said_again == "{} {}")
