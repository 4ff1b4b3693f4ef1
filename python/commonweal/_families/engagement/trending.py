"""`community.engagement.trending`."""

from collections.abc import Sequence
from datetime import timedelta

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import By, Role


class Trending(Family):
    """Which threads are talked in more than usual for their channel and hour?"""

    __slots__ = ()

    def trending(
        self,
        *,
        window: str | timedelta = "7d",
        history: str | timedelta = "364d",
        top: int = 20,
        authors: int = 3,
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """Which threads are talked in more than usual for their channel and hour?

        surprise = −log₁₀ P(Y ≥ y): y messages follow a thread's first one in the window; Y is negative binomial, its
        mean and spread those of the channel's own past windows, on a clock that runs as messages come by weekday and
        hour. A talk at 3 a.m. in a quiet channel beats one that is usual at noon in a loud one.

        Args:
            window: How long the last window is, and those of the past that it is held against.
            history: How far before the window the past is looked at, in whole windows.
            top: The most threads to list, in each group.
            authors: Leave out threads of fewer distinct authors.
            by: Dimension columns to group by; each group has its own list.
            bots: Count messages of bots too.
            roles: Count only messages by members of these roles.
            min_group: Hide the rows of groups with fewer distinct members than this (0: none).
            confidence: Taken for uniformity; the list carries no interval.

        Returns:
            At most `top` rows per group, the most surprising first: the `by` columns, `thread`, `channel`, `opener`
            (title of the opening post, else the start of its text), `messages`, `authors` (distinct members with a
            message that is no self-reply), `expected` (messages), `surprise` (2 is one thread in a hundred, 3 in a
            thousand), `first_activity`, `last_activity` (UTC, in the window).

        Raises:
            OptionError: an option has a value that it cannot take, or `by` names no column.
            DeclinedError: the messages are in no threads, or fewer than 10 threads were active in whole windows before.

        Example:
            >>> import commonweal as cw
            >>> table = cw.datasets.simulate(members=300, days=200, seed=7).engagement.trending(top=3)
            >>> table["surprise"].is_sorted(descending=True)
            True
        """
        return self._compute(
            "engagement.trending",
            window=window,
            history=history,
            top=top,
            authors=authors,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
