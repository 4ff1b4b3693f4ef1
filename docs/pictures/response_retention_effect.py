"""Two real communities: how many newcomers come back, answered within a day or not."""

from pathlib import Path

import polars as pl

import commonweal as cw
from commonweal.plot._frame import AnyChart


def draw(data: Path) -> AnyChart:
    """The curves of a chat and of a mailing list."""
    communities = {"a chat (Zulip)": "zulip-lean", "a mailing list": "pipermail-twisted"}
    curves = [
        cw.read(data / folder).response.return_curve(within="6h").insert_column(0, pl.lit(name).alias("community"))
        for name, folder in communities.items()
    ]
    return cw.plot.retention_effect(pl.concat(curves))
