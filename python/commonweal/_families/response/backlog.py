"""`community.response.backlog`."""

from collections.abc import Sequence

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import By, Every, Hours, Per, Responder, Role, Within


class Backlog(Family):
    """How many posts wait for an answer at the end of each period, and how long have they waited?"""

    __slots__ = ()

    def backlog(
        self,
        *,
        every: Every = "1w",
        within: Within = "1d",
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
        """How many posts wait for an answer at the end of each period, and how long have they waited?

        open(T) = posts asked by T and not answered by T, at each period's end T or at `as_of` where that is earlier; a
        post answered later was open then. age = T − asked.

        Args:
            every: Length of a period.
            within: One or more ages, such as `"1d"` or `["1d", "7d"]`; one row for each.
            responder: Whose reply counts: `"any"`, `"staff"` or `"peer"`.
            per: What waits: each `"post"`, or each `"turn"`, that is, each time an asker writes again after an answer.
            questions_only: Count only messages that ask; those without text are left out, as nobody can tell.
            hours: Count the open time of these business hours only, in ages and `within`; on the team's clock.
            by: Dimension columns to group by.
            bots: Count posts of bots too.
            roles: Count only posts by members of these roles.
            min_group: Suppress groups in which fewer distinct members have an open post at the period's end (0: none).
            confidence: Level of the intervals.

        Returns:
            One row per period, group and age: `period` (date), the `by` columns, `within` (duration), `open` (posts),
            `age_median`, `age_p90` (durations, null where none is open; quantiles as numpy's and pandas'),
            `older_than` (posts older than `within`), `older_than_share` (of the open, 0 to 1, with `_low` and `_high`,
            Wilson; null where none is open), `complete`.

        Raises:
            OptionError: an option has a value that it cannot take, `by` names no column, `questions_only` where there
                is no text, or `hours` on the clock of a member.

        Example:
            >>> import commonweal as cw, polars as pl
            >>> from datetime import datetime, timezone
            >>> at = lambda day: datetime(2026, 1, day, 9, tzinfo=timezone.utc)
            >>> events = pl.DataFrame({
            ...     "time": [at(5), at(13), at(14)], "member": ["a", "b", "c"], "kind": ["post", "reply", "post"],
            ...     "thread": ["1", "1", "2"],
            ... })
            >>> table = cw.Community(events, as_of=at(16)).response.backlog()
            >>> table.select("open", "older_than", "complete").rows()
            [(1, 1, True), (1, 1, False)]
        """
        return self._compute(
            "response.backlog",
            every=every,
            within=within,
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
