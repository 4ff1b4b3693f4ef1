"""`community.engagement.rhythm`."""

from collections.abc import Sequence

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import By, Role


class Rhythm(Family):
    """On which days and at which hours is the community awake?"""

    __slots__ = ()

    def rhythm(
        self,
        *,
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """On which days and at which hours is the community awake?

        Posts, replies and reactions by weekday and hour, on the clock of the community's zone, summer time included.

        Args:
            by: Dimension columns to group by.
            bots: Count bots too.
            roles: Count only members of these roles.
            min_group: Suppress groups with fewer distinct members than this (0: none).
            confidence: Level of the intervals.

        Returns:
            168 rows per group: the `by` columns, `weekday` (1 Monday to 7 Sunday), `hour` (0 to 23), `contributions`,
            `contributors` (distinct members), `share` (of all contributions of the group, with `_low` and `_high`,
            Wilson). Acts whose time is that of their parent, or of a day only, are left out.

        Raises:
            OptionError: an option has a value that it cannot take, or `by` names no column.

        Example:
            >>> import commonweal as cw
            >>> rhythm = cw.datasets.simulate(members=60, days=60).engagement.rhythm()
            >>> rhythm.height, round(rhythm["share"].sum(), 6)
            (168, 1.0)
        """
        return self._compute(
            "engagement.rhythm",
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
