"""A classifier of one's own, as an ONNX file, in the place of VADER and of the trained model."""

from __future__ import annotations

from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import polars as pl

from commonweal._onnx.asked import MOODS, Asked, beside, count, file, named
from commonweal._onnx.session import brief, encoder, load, output_of, takes_texts, width_of
from commonweal._options import wrong
from commonweal.text import _all_readable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from os import PathLike

    import numpy as np
    from numpy.typing import NDArray

__all__ = ["OnnxModel", "onnx"]

_LONGEST_TEXT: Final = 65_536
"""Of a longer text the beginning is read, as by the trained model."""
_AT_ONCE: Final = 4_096
"""Texts that are cut into tokens and sorted by length at a time."""
_THRESHOLD: Final = 0.05
"""From here on a score is positive to the KPIs, as VADER's."""


def onnx(
    path: str | PathLike[str],
    *,
    tokenizer: str | PathLike[str] | None = None,
    labels: Sequence[str] | Mapping[str, float] | None = None,
    output: str | None = None,
    logits: bool = True,
    longest: int = 512,
    batch: int = 32,
    threads: int | None = None,
) -> OnnxModel:
    """A classifier of sentiment in the ONNX format, for `model=` of the KPIs of `community.sentiment`.

    Needs `pip install 'commonweal[onnx]'`. The model runs on this machine, on the processor; nothing is fetched.

    Args:
        path: The model: `model.onnx`. It takes either `input_ids` (and `attention_mask`, `token_type_ids`), as
            transformers are exported, or the texts themselves, as pipelines of scikit-learn are.
        tokenizer: What cuts a text into tokens: `tokenizer.json`, as the package tokenizers writes it. The one beside
            the model where it is not given. A model that takes texts has none.
        labels: What the model's outputs mean, in their order: `("negative", "neutral", "positive")`; or what each is
            worth, from −1 to 1: `{"1 star": -1, "2 stars": -0.5, "3 stars": 0, "4 stars": 0.5, "5 stars": 1}`. Those
            of `config.json` beside the model where they are not given.
        output: The output that tells the classes; the first of numbers, one row per text, where it is not given.
        logits: Whether that output holds logits. False: it holds probabilities.
        longest: The most tokens of a text that are read.
        batch: How many texts the model is given at a time.
        threads: How many threads it may use; None leaves that to the runtime.

    Raises:
        OptionError: a file is not what it should be, the model takes or gives something else, or the labels are not
            as many as its classes.
        ModuleNotFoundError: the extra is not installed.

    Example:
        >>> import commonweal as cw
        >>> cw.onnx("nowhere.onnx")
        Traceback (most recent call last):
        commonweal.exceptions.OptionError: path must be the path of an ONNX model, got 'nowhere.onnx'
    """
    return OnnxModel(
        Asked(
            path=str(file("path", path, "the path of an ONNX model")),
            tokenizer=None if tokenizer is None else str(file("tokenizer", tokenizer, "the path of a tokenizer.json")),
            labels=named(labels),
            output=output,
            logits=logits,
            longest=count("longest", longest, "tokens"),
            batch=count("batch", batch, "texts"),
            threads=None if threads is None else count("threads", threads, "threads"),
        )
    )


class OnnxModel:
    """A classifier that scores texts; made by `commonweal.onnx`.

    `community.sentiment.trend(model=that)` scores the messages once and keeps their scores as long as the community and
    the model are there.
    """

    __slots__ = ("__weakref__", "_asked", "_encode", "_labels", "_output", "_session", "_width")

    def __init__(self, asked: Asked) -> None:
        """Loads the model, and its tokenizer where it takes tokens."""
        self._asked = asked
        self._session = load(asked)
        of_texts = takes_texts(self._session)
        if of_texts and asked.tokenizer is not None:
            raise wrong("tokenizer", "None, as the model takes texts themselves", asked.tokenizer)
        self._width = None if of_texts else width_of(self._session)
        self._encode = None if of_texts else encoder(asked, self._width)
        self._output, classes = output_of(self._session, asked)
        self._labels = asked.labels or beside(Path(asked.path))
        if classes is not None and classes != len(self._labels):
            raise wrong("labels", f"as many as the model has classes, {classes}", list(self._labels))

    @property
    def labels(self) -> dict[str, float]:
        """What each output of the model is called, and what it is worth, in their order."""
        return dict(self._labels)

    def score(self, texts: Iterable[str | None]) -> pl.DataFrame:
        """The mood of each text.

        Args:
            texts: The texts; of one longer than 65,536 letters the beginning is read. Lone surrogates are left out.

        Returns:
            One row per text: `score` (Σ probability · worth of the labels, −1 to 1), `label` (`positive`, `neutral`,
            `negative`: the likeliest; labels are added up by the sign of what they are worth), `confidence` (its
            probability, as the model has it). All null for a null, a blank text, and one of which no token is left.

        Raises:
            OptionError: the model gives something else than it said, or `logits` is wrong.

        Example:
            >>> import commonweal as cw
            >>> model = cw.onnx("model.onnx")  # doctest: +SKIP
            >>> model.score(["Thank you!", None])["label"].to_list()  # doctest: +SKIP
            ['positive', None]
        """
        column = (
            texts.cast(pl.String) if isinstance(texts, pl.Series) else pl.Series(_all_readable(texts), dtype=pl.String)
        )
        cut = column.rename("text").str.slice(0, _LONGEST_TEXT).to_frame()
        # Chat repeats itself: what is said twice is scored once.
        distinct = cut.filter(pl.col("text").str.strip_chars() != "").unique(maintain_order=True)
        scored = distinct.with_columns(self._moods(distinct["text"].to_list()))
        return cut.join(scored, on="text", how="left", maintain_order="left").select("score", "label", "confidence")

    def _moods(self, texts: list[str]) -> list[pl.Series]:
        import numpy as np

        chances = self._chances(texts)
        worth = np.array(list(self._labels.values()))
        moods = np.column_stack([chances[:, np.sign(worth) == sign].sum(axis=1) for sign in (-1, 0, 1)])
        negative, neutral, positive = moods.T
        # Where two are as likely, neutral.
        likeliest = 1 + (positive > np.maximum(neutral, negative)) - 1 * (negative > np.maximum(neutral, positive))
        known = ~np.isnan(chances).any(axis=1)
        told = pl.DataFrame(
            {
                "score": (chances @ worth).clip(-1, 1).round(6),
                "label": [MOODS[i] for i in likeliest],
                "confidence": moods.max(axis=1, initial=0).clip(0, 1).round(6),
            },
            schema={"score": pl.Float64, "label": pl.String, "confidence": pl.Float64},
        )
        return told.select(pl.when(pl.Series(known, dtype=pl.Boolean)).then(pl.all())).get_columns()

    def _chances(self, texts: list[str]) -> NDArray[np.float64]:
        """The probability of each label, by text; not a number where there is nothing to go by."""
        import numpy as np

        values = np.full((len(texts), len(self._labels)), np.nan)
        for rows, given in self._given(texts):
            found = self._run(given)[: len(rows)]
            if found.shape != (len(rows), len(self._labels)):
                raise wrong(
                    "path",
                    f"a model that gives {len(self._labels)} numbers per text, as there are labels",
                    f"an output {self._output!r} of the shape {found.shape} for {len(rows)} texts",
                )
            values[rows] = found
        unknown = ~np.isfinite(values).all(axis=1)
        values[unknown] = np.nan
        known = values[~unknown]
        shares = (known >= 0).all(axis=1) & (abs(known.sum(axis=1) - 1) < 0.01)
        if not self._asked.logits:
            if not shares.all():
                raise wrong("logits", f"True, as {self._output!r} holds no probabilities", known[~shares][0].tolist())
            return values
        if len(known) >= 3 and shares.all():
            raise wrong("logits", f"False, as {self._output!r} holds probabilities already", known[0].tolist())
        raised = np.exp(values - values.max(axis=1, keepdims=True, initial=-np.inf))
        shared: NDArray[np.float64] = raised / raised.sum(axis=1, keepdims=True)
        return shared

    def _run(self, given: dict[str, Any]) -> NDArray[np.float64]:
        import numpy as np

        try:
            (found,) = self._session.run([self._output], given)
        except Exception as error:
            raise wrong("path", f"a model that runs on such texts ({brief(error)})", self._asked.path) from error
        return np.asarray(found, dtype=np.float64)

    def _given(self, texts: list[str]) -> Iterator[tuple[list[int], dict[str, Any]]]:
        """What the model takes, batch by batch, and the rows it is of."""
        import numpy as np

        inputs = self._session.get_inputs()
        shape = inputs[0].shape
        fixed = bool(shape) and isinstance(shape[0], int)
        size = shape[0] if fixed else self._asked.batch
        if self._encode is None:
            for start in range(0, len(texts), size):
                some = texts[start : start + size]
                filled = some + some[-1:] * (size - len(some) if fixed else 0)
                column = np.array(filled, dtype=object)
                rank = len(shape)
                yield list(range(start, start + len(some))), {inputs[0].name: column[:, None] if rank == 2 else column}
            return
        masked = any(each.name == "attention_mask" for each in inputs)
        for start in range(0, len(texts), _AT_ONCE):
            tokens = self._encode(texts[start : start + _AT_ONCE])
            order = sorted((row for row in range(len(tokens)) if tokens[row]), key=lambda row: len(tokens[row]))
            while order:
                rows = order[:size]
                if not masked and self._width is None:
                    # Without a mask a filled place would be read as a token.
                    rows = [row for row in rows if len(tokens[row]) == len(tokens[rows[0]])]
                order = order[len(rows) :]
                longest = self._width or max(len(tokens[row]) for row in rows)
                height = size if fixed else len(rows)
                ids, mask = np.zeros((height, longest), np.int64), np.zeros((height, longest), np.int64)
                for place in range(height):
                    these = tokens[rows[min(place, len(rows) - 1)]]
                    ids[place, : len(these)], mask[place, : len(these)] = these, 1
                given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
                kinds = {"tensor(int32)": np.int32, "tensor(int64)": np.int64}
                yield (
                    [start + row for row in rows],
                    {each.name: given[each.name].astype(kinds[each.type]) for each in inputs},
                )

    def __reduce__(self) -> tuple[Callable[..., OnnxModel], tuple[Any, ...]]:
        """The model as the paths and options that it was made with."""
        return _again, astuple(self._asked)

    def __repr__(self) -> str:
        """The model, its file and its labels."""
        return f"OnnxModel({self._asked.path!r}, labels={list(self._labels)})"


def _again(*asked: Any) -> OnnxModel:
    return OnnxModel(Asked(*asked))


def with_scores(model: OnnxModel, events: pl.DataFrame, kinds: Sequence[str], told: str, soft: str) -> pl.DataFrame:
    """The events with the scores of the messages: as the model has them, and so that their sign is the label's.

    KPIs that count moods know a label by its score, from 0.05 on; a likeliest class of a model is more than that.
    """
    text = (
        events["text"]
        if "text" in events.columns
        else pl.Series(pl.repeat(None, events.height, dtype=pl.String, eager=True))
    )
    scores = model.score(events.select(pl.when(pl.col("kind").is_in(kinds)).then(text.cast(pl.String))).to_series())
    score, label = pl.col("score"), pl.col("label")
    below = _THRESHOLD - 1e-4
    signed = (
        pl.when(label == "positive")
        .then(score.clip(lower_bound=_THRESHOLD))
        .when(label == "negative")
        .then(score.clip(upper_bound=-_THRESHOLD))
        .otherwise(score.clip(-below, below))
    )
    return events.with_columns(scores.select(signed.alias(told), score.alias(soft)).get_columns())
