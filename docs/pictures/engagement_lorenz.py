"""Two real communities: how contributions are shared out."""

from pathlib import Path

import polars as pl

import commonweal as cw
from commonweal.plot._frame import AnyChart


def draw(data: Path) -> AnyChart:
    """The Lorenz curves of a chat and of a question-and-answer site."""
    communities = {
        "a chat (Zulip)": cw.read(data / "zulip-lean"),
        "questions and answers (Stack Exchange)": cw.read(data / "stackexchange-beer-2017"),
    }
    curves = [
        c.engagement.lorenz().insert_column(0, pl.lit(name).alias("community")) for name, c in communities.items()
    ]
    return cw.plot.lorenz(pl.concat(curves))
