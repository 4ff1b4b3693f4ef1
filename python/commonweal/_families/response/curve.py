"""`community.response.curve`."""

from collections.abc import Sequence

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import By, Hours, Per, Responder, Role


class Curve(Family):
    """Which share of posts still waits for an answer after a minute, an hour, a day?"""

    __slots__ = ()

    def curve(
        self,
        *,
        responder: Responder = "any",
        per: Per = "post",
        questions_only: bool = False,
        hours: Hours | None = None,
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """Which share of posts still waits for an answer after a minute, an hour, a day?

        S(t) = Π over the times up to t of (1 − responded / at risk) (Kaplan–Meier).

        Args:
            responder: Whose reply counts: `"any"`, `"staff"` or `"peer"`.
            per: What waits: each `"post"`, or each `"turn"`, that is, each time an asker writes again after an answer.
            questions_only: Count only messages that ask; those without text are left out, as nobody can tell.
            hours: Count the open time of these business hours only, in all durations; None counts every hour.
            by: Dimension columns to group by.
            bots: Count posts of bots too.
            roles: Count only posts by members of these roles.
            min_group: Suppress groups with fewer distinct members than this (0: none).
            confidence: Level of the intervals.

        Returns:
            One row per group and time, the first at time 0: the `by` columns, `time` (duration since the post),
            `at_risk`, `responded`, `censored` (posts), `survival` (0 to 1) with `low` and `high` (Greenwood, log-log),
            `cumulative_hazard` (0 and more, Nelson-Aalen, with `_low` and `_high`): where it is steep, those who still
            wait are answered at a high rate; where it is flat, nobody comes any more.

        Raises:
            OptionError: an option has a value that it cannot take, or `by` names no column,
                or `questions_only` where there is no text.

        Example:
            >>> import commonweal as cw
            >>> cw.datasets.simulate(members=60, days=60).response.curve()["survival"][0]
            1.0
        """
        return self._compute(
            "response.curve",
            responder=responder,
            per=per,
            questions_only=questions_only,
            hours=hours,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
