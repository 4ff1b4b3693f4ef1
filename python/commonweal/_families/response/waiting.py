"""`community.response.waiting`."""

from collections.abc import Sequence

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import By, Hours, Per, Responder, Role


class Waiting(Family):
    """Which posts wait for an answer now, and will they get one?"""

    __slots__ = ()

    def waiting(
        self,
        *,
        top: int = 20,
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
        """Which posts wait for an answer now, and will they get one?

        The chance of an answer within the next h, given the wait so far: 1 − S(age + h) / S(age), with S the
        Kaplan–Meier curve of all posts (of the group, with `by`), answered or not.

        Args:
            top: The most posts to list, in each group.
            responder: Whose reply counts: `"any"`, `"staff"` or `"peer"`.
            per: What waits: each `"post"`, or each `"turn"`, that is, each time an asker writes again after an answer.
            questions_only: Count only messages that ask; those without text are left out, as nobody can tell.
            hours: Count the open time of these business hours only, in ages and chances; on the team's clock.
            by: Dimension columns to group by; each group has its own list and its own curve.
            bots: Count posts of bots too.
            roles: Count only posts by members of these roles.
            min_group: Hide the rows of groups in which fewer distinct members have posted, answered or not (0: none).
                It does not make the list anonymous: every row is one person's post.
            confidence: Level of the intervals.

        Returns:
            One row per open post, longest waiting first: the `by` columns, `id`, `thread`, `channel`, `text` (null
            where there is none), `asked` (UTC), `age` (duration), `chance_1h`, `chance_1d` (0 to 1, with `_low` and
            `_high`, Greenwood on the log-log scale; null where no post was still unanswered and watched after as long,
            and the curve had not come down to 0 before).

        Raises:
            OptionError: an option has a value that it cannot take, `by` names no column, `questions_only` where there
                is no text, or `hours` on the clock of a member.

        Example:
            >>> import commonweal as cw, polars as pl
            >>> from datetime import datetime, timezone
            >>> at = lambda hour: datetime(2026, 1, 5, hour, tzinfo=timezone.utc)
            >>> events = pl.DataFrame({
            ...     "time": [at(8), at(9), at(10), at(11)], "member": ["a", "b", "c", "a"],
            ...     "kind": ["post", "post", "reply", "post"], "thread": ["1", "2", "2", "3"],
            ... })
            >>> table = cw.Community(events, as_of=at(12)).response.waiting()
            >>> table.select("thread", "age", "chance_1h").rows()[0]
            ('1', datetime.timedelta(seconds=14400), None)
        """
        return self._compute(
            "response.waiting",
            top=top,
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
