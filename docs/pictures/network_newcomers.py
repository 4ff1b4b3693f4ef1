"""Four real communities: how many newcomers are answered by one, three and five others within a month."""

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
    """Within a day, a week and thirty days."""
    tables = [
        cw.read(data / folder)
        .network.newcomers(tied_by="answered", within=["1d", "7d", "30d"])
        .insert_column(0, pl.lit(name).alias("community"))
        for name, folder in COMMUNITIES.items()
    ]
    return cw.plot.newcomers(pl.concat(tables))
