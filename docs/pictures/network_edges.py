"""Three real communities: how strong ties are, and how many are returned."""

from pathlib import Path

import polars as pl

import commonweal as cw
from commonweal.plot._frame import AnyChart

COMMUNITIES = {
    "a chat": "zulip-lean",
    "a forum": "discourse-urho3d",
    "a mailing list": "pipermail-twisted",
    "questions and answers": "stackexchange-quantumcomputing-2018",
}


def draw(data: Path) -> AnyChart:
    """The ties of each by their weight."""
    tables = [
        cw.read(data / folder).network.edges().insert_column(0, pl.lit(name).alias("community"))
        for name, folder in COMMUNITIES.items()
    ]
    return cw.plot.edges(pl.concat(tables))
