"""`community.adoption.diffusion`."""

from collections.abc import Sequence

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import Activity, By, DiffusionMethod, Every, Role


class Diffusion(Family):
    """How many will ever take part, and do they come by themselves or after others?"""

    __slots__ = ()

    def diffusion(
        self,
        *,
        every: Every = "1mo",
        activity: Activity = "contributing",
        method: DiffusionMethod = "likelihood",
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """How many will ever take part, and do they come by themselves or after others?

        The Bass model: expected first uses of period t = m (F(t) − F(t−1)), with
        F(t) = (1 − e^(−(p+q)t)) / (1 + (q/p) e^(−(p+q)t)), fitted to the complete periods since the first use.

        Args:
            every: Length of a period, which is the unit of time of `p` and `q`.
            activity: `"contributing"`: posts, replies, reactions, edits; `"present"`: any act, and needs events with
                views.
            method: `"likelihood"`, for counts; `"least_squares"`, as textbooks publish.
            by: Dimension columns to group by; a first use is then the first in the group.
            bots: Count bots too.
            roles: Count only members of these roles.
            min_group: Suppress groups with fewer distinct members than this (0: none).
            confidence: Level of the intervals; of the test whether there is a ceiling where it is above 0.99.

        Returns:
            One row per group: the `by` columns, `adopters` (members so far), `periods` (complete ones),
            `p` (innovation), `q` (imitation), `ceiling` (members), each with `_low` and `_high` (profile likelihood),
            `dispersion` (variance over mean of the counts; of least squares: the variance),
            `peak` (date: start of the period with the most expected first uses; null where they only fall),
            `declined` (why a group has no model).

        Raises:
            DeclinedError: no group determines a ceiling, or has enough periods and members.
            OptionError: an option has a value that it cannot take; `by` names no column; `activity="present"` where the
                events have no views.

        Example:
            >>> from datetime import datetime, timedelta, timezone
            >>> import polars as pl
            >>> import commonweal as cw
            >>> weekly = [3, 5, 8, 13, 19, 25, 29, 28, 23, 17, 11, 7, 4, 2, 1, 1]  # first posts of ever other members
            >>> weeks = [week for week, members in enumerate(weekly) for _ in range(members)]
            >>> start = datetime(2026, 1, 5, tzinfo=timezone.utc)
            >>> posts = pl.DataFrame({
            ...     "time": [start + timedelta(weeks=week, hours=1) for week in weeks],
            ...     "member": [f"m{i}" for i in range(len(weeks))],
            ...     "kind": "post",
            ... })
            >>> fit = cw.Community(posts, as_of=start + timedelta(weeks=16)).adoption.diffusion(every="1w")
            >>> round(fit["ceiling"].item())
            196
        """
        return self._compute(
            "adoption.diffusion",
            every=every,
            activity=activity,
            method=method,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
