"""`community.engagement.conversations`."""

from collections.abc import Sequence
from datetime import timedelta

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import By, Every, Role


class Conversations(Family):
    """Do people talk with each other, and how far do conversations go?"""

    __slots__ = ()

    def conversations(
        self,
        *,
        every: Every | None = None,
        within: str | timedelta | None = None,
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """Do people talk with each other, and how far do conversations go?

        A reply lies one deeper than what it answers, and one below the opening post where it does not say. A thread is
        two-way where its opener writes again after another's reply. turn_taking = messages by another author than the
        one before them in their thread / messages that have one before.

        Args:
            every: Length of a period (by the time of the opening post), or None for the whole span as one.
            within: Each thread as it was so long after its opening (`"7d"`); threads opened later than that before the
                end of observation are left out. None: as all are at the end of observation.
            by: Dimension columns to group by (of the opening post).
            bots: Count messages of bots too. A bot's reply never answers.
            roles: Count only threads opened by members of these roles.
            min_group: Suppress groups with fewer distinct openers than this (0: none).
            confidence: Level of the intervals.

        Returns:
            One row per period and group with a thread: `period` (date), the `by` columns, `threads`, `replies` (in all
            of them), `participants_mean` (known authors, the opener among them), `depth_mean`, `depth_max` (replies
            from the opening post down), `breadth_mean` (the most replies at one depth), `answered_share` (of the
            threads, by another person), `two_way_share` (of those with a known opener), `turn_taking` (these three 0
            to 1, with `_low` and `_high`, null without a denominator), `duration_median` (from the opening post to the
            last message, of threads with more than one), `complete`.

        Raises:
            OptionError: an option has a value that it cannot take, or `by` names no column.

        Example:
            >>> import commonweal as cw
            >>> row = cw.datasets.simulate(members=60, days=60).engagement.conversations().row(0, named=True)
            >>> row["two_way_share"] <= row["answered_share"]
            True
        """
        return self._compute(
            "engagement.conversations",
            every=every,
            within=within,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
