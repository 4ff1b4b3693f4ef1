"""What an audit makes of a real index: `python docs/evaluations/audit.py [runs]`.

Tweets to six airlines of which people have labelled every one, so the truth is known: 63 % are negative. Each run draws
other messages with `sentiment.audit_sample`, gives them the labels that people gave, and asks `sentiment.trend`. The
set stays outside of the repository.
"""

import sys
from pathlib import Path

import numpy as np
import polars as pl

import commonweal as cw

DATA = Path(__file__).parents[3] / "shared" / "data" / "labels-airline-tweets" / "Tweets.csv"


def tweets() -> pl.DataFrame:
    """One row per tweet, with its label."""
    table = pl.read_csv(DATA, infer_schema=False, encoding="utf8-lossy")
    time = pl.col("tweet_created").str.strptime(pl.Datetime("us"), "%d-%m-%Y %H.%M", strict=False)
    table = table.with_columns(time=time.dt.replace_time_zone("UTC")).filter(pl.col("time").is_not_null())
    return table.select(
        "time",
        member=pl.col("name"),
        kind=pl.lit("post"),
        id=pl.int_range(pl.len()).cast(pl.String),
        channel=pl.col("airline"),
        text=pl.col("text"),
        label=pl.col("airline_sentiment"),
    )


def main(runs: int) -> None:
    """Prints the table."""
    table = tweets()
    community = cw.Community(table.drop("label"))
    moods = table["label"].replace_strict({"negative": -1, "neutral": 0, "positive": 1}).to_numpy()
    index = community.sentiment.trend(every=None).row(0, named=True)
    print(f"{table.height} tweets, truth: net {moods.mean():+.3f}, VADER's index {index['net']:+.3f}\n")
    print("| labels | holds the truth | width | labels alone |")
    print("|---:|---:|---:|---:|")
    for n in (100, 200, 400):
        held, widths, alone = [], [], []
        for seed in range(runs):
            sample = community.sentiment.audit_sample(n=n, seed=seed)
            audit = sample.drop("label").join(table.select("id", "label"), on="id")
            row = community.sentiment.trend(every=None, audit=audit).row(0, named=True)
            held.append(row["net_low"] <= moods.mean() <= row["net_high"])
            widths.append(row["net_high"] - row["net_low"])
            labels = audit["label"].replace_strict({"negative": -1, "neutral": 0, "positive": 1})
            alone.append(2 * 1.972 * labels.std() / np.sqrt(n))
        print(f"| {n} | {np.mean(held):.1%} | {np.mean(widths):.3f} | {np.mean(alone):.3f} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
