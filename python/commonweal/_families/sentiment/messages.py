"""`community.sentiment.messages`."""

from collections.abc import Sequence

import polars as pl

from commonweal._families.base import Family
from commonweal.onnx import OnnxModel
from commonweal.typing import By, Role


class Messages(Family):
    """In what mood is a message?"""

    __slots__ = ()

    def messages(
        self,
        *,
        model: str | OnnxModel = "vader",
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """In what mood is a message?

        VADER's compound score: positive from 0.05, negative to −0.05, neutral between.

        Args:
            model: `"vader"`; `"commonweal"`, the trained model, also with a profile as `"commonweal:developer"`
                (`chat`, `forum`, `social`); a model of `commonweal.onnx`; or a numeric column of the events with scores
                from −1 to 1.
            by: Dimension columns to carry along.
            bots: Score messages of bots too.
            roles: Score only messages by members of these roles.
            min_group: Suppress groups with fewer distinct members than this (0: none).
            confidence: Taken for uniformity; a single score carries no interval.

        Returns:
            One row per post and reply: `id`, `time`, `score` (−1 to 1), `label` (`positive`, `neutral`, `negative`),
            both null where there is no text to score, `confidence` (the probability that the label is right; the
            trained model alone has it).

        Raises:
            OptionError: an option has a value that it cannot take.

        Example:
            >>> import commonweal as cw
            >>> cw.datasets.simulate(members=60, days=60).sentiment.messages().columns[:4]
            ['id', 'time', 'score', 'label']
        """
        return self._compute(
            "sentiment.messages",
            model=model,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
