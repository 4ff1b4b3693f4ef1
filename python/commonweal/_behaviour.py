"""Who behaves like a program: says the same sentences again on other days."""

from typing import Final

import polars as pl

__all__ = ["machines"]

_MESSAGES: Final = ("post", "reply")
_FEWEST: Final = 20
"""Sentences below which nothing is said of anybody."""

_SHORTEST: Final = 30
"""Letters of a sentence that is nobody's by chance: "thank you" is everybody's."""

_AGAIN: Final = 0.3
"""The share of a member's sentences that were said on another day, too. `docs/evaluations/bots.py`: people have up to a
tenth, programs from a quarter on."""


def machines(events: pl.DataFrame) -> pl.DataFrame:
    """Members who behave like a program: `member`, `evidence`."""
    if events.schema.get("text") != pl.String:
        return pl.DataFrame(schema={"member": pl.String, "evidence": pl.String})
    said = repeats(events).filter((pl.col("said") >= _FEWEST) & (pl.col("again") >= _AGAIN * pl.col("said")))
    how = pl.format("{} of {} sentences were said on another day, too", "again", "said")
    return said.sort("member").select("member", how.alias("evidence"))


def repeats(events: pl.DataFrame) -> pl.DataFrame:
    """Of each `member` how many sentences were `said`, and how many of them on another day `again`."""
    # Whom it is said to, numbers, names and addresses are what changes in a program's sentences.
    called = r"^[^\s:,]{1,30}[:,]\s+"
    changing = r"https?://\S+|<?[@#]\S+|\d+"
    sentence = (
        pl.col("text")
        .str.head(300)
        .str.to_lowercase()
        .str.replace_all(changing, "0")
        .str.replace(called, "")
        .str.strip_chars()
    )
    said = events.filter(pl.col("kind").is_in(_MESSAGES)).select(
        pl.col("member").cast(pl.String), sentence.alias("sentence"), pl.col("time").dt.date().alias("day")
    )
    said = said.drop_nulls().filter(pl.col("sentence").str.len_chars() >= _SHORTEST)
    each = said.group_by("member", "sentence").agg(said=pl.len(), days=pl.col("day").n_unique())
    again = pl.col("said").filter(pl.col("days") > 1).sum()
    return each.group_by("member").agg(again.cast(pl.Int64).alias("again"), pl.col("said").sum().cast(pl.Int64))
