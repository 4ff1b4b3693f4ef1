"""Who takes part, and whether they come back."""

from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import Activity, By, Every, Role


class Adoption(Family):
    """Who takes part, and whether they come back: `community.adoption`."""

    name: ClassVar[str] = "adoption"

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
        """How many members take part, and which share of those who could?

        active = distinct members with a qualifying act in the period; adoption_rate = active ∩ eligible / eligible.

        Args:
            every: Length of a period; None for the whole span as one.
            activity: `"contributing"` counts posts, replies and reactions; `"present"` any act.
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
            OptionError: an option has a value that it cannot take, or `by` names no column.

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
        """How many members are active on a day, in a week, in a month, and how often do they come?

        dau = active on the day; wau = active in the 7 days up to it; mau = active in the window up to it;
        stickiness = dau / mau.

        Args:
            window: The trailing window of `mau`, in whole days.
            activity: `"contributing"` counts posts, replies and reactions; `"present"` any act.
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
            OptionError: an option has a value that it cannot take, or `by` names no column.

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
        """Where do the active members of a period come from, and how many are lost?

        active = active before + new + resurrected − churned; quick_ratio = (new + resurrected) / churned.

        Args:
            every: Length of a period.
            activity: `"contributing"` counts posts, replies and reactions; `"present"` any act.
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
            OptionError: an option has a value that it cannot take, or `by` names no column.

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
