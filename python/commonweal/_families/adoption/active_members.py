"""`community.adoption.active_members`."""

from collections.abc import Sequence

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import Activity, By, Every, Role


class ActiveMembers(Family):
    """How many members are active, and which share of those who could be?"""

    __slots__ = ()

    def active_members(
        self,
        *,
        every: Every | None = "1w",
        activity: Activity = "contributing",
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """How many members are active, and which share of those who could be?

        active = distinct members with a qualifying act in the period; adoption_rate = active ∩ eligible / eligible.

        Args:
            every: Length of a period; None for the whole span as one.
            activity: `"contributing"`: posts, replies, reactions, edits; `"present"`: any act, and needs events with
                views.
            by: Dimension columns to group by.
            bots: Count bots too.
            roles: Count only members of these roles.
            min_group: Suppress groups with fewer distinct members than this (0: none).
            confidence: Level of the intervals.

        Returns:
            One row per period and group:
            `period` (date), the `by` columns,
            `active`, `new` (members whose first qualifying act ever is in the period),
            `eligible` (members joined and not left at the period's end; null without a members table),
            `adoption_rate` with `adoption_rate_low` and `adoption_rate_high` (0 to 1, Wilson; null where
            nobody is eligible),
            `complete` (false where `as_of` cuts the period short).

        Raises:
            OptionError: an option has a value that it cannot take; `by` names no column; `activity="present"` where the
                events hold no views.

        Example:
            >>> import commonweal as cw
            >>> c = cw.datasets.simulate(members=60, days=60)
            >>> c.adoption.active_members(every="1mo").columns[:4]
            ['period', 'active', 'new', 'eligible']
        """
        return self._compute(
            "adoption.active_members",
            every=every,
            activity=activity,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
