"""`community.adoption.diffusion_curve`."""

from collections.abc import Sequence

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import Activity, By, DiffusionMethod, Every, Role


class DiffusionCurve(Family):
    """How many have ever taken part, and how many will have?"""

    __slots__ = ()

    def diffusion_curve(
        self,
        *,
        every: Every = "1mo",
        forecast: int = 12,
        activity: Activity = "contributing",
        method: DiffusionMethod = "likelihood",
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """How many have ever taken part, and how many will have?

        The curve of the Bass model of `diffusion`: m F(t) in complete periods, and in later ones the members so far
        with those that the model expects after them.

        Args:
            every: Length of a period.
            forecast: Periods to come, after the one that observation ends in.
            activity: `"contributing"`: posts, replies, reactions, edits; `"present"`: any act, and needs events with
                views.
            method: `"likelihood"`, for counts; `"least_squares"`, as textbooks publish.
            by: Dimension columns to group by; a first use is then the first in the group.
            bots: Count bots too.
            roles: Count only members of these roles.
            min_group: Suppress groups with fewer distinct members than this (0: none).
            confidence: Level of the intervals; of the test whether there is a ceiling where it is above 0.99.

        Returns:
            One row per period and group, from the period of the group's first use: `period` (date), the `by` columns,
            `adopters` (members with their first use in it), `cumulative` (so far; both null in periods to come),
            `expected` (cumulative, by the model) with `expected_low` and `expected_high` (of the mean in complete
            periods, of the count itself in later ones), `forecast` (whether the model has not seen the period),
            `complete`.

        Raises:
            DeclinedError: no group determines a ceiling, or has enough periods and members.
            OptionError: an option has a value that it cannot take; `by` names no column; `activity="present"` where the
                events have no views.

        Example:
            >>> from datetime import datetime, timedelta, timezone
            >>> import polars as pl
            >>> import commonweal as cw
            >>> weekly = [3, 5, 8, 13, 19, 25, 29, 28, 23, 17, 11, 7, 4, 2, 1, 1]
            >>> weeks = [week for week, members in enumerate(weekly) for _ in range(members)]
            >>> start = datetime(2026, 1, 5, tzinfo=timezone.utc)
            >>> posts = pl.DataFrame({
            ...     "time": [start + timedelta(weeks=week, hours=1) for week in weeks],
            ...     "member": [f"m{i}" for i in range(len(weeks))],
            ...     "kind": "post",
            ... })
            >>> community = cw.Community(posts, as_of=start + timedelta(weeks=10))
            >>> curve = community.adoption.diffusion_curve(every="1w", forecast=5)
            >>> curve.filter("forecast").select(pl.col("expected").round()).to_series().to_list()[-1]
            195.0
        """
        return self._compute(
            "adoption.diffusion_curve",
            every=every,
            forecast=forecast,
            activity=activity,
            method=method,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
