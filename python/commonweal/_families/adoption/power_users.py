"""`community.adoption.power_users`."""

from collections.abc import Sequence
from datetime import timedelta

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import Activity, By, Every, Role


class PowerUsers(Family):
    """Do members come once, or nearly every day?"""

    __slots__ = ()

    def power_users(
        self,
        *,
        every: Every | None = None,
        window: str | timedelta = "28d",
        activity: Activity = "contributing",
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """Do members come once, or nearly every day?

        members(j) = members active on exactly j days of the window (L28; with `window="7d"`, L7); share = members(j)
        / all active in the window.

        Args:
            every: One window at the end of each such period; None for the one that ends at `as_of`.
            window: The window, in whole days, up to a year.
            activity: `"contributing"`: posts, replies, reactions, edits; `"present"`: any act, and needs events with
                views.
            by: Dimension columns to group by.
            bots: Count bots too.
            roles: Count only members of these roles.
            min_group: Suppress groups with fewer distinct members than this (0: none).
            confidence: Level of the intervals.

        Returns:
            One row per period, group and number of days: `period` (date, with `every`), the `by` columns,
            `days` (1 to the length of the window), `members`, `share` with `share_low` and `share_high` (0 to 1,
            Wilson; null where nobody was active in the window), `complete` (with `every`).

        Raises:
            OptionError: an option has a value that it cannot take; `by` names no column; `activity="present"` where the
                events hold no views.

        Example:
            >>> import commonweal as cw
            >>> table = cw.datasets.simulate(members=60, days=60).adoption.power_users(window="7d")
            >>> table["days"].to_list()
            [1, 2, 3, 4, 5, 6, 7]
        """
        return self._compute(
            "adoption.power_users",
            every=every,
            window=window,
            activity=activity,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
