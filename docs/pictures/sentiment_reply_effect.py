"""A real forum: the mood after staff replied to a complaint, before and after, and against others like them."""

from pathlib import Path

import polars as pl

import commonweal as cw
from commonweal.plot._frame import AnyChart

SCORED = {
    "VADER, replies": {"model": "vader"},
    "VADER, any in the thread": {"model": "vader", "answer": "thread"},
    "the trained model, replies": {"model": "commonweal"},
    "the trained model, any in the thread": {"model": "commonweal", "answer": "thread"},
}


def draw(data: Path) -> AnyChart:
    """The naive change, the difference, and that before."""
    community = cw.read(data / "discourse-urho3d")
    tables = [
        community.sentiment.reply_effect(adjust_every="1y", **options).insert_column(0, pl.lit(name).alias("answers"))
        for name, options in SCORED.items()
    ]
    return cw.plot.reply_effect(pl.concat(tables))
