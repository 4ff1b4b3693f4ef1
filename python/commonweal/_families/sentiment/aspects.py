"""`community.sentiment.aspects`."""

from collections.abc import Mapping, Sequence

import polars as pl

from commonweal._families.base import Family
from commonweal.onnx import OnnxModel
from commonweal.typing import By, Every, Role


class Aspects(Family):
    """What is the mood about each subject?"""

    __slots__ = ()

    def aspects(
        self,
        *,
        terms: Mapping[str, str | Sequence[str]] | None = None,
        every: Every | None = None,
        model: str | OnnxModel = "vader",
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """What is the mood about each subject?

        A message is about a subject where it has one of its patterns; its score is that of the whole message.
        difference = net − net of the messages that are not about the subject: a constant error of the model cancels.

        Args:
            terms: The patterns of each subject, as `{"prices": ["price*", "expensive"], "access": "log in"}`: words in
                order, whatever their case, `*` at the end for the rest of a word.
            every: Length of a period, or None for the whole span as one.
            model: `"vader"`; `"commonweal"`, the trained model; a model of `commonweal.onnx`; or a numeric column of
                the events with scores from −1 to 1.
            by: Dimension columns to group by.
            bots: Count messages of bots too.
            roles: Count only messages by members of these roles.
            min_group: Suppress groups with fewer distinct members than this (0: none).
            confidence: Level of the interval of the difference.

        Returns:
            One row per period, group and subject that is spoken of: `period` (date, with `every`), the `by` columns,
            `aspect`, `n` (messages), `authors`, `share` (of all messages), `not_scored` (share), `mean` (−1 to 1),
            `positive`, `neutral`, `negative` (shares of the scored messages), `net` (−1 to 1), `difference` with `_low`
            and `_high` (by author; null where there are no others), `complete` (with `every`).

        Raises:
            OptionError: an option has a value that it cannot take, or `by` names no column.
            DeclinedError: no subject is named.

        Example:
            >>> import commonweal as cw
            >>> community = cw.datasets.simulate(members=60, days=60)
            >>> community.sentiment.aspects(terms={"thanks": ["thank*"]}).height <= 1
            True
        """
        return self._compute(
            "sentiment.aspects",
            terms=terms,
            every=every,
            model=model,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
