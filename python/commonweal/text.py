"""What single texts say: their mood, and whether they ask."""

from collections.abc import Iterable

import polars as pl

from commonweal import _core

__all__ = ["is_question", "vader"]


def is_question(texts: Iterable[str | None]) -> pl.Series:
    """Whether each text asks for something: information, help, an opinion.

    The rule, and how often it is right, are in the documentation, under questions.

    Returns:
        True or false for each text; null for a null.

    Example:
        >>> import commonweal as cw
        >>> cw.text.is_question(["How do I turn this off", "I turned it off.", None]).to_list()
        [True, False, None]
    """
    return pl.Series("is_question", _core.is_question(list(texts)), dtype=pl.Boolean)


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
