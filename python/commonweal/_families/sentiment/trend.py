"""`community.sentiment.trend`."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from commonweal._families.base import Family
from commonweal.onnx import OnnxModel
from commonweal.typing import ArrowStream, By, Every, Role


class Trend(Family):
    """Does the mood change?"""

    __slots__ = ()

    def trend(
        self,
        *,
        every: Every | None = "1w",
        model: str | OnnxModel = "vader",
        audit: ArrowStream | str | Path | None = None,
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """Does the mood change?

        net = (positive − negative) / (positive + neutral + negative); change = net − net of the period before.

        Without an `audit` this is an index: read its changes. With one, periods and groups with 100 labelled messages
        or more carry the shares that a person would find, with intervals by author (prediction-powered inference).

        Args:
            every: Length of a period, or None for the whole span as one.
            model: `"vader"`; `"commonweal"`, the trained model, also with a profile as `"commonweal:developer"`
                (`chat`, `forum`, `social`); a model of `commonweal.onnx`; or a numeric column of the events with scores
                from −1 to 1.
            audit: Messages that a person has labelled, as `audit_sample` draws them: a table, or the path of a CSV or
                Parquet file, with `id`, `label` (`negative`, `neutral`, `positive`; rows without one are left out) and
                maybe `probability`.
            by: Dimension columns to group by.
            bots: Count messages of bots too.
            roles: Count only messages by members of these roles.
            min_group: Suppress groups with fewer distinct members than this (0: none).
            confidence: Level of the intervals.

        Returns:
            One row per period and group: `period` (date), the `by` columns, `n` (messages), `authors`,
            `not_scored` (share of the messages), `labelled` (scored messages with a label), `mean` (of the scores, −1
            to 1), `positive`, `neutral`, `negative` (shares of the scored messages), `net` (−1 to 1), each but
            `neutral` with `_low` and `_high` where calibrated, `change` with `change_low` and `change_high` (by author;
            null in the first period), `calibrated` (false: with fewer than 100 labelled messages the level is an index
            and carries no interval), `complete`.

        Raises:
            OptionError: an option has a value that it cannot take, or `by` names no column.
            DeclinedError: no label is of a message that was scored.

        Example:
            >>> import commonweal as cw
            >>> cw.datasets.simulate(members=60, days=60).sentiment.trend(every="1mo")["calibrated"].any()
            False
        """
        return self._compute(
            "sentiment.trend",
            every=every,
            model=model,
            audit=audit,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
