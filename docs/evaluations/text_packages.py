"""Text scores beside those of other packages: `python docs/evaluations/text_packages.py LINES [VADER_CRATE]`.

LINES is what `docs/models/prepare.py` makes of the labelled sets, which stay outside of the repository; used are the
validation parts (the shipped weights were calibrated on them, so they flatter ours a little) and the sets that trained
nothing at all. Packages that are not installed are left out: textblob, afinn, vaderSentiment, alt-profanity-check.
VADER_CRATE is a program around the crate `vader_sentiment` that writes the compound of each line that it reads.

Three classes by each package's own threshold: macro recall. Offence: the area under the curve. Intervals are
percentiles of 1,000 bootstrap samples of the texts. Time: CPU of one thread, each package over the same texts.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

import commonweal as cw

SENTIMENT = ("tweeteval", "goemotions", "senti4sd", "sa4se-gh", "airline")
OFFENCE = ("tweeteval-offensive", "davidson", "conda")
MOST = 3_000
Scores = Callable[[list[str]], np.ndarray]


def read(path: Path) -> dict[str, tuple[np.ndarray, list[str]]]:
    """Labels and texts of each set, at most `MOST`, spread evenly over it."""
    found: dict[str, tuple[list[int], list[str]]] = {}
    for line in path.read_text().splitlines():
        split, _, domain, name, label, text = line.split("\t")
        if split != "train" and name in (*SENTIMENT, *OFFENCE) and (domain != "chat" or name == "conda"):
            labels, texts = found.setdefault(name, ([], []))
            labels.append(int(label))
            texts.append(text.replace("\\n", "\n").replace("\\t", "\t").replace("\\\\", "\\"))
    sets = {}
    for name, (labels, texts) in found.items():
        step = max(1, len(texts) // MOST)
        sets[name] = (np.array(labels[::step][:MOST]), texts[::step][:MOST])
    return sets


def by_threshold(score: Scores, threshold: float) -> Scores:
    """Classes 0, 1, 2 of a score."""

    def classes(texts: list[str]) -> np.ndarray:
        found = score(texts)
        return 1 + (found >= threshold).astype(int) - (found <= -threshold).astype(int)

    return classes


def ours(profile: str) -> Scores:
    """The classes of the trained model; what it does not score is neutral."""
    return lambda texts: (
        cw.text.score(texts, profile=profile)["label"]
        .fill_null("neutral")
        .replace_strict({"negative": 0, "neutral": 1, "positive": 2})
        .to_numpy()
    )


def sentiment(crate: str | None) -> dict[str, Scores]:
    """What each package takes the texts for."""
    packages: dict[str, Scores] = {
        "commonweal, VADER": by_threshold(lambda t: cw.text.vader(t)["compound"].to_numpy(), 0.05),
        "commonweal, trained": ours("general"),
    }
    try:
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

        vader = SentimentIntensityAnalyzer().polarity_scores
        packages["vaderSentiment"] = by_threshold(lambda t: np.array([vader(x)["compound"] for x in t]), 0.05)
    except ImportError:
        pass
    if crate:

        def lines(texts: list[str]) -> np.ndarray:
            text = "\n".join(" ".join(x.split()) for x in texts)
            told = subprocess.run([crate], input=text, capture_output=True, text=True, check=True).stdout
            return np.array(told.split(), float)

        packages["vader_sentiment (crate)"] = by_threshold(lines, 0.05)
    try:
        from textblob import TextBlob

        packages["TextBlob"] = by_threshold(lambda t: np.array([TextBlob(x).sentiment.polarity for x in t]), 1e-9)
    except ImportError:
        pass
    try:
        from afinn import Afinn

        afinn = Afinn(emoticons=True).score
        packages["AFINN"] = by_threshold(lambda t: np.array([afinn(x) for x in t]), 1e-9)
    except ImportError:
        pass
    return packages


def offence() -> dict[str, Scores]:
    """How offensive each package takes the texts to be."""
    packages: dict[str, Scores] = {
        "commonweal, VADER": lambda t: -cw.text.vader(t)["compound"].to_numpy(),
        "commonweal, trained": lambda t: cw.text.score(t)["offensive"].fill_null(0.0).to_numpy(),
    }
    try:
        from profanity_check import predict_prob

        packages["alt-profanity-check"] = lambda t: np.asarray(predict_prob(t))
    except ImportError:
        pass
    return packages


def recall(label: np.ndarray, found: np.ndarray) -> float:
    """Macro recall."""
    return float(np.mean([np.mean(found[label == each] == each) for each in np.unique(label)]))


def area(label: np.ndarray, found: np.ndarray) -> float:
    """The area under the curve: how often an offensive text scores higher than another, ties by half."""
    order, first, counts = np.unique(found, return_inverse=True, return_counts=True)
    del order
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[first]
    positive = label == 1
    n, m = positive.sum(), (~positive).sum()
    return float((ranks[positive].sum() - n * (n + 1) / 2) / (n * m))


def table(
    sets: dict[str, tuple[np.ndarray, list[str]]],
    packages: dict[str, Scores],
    names: tuple[str, ...],
    measure: Callable[[np.ndarray, np.ndarray], float],
) -> None:
    """Prints one table."""
    there = [name for name in names if name in sets]
    print("| package | " + " | ".join(f"{name} (n = {len(sets[name][1]):,})" for name in there) + " | µs a text |")
    print("|---|" + "---:|" * (len(there) + 1))
    for package, score in packages.items():
        cells, spent, n = [], 0.0, 0
        for name in there:
            label, texts = sets[name]
            score(texts[:50])
            before = time.process_time() + sum(_children())
            found = score(texts)
            spent += time.process_time() + sum(_children()) - before
            n += len(texts)
            rng = np.random.default_rng(0)
            draws = [rng.integers(len(label), size=len(label)) for _ in range(1_000)]
            low, high = np.percentile([measure(label[at], found[at]) for at in draws], [2.5, 97.5])
            cells.append(f"{measure(label, found):.3f} ({low:.3f}–{high:.3f})")
        print(f"| {package} | {' | '.join(cells)} | {1e6 * spent / n:,.2f} |", flush=True)
    print()


def _children() -> tuple[float, float]:
    times = os.times()
    return times.children_user, times.children_system


def main() -> None:
    """Prints both tables."""
    sets = read(Path(sys.argv[1]))
    crate = sys.argv[2] if len(sys.argv) > 2 else None
    print("Sentiment in three classes, macro recall\n")
    table(sets, sentiment(crate), SENTIMENT, recall)
    print("Offence, area under the curve\n")
    table(sets, offence(), OFFENCE, area)


if __name__ == "__main__":
    main()
