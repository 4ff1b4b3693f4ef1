"""What single texts say: their mood, whether they offend or attack, and whether they ask."""

from __future__ import annotations

from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import polars as pl

from commonweal import _core
from commonweal._options import wrong
from commonweal.exceptions import OptionError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from os import PathLike

__all__ = ["Profile", "explain", "fit_profile", "is_question", "score", "vader"]

_MOODS = {"negative": 0, "neutral": 1, "positive": 2}
_HEADS = ("sentiment", "offensive", "attack")


def _readable(text: object) -> str:
    """The text without lone surrogates, which no UTF-8 holds."""
    if not isinstance(text, str):
        raise wrong("text", "a text", text)
    return text if text.isascii() else text.encode("utf-8", "ignore").decode("utf-8")


def _all_readable(texts: Iterable[str | None]) -> list[str | None]:
    if isinstance(texts, str):
        raise wrong("texts", "several texts: put a single one into a list", texts)
    return [None if _is_missing(text) else _readable(text) for text in texts]


def _is_missing(text: object) -> bool:
    """Whether a text is none: as pandas has it, too."""
    return text is None or (isinstance(text, float) and isnan(text)) or type(text).__name__ == "NAType"


class Profile:
    """A way of talking that the trained model scores messages for.

    Args:
        name: `"general"`, `"developer"`, `"chat"`, `"forum"` or `"social"`; your own come from `fit_profile`.

    Raises:
        OptionError: no built-in profile has this name.

    Example:
        >>> import commonweal as cw
        >>> cw.text.Profile("developer").name
        'developer'
    """

    __slots__ = ("_inner",)

    def __init__(self, name: str = "general") -> None:
        """The built-in profile of this name."""
        self._inner = _core.Profile(name)

    @classmethod
    def _of(cls, inner: _core.Profile) -> Profile:
        profile = cls.__new__(cls)
        profile._inner = inner
        return profile

    @classmethod
    def load(cls, path: str | PathLike[str]) -> Profile:
        """The profile that was saved to this file.

        Raises:
            OptionError: the file is no profile, was altered, or was fitted to other weights than this version has.
        """
        return cls._of(_core.Profile.load(Path(path).read_bytes()))

    def save(self, path: str | PathLike[str]) -> None:
        """Writes the profile to a file, with its hash."""
        Path(path).write_bytes(self._inner.save())

    @property
    def name(self) -> str:
        """What the profile is called."""
        return self._inner.name

    def __copy__(self) -> Profile:
        """The profile itself: it never changes."""
        return self

    def __deepcopy__(self, _: Mapping[int, object]) -> Profile:
        """The profile itself."""
        return self

    def __reduce__(self) -> tuple[Callable[[bytes], Profile], tuple[bytes]]:
        """The profile as the bytes that `save` writes."""
        return _loaded, (self._inner.save(),)

    def __repr__(self) -> str:
        """The profile and its name."""
        return f"Profile({self.name!r})"


def _loaded(saved: bytes) -> Profile:
    return Profile._of(_core.Profile.load(saved))


def _profile(profile: str | Profile) -> _core.Profile:
    if not isinstance(profile, str | Profile):
        raise wrong("profile", "the name of a profile, or a Profile", profile)
    return profile._inner if isinstance(profile, Profile) else _core.Profile(profile)


def score(texts: Iterable[str | None], *, profile: str | Profile = "general") -> pl.DataFrame:
    """Sentiment, offence and attack of each text by the trained model.

    It ranks texts for a person to look at, and follows the mood of many; take no action on one text because of its
    score. English alone; no hate speech as apart from other offence, no irony. See the model card in the documentation.

    Args:
        texts: The texts; of one longer than 64 KiB the beginning is read. Lone surrogates are left out.
        profile: `"general"`, `"developer"`, `"chat"`, `"forum"`, `"social"`, or a `Profile`.

    Returns:
        One row per text: `score` (P(positive) − P(negative), −1 to 1), `label` (`positive`, `neutral`, `negative`: as
        if the three were equally common), `confidence` (the probability that the label is right), `offensive` and
        `attack` (probabilities), and `not_scored`, why all these are null: `empty`, `not prose` (code, quotations,
        addresses, a signature alone), `other language`. All null for a null.

    Raises:
        OptionError: no built-in profile has this name.

    Example:
        >>> import commonweal as cw
        >>> scores = cw.text.score(["Thank you, this works great!", "`make test`", None])
        >>> scores["label"].to_list(), scores["not_scored"].to_list()
        (['positive', None, None], [None, 'not prose', None])
    """
    return pl.DataFrame(_profile(profile).score(_all_readable(texts)))


def explain(text: str, *, profile: str | Profile = "general") -> pl.DataFrame:
    """What of a text made its scores.

    Args:
        text: The text.
        profile: As for `score`.

    Returns:
        One row per word, mark or emoji, per count over the whole text, and for the start: `part`, `start` (the first
        character of a word; null for the others), and what it adds to the log-odds of `sentiment` (positive against
        negative), `offensive` and `attack`. The strongest first; no row for a text that is not scored.

    Example:
        >>> import commonweal as cw
        >>> cw.text.explain("The docs are wonderful.")["part"][0]
        'wonderful'
    """
    readable = _readable(text)
    reasons = pl.DataFrame(_profile(profile).explain(readable))
    if len(readable) == len(text):
        return reasons
    # Where each character that was read is in the text.
    places = [place for place, character in enumerate(text) if _readable(character)]
    return reasons.with_columns(pl.col("start").replace_strict(dict(enumerate(places)), default=None))


def fit_profile(
    texts: Iterable[str],
    labels: Sequence[str] | Sequence[bool],
    *,
    name: str,
    head: Literal["sentiment", "offensive", "attack"] = "sentiment",
    start: str | Profile = "general",
) -> Profile:
    """A profile fitted to texts that a person has labelled: the model with the words of your own community.

    Args:
        texts: 250 texts at least that `score` scores. Code and texts without words teach nothing.
        labels: For sentiment `"negative"`, `"neutral"` or `"positive"`; else true or false. Ten of each at least.
        name: What to call the profile.
        head: What the labels are about.
        start: The profile to begin with; its other heads stay.

    Raises:
        OptionError: too few texts, a label that the head does not have, or not as many labels as texts.

    Example:
        >>> import commonweal as cw
        >>> texts = [f"{word} {i}" for i in range(100) for word in ("needs rework", "see ticket", "ship it")]
        >>> ours = cw.text.fit_profile(texts, ["negative", "neutral", "positive"] * 100, name="ours")
        >>> cw.text.score(["ship it"], profile=ours)["label"].to_list()
        ['positive']
    """
    if head not in _HEADS:
        raise wrong("head", f"one of {', '.join(repr(name) for name in _HEADS)}", head)
    if not isinstance(name, str) or name != _readable(name):
        raise wrong("name", "a text without lone surrogates", name)
    readable = [text or "" for text in _all_readable(texts)]
    if len(readable) != len(labels):
        message = f"labels must be as many as texts, {len(readable)}, got {len(labels)}"
        raise OptionError(message)
    codes = []
    for label in labels:
        code = _MOODS.get(str(label)) if head == "sentiment" else _code(label)
        if code is None:
            allowed = '"negative", "neutral" or "positive"' if head == "sentiment" else "true or false"
            message = f"labels must be {allowed}, got {label!r}"
            raise OptionError(message)
        codes.append(code)
    for word, code in (_MOODS if head == "sentiment" else {"false": 0, "true": 1}).items():
        if code not in codes:
            raise wrong("labels", f"{word!r} for ten texts at least", "none")
    return Profile._of(_profile(start).fit(name, head, readable, codes))


def _code(label: object) -> int | None:
    return int(label == 1) if label in (0, 1) else None


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
    return pl.Series("is_question", _core.is_question(_all_readable(texts)), dtype=pl.Boolean)


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
    return pl.DataFrame(_core.vader(_all_readable(texts)))
