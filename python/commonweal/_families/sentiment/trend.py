"""`community.sentiment.trend`."""

from collections.abc import Sequence

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import By, Every, Role


class Trend(Family):
    """Does the mood change?"""

    __slots__ = ()

    def trend(
        self,
        *,
        every: Every | None = "1w",
        model: str = "vader",
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """Does the mood change?

        net = (positive − negative) / (positive + neutral + negative); change = net − net of the period before.

        Args:
            every: Length of a period, or None for the whole span as one.
            model: `"vader"`; `"commonweal"`, the trained model, also with a profile as `"commonweal:developer"`
                (`chat`, `forum`, `social`); or a numeric column of the events with scores from −1 to 1.
            by: Dimension columns to group by.
            bots: Count messages of bots too.
            roles: Count only messages by members of these roles.
            min_group: Suppress groups with fewer distinct members than this (0: none).
            confidence: Level of the interval of the change.

        Returns:
            One row per period and group: `period` (date), the `by` columns, `n` (messages), `authors`,
            `not_scored` (share of the messages), `mean` (−1 to 1), `positive`, `neutral`, `negative` (shares of the
            scored messages), `net` (−1 to 1), `change` with `change_low` and `change_high` (by author; null in the
            first period), `calibrated` (false: without labelled messages the level is an index and carries no
            interval), `complete`.

        Raises:
            OptionError: an option has a value that it cannot take, or `by` names no column.

        Example:
            >>> import commonweal as cw
            >>> cw.datasets.simulate(members=60, days=60).sentiment.trend(every="1mo")["calibrated"].any()
            False
        """
        return self._compute(
            "sentiment.trend",
            every=every,
            model=model,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
