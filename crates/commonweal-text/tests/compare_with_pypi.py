"""Compares the crate's scores with those of PyPI's vaderSentiment: `pip install vaderSentiment==3.3.2`, then `compare_with_pypi.py FILE`.

FILE has one text a line, or with --null one text before each NUL. Exits with 1 if any of the four scores of any text differs.
"""

import argparse
import pathlib
import subprocess
import sys
import time

from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

CRATE = pathlib.Path(__file__).resolve().parent.parent
KEYS = ("compound", "pos", "neu", "neg")


def texts_of(data: bytes, end: bytes) -> list[str]:
    """The texts as the example `score_lines` reads them: what follows the last end is a text only if it is not empty."""
    parts = data.split(end)
    if not parts[-1]:
        parts.pop()
    return [part.decode("utf-8", "replace") for part in parts]


def crate_scores(data: bytes, null: bool) -> list[tuple[float, ...]]:
    command = ["cargo", "run", "--quiet", "--release", "--example", "score_lines", "--"] + ["--null"] * null
    output = subprocess.run(command, cwd=CRATE, input=data, stdout=subprocess.PIPE, check=True).stdout
    return [tuple(map(float, line.split(b"\t"))) for line in output.splitlines()]


def pypi_scores(texts: list[str]) -> list[tuple[float, ...]]:
    score = SentimentIntensityAnalyzer().polarity_scores
    return [tuple(scores[key] for key in KEYS) for scores in map(score, texts)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=pathlib.Path)
    parser.add_argument("--null", action="store_true", help="texts end with NUL, not with a line end")
    options = parser.parse_args()

    data = options.file.read_bytes()
    texts = texts_of(data, b"\0" if options.null else b"\n")
    ours = crate_scores(data, options.null)
    start = time.perf_counter()
    theirs = pypi_scores(texts)
    micros = (time.perf_counter() - start) * 1e6 / max(len(texts), 1)

    assert len(ours) == len(theirs) == len(texts), (len(ours), len(theirs), len(texts))
    different = [number for number, pair in enumerate(zip(ours, theirs, strict=True)) if pair[0] != pair[1]]
    for number in different[:10]:
        print(f"text {number}: crate {ours[number]}, PyPI {theirs[number]}, {texts[number][:200]!r}")
    print(f"{len(texts)} texts compared, {len(texts) - len(different)} equal (PyPI: {micros:.1f} us a text)")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
