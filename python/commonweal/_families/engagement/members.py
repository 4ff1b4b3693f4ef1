"""`community.engagement.members`."""

from collections.abc import Sequence

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import By, Role


class Members(Family):
    """Who does what, how steadily, and what comes back to them?"""

    __slots__ = ()

    def members(
        self,
        *,
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """Who does what, how steadily, and what comes back to them?

        contributions = posts + replies + reactions + edits; an active day has a contribution, a streak is active days
        in a row. A reply is received by the author of what it answers, or of the opening post where it does not say.

        Args:
            by: Dimension columns to group by.
            bots: List bots, and count what they give, too.
            roles: List only members of these roles. From whom they received does not matter.
            min_group: Name nobody in groups of fewer distinct members than this (0: none). In larger groups each row is
                about one person.
            confidence: Taken for uniformity; counts carry no interval.

        Returns:
            One row per group and member, those with the most contributions first: the `by` columns, `member`,
            `first_active`, `last_active` (times of the first and last contribution, null without any), `active_days`,
            `contributions`, `posts`, `replies`, `reactions`, `views`, `shares`, `edits`, `other_acts` (joining,
            resolving and so on), `replies_received`, `reactions_received` (of others), `longest_streak` and
            `current_streak` (days; up to the day that observation ends in, or the day before).

        Raises:
            OptionError: an option has a value that it cannot take, or `by` names no column.

        Example:
            >>> import commonweal as cw
            >>> community = cw.datasets.simulate(members=60, days=60)
            >>> table = community.engagement.members()
            >>> table["contributions"].sum() == community.engagement.inequality()["contributions"].item()
            True
        """
        return self._compute(
            "engagement.members",
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
