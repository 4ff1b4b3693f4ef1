"""`community.engagement.recognition`."""

from collections.abc import Sequence
from datetime import timedelta

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import By, Every, Role


class Recognition(Family):
    """Who has reached what, and is to be cheered?"""

    __slots__ = ()

    def recognition(
        self,
        *,
        every: Every = "1w",
        counts: int | Sequence[int] = (1, 10, 100, 1_000, 10_000),
        streak_days: int | Sequence[int] = (7, 30, 100, 365),
        streak_weeks: int | Sequence[int] = (4, 13, 26, 52, 104),
        still_active: str | timedelta = "90d",
        records: Every | Sequence[Every] = ("1d", "1w", "1mo"),
        record_messages: int = 10,
        record_periods: int = 5,
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """Who has reached what, and is to be cheered?

        First post, reply and answer (the first to answer another's post); the n-th message, reply and answer; years of
        membership; days and weeks in a row with a contribution; records: more messages in a day, week or month than
        ever before, of a member and of all together.

        Args:
            every: Length of a period.
            counts: The numbers of messages, replies and answers that are milestones; 1 for first ones.
            streak_days: Days in a row that are a milestone.
            streak_weeks: Weeks in a row that are a milestone.
            still_active: An anniversary counts only for members active within this before it, in whole days.
            records: Of which periods records are kept; an empty list for none.
            record_messages: Messages that a record takes.
            record_periods: Earlier periods with a message that a record takes.
            by: Dimension columns to group by; milestones are then those within the group.
            bots: Cheer bots too.
            roles: Count only acts by members of these roles.
            min_group: Hide the rows of groups with fewer distinct active members in the period than this (0: none).
            confidence: Taken for uniformity; milestones carry no interval.

        Returns:
            One row per period, group, member and milestone, the greatest where several were reached: `period` (date),
            the `by` columns, `member` (null for records of all), `milestone` (`first_post`, `first_reply`,
            `first_answer`, `messages`, `replies`, `answers`, `membership_years`, `streak_days`, `streak_weeks`,
            `personal_record_day`, `team_record_day` and so on), `value` (how many), `date` (when it was reached),
            `reached_by` (members who have ever come as far; null for records of all), `complete`. Within a period,
            records of all come first, then what fewest have reached.

        Raises:
            OptionError: an option has a value that it cannot take, or `by` names no column.

        Example:
            >>> import commonweal as cw, polars as pl
            >>> from datetime import datetime, timezone
            >>> noon = datetime(2026, 1, 5, 12, tzinfo=timezone.utc)
            >>> events = pl.DataFrame({
            ...     "time": [noon, noon], "member": ["a", "b"], "kind": ["post", "reply"], "thread": ["1", "1"],
            ... })
            >>> cw.Community(events).engagement.recognition().select("member", "milestone").rows()
            [('b', 'first_answer'), ('a', 'first_post'), ('b', 'first_reply')]
        """
        return self._compute(
            "engagement.recognition",
            every=every,
            counts=counts,
            streak_days=streak_days,
            streak_weeks=streak_weeks,
            still_active=still_active,
            records=records,
            record_messages=record_messages,
            record_periods=record_periods,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
