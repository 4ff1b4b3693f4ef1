"""Scores of single texts."""

from collections.abc import Iterable

import polars as pl

from commonweal import _core

__all__ = ["vader"]


def vader(texts: Iterable[str | None]) -> pl.DataFrame:
    """VADER's scores of each text, as its reference implementation gives them.

    Returns:
        One row per text: `compound` (−1 to 1), `positive`, `neutral`, `negative` (shares of the text, 0 to 1);
        null for a null.

    Example:
        >>> import commonweal as cw
        >>> cw.text.vader(["I love this!", "This is broken."]).height
        2
    """
    return pl.DataFrame(_core.vader(list(texts)))
