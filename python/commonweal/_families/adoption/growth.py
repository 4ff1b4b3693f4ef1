"""`community.adoption.growth`."""

from collections.abc import Sequence

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import Activity, By, Every, Role


class Growth(Family):
    """Do we gain more active members than we lose?"""

    __slots__ = ()

    def growth(
        self,
        *,
        every: Every = "1w",
        activity: Activity = "contributing",
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """Do we gain more active members than we lose?

        active = active before + new + resurrected − churned; quick_ratio = (new + resurrected) / churned.

        Args:
            every: Length of a period.
            activity: `"contributing"`: posts, replies, reactions, edits; `"present"`: any act, and needs events with
                views.
            by: Dimension columns to group by.
            bots: Count bots too.
            roles: Count only members of these roles.
            min_group: Suppress groups with fewer distinct members than this (0: none).
            confidence: Taken for uniformity; counts carry no interval.

        Returns:
            One row per period and group: `period` (date), the `by` columns, `active`, `new` (first ever),
            `retained` (active in the period before), `resurrected` (active earlier, not in the period before),
            `churned` (active in the period before, not in this one),
            `quick_ratio` (null where nobody churned), `complete`.

        Raises:
            OptionError: an option has a value that it cannot take; `by` names no column; `activity="present"` where the
                events hold no views.

        Example:
            >>> import commonweal as cw
            >>> growth = cw.datasets.simulate(members=60, days=90).adoption.growth(every="1mo")
            >>> (growth["active"] == growth["new"] + growth["retained"] + growth["resurrected"]).all()
            True
        """
        return self._compute(
            "adoption.growth",
            every=every,
            activity=activity,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
