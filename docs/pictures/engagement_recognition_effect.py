"""Two real communities: active days after the first like, before and after, and against others like them."""

from pathlib import Path

import polars as pl

import commonweal as cw
from commonweal.plot._frame import AnyChart

COMMUNITIES = {
    "a forum (likes)": ("discourse-urho3d", {"inherited": True}),
    "questions and answers (votes)": ("stackexchange-quantumcomputing-2018", {}),
}


def draw(data: Path) -> AnyChart:
    """The naive change, the difference, and that before."""
    tables = []
    for name, (folder, options) in COMMUNITIES.items():
        community = cw.read(data / folder)
        if "vote" in community.events.columns:
            community = community.filter(pl.col("vote").is_null() | (pl.col("vote") != "down"))
        table = community.engagement.recognition_effect(anonymous=True, adjust_every="1mo", **options)
        tables.append(table.insert_column(0, pl.lit(name).alias("community")))
    return cw.plot.recognition_effect(pl.concat(tables))
