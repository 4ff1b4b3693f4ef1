"""Two real communities: how long posts wait."""

from pathlib import Path

import polars as pl

import commonweal as cw
from commonweal.plot._frame import AnyChart


def draw(data: Path) -> AnyChart:
    """The curve of a forum and of a question-and-answer site."""
    communities = {
        "a forum (Discourse)": cw.read(data / "discourse-urho3d"),
        "questions and answers (Stack Exchange)": cw.read(data / "stackexchange-beer-2017"),
    }
    curves = [c.response.curve().insert_column(0, pl.lit(name).alias("community")) for name, c in communities.items()]
    return cw.plot.survival(pl.concat(curves))
