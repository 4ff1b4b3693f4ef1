"""`community.adoption.rolling_active`."""

from collections.abc import Sequence
from datetime import timedelta

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import Activity, By, Role


class RollingActive(Family):
    """How many come by the day, the week, the month, and how often do they come back?"""

    __slots__ = ()

    def rolling_active(
        self,
        *,
        window: str | timedelta = "28d",
        activity: Activity = "contributing",
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """How many come by the day, the week, the month, and how often do they come back?

        dau = active on the day; wau = active in the 7 days up to it; mau = active in the window up to it;
        stickiness = dau / mau.

        Args:
            window: The trailing window of `mau`, in whole days.
            activity: `"contributing"`: posts, replies, reactions, edits; `"present"`: any act, and needs events with
                views.
            by: Dimension columns to group by.
            bots: Count bots too.
            roles: Count only members of these roles.
            min_group: Suppress groups with fewer distinct members than this (0: none).
            confidence: Level of the intervals.

        Returns:
            One row per day and group: `period` (date), the `by` columns, `dau`, `wau`, `mau`,
            `stickiness` with `stickiness_low` and `stickiness_high` (0 to 1, Wilson; null where `mau` is 0),
            `complete`.

        Raises:
            OptionError: an option has a value that it cannot take; `by` names no column; `activity="present"` where the
                events hold no views.

        Example:
            >>> import commonweal as cw
            >>> c = cw.datasets.simulate(members=60, days=60)
            >>> c.adoption.rolling_active(window="28d").columns[:5]
            ['period', 'dau', 'wau', 'mau', 'stickiness']
        """
        return self._compute(
            "adoption.rolling_active",
            window=window,
            activity=activity,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
