"""`community.response.first_response`."""

from collections.abc import Sequence

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import By, Every, Hours, Per, Responder, Role, Within


class FirstResponse(Family):
    """How long does a post wait for its first answer, and which share is answered in time?"""

    __slots__ = ()

    def first_response(
        self,
        *,
        within: Within = "1h",
        responder: Responder = "any",
        per: Per = "post",
        questions_only: bool = False,
        hours: Hours | None = None,
        every: Every | None = None,
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """How long does a post wait for its first answer, and which share is answered in time?

        Kaplan–Meier over all posts: S(t) = Π (1 − responded / at risk); a quantile is the smallest t with S(t) ≤ 1 − q;
        attained = 1 − S(within).

        Args:
            within: One or more targets, such as `"1h"` or `["1h", "1d"]`; one row for each. With `hours`, `"1h"` is one
                open hour and `"1d"` 24 of them, not a working day.
            responder: Whose reply counts: `"any"`, `"staff"` or `"peer"`.
            per: What waits: each `"post"`, or each `"turn"`, that is, each time an asker writes again after an answer.
            questions_only: Count only messages that ask; those without text are left out, as nobody can tell.
            hours: Count the open time of these business hours only, in all durations; None counts every hour.
            every: Length of a period (by the time of the post), or None for the whole span as one.
            by: Dimension columns to group by.
            bots: Count posts of bots too.
            roles: Count only posts by members of these roles.
            min_group: Suppress groups with fewer distinct members than this (0: none).
            confidence: Level of the intervals.

        Returns:
            One row per period, group and target: `period` (date), the `by` columns, `within` (duration),
            `n`, `answered`, `unanswered` (posts, or turns),
            `without_text` (posts left out, as nobody can tell whether they ask; with `questions_only`),
            `median`, `p75`, `p90` (durations, with `_low` and `_high`; null where the curve does not reach them),
            `attained` (0 to 1, with `_low` and `_high`, Greenwood on the log-log scale; null where no post was still
            unanswered and watched at `within`, and the curve had not come down to 0 before),
            `attained_due` (answered in time / due, with `_low` and `_high`, Wilson; null where nothing is due),
            `answered_median` (duration: the naive figure over the answered posts alone, for comparison),
            `team_clock` (posts measured on the team's clock as the member's zone is not known; only where `hours` is on
            a member's clock), `complete`.

        Raises:
            OptionError: an option has a value that it cannot take, or `by` names no column,
                or `questions_only` where there is no text.

        Example:
            >>> import commonweal as cw, polars as pl
            >>> from datetime import datetime, timezone
            >>> at = lambda hour: datetime(2026, 1, 5, hour, tzinfo=timezone.utc)
            >>> events = pl.DataFrame({
            ...     "time": [at(9), at(10), at(11)], "member": ["a", "b", "c"], "kind": ["post", "reply", "post"],
            ...     "thread": ["1", "1", "2"],
            ... })
            >>> table = cw.Community(events, as_of=at(12)).response.first_response(within="1h")
            >>> table.select("n", "answered", "unanswered", "attained").row(0)
            (2, 1, 1, 0.5)
        """
        return self._compute(
            "response.first_response",
            within=within,
            responder=responder,
            per=per,
            questions_only=questions_only,
            hours=hours,
            every=every,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
