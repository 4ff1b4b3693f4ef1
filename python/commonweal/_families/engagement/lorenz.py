"""`community.engagement.lorenz`."""

from collections.abc import Sequence

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import By, Every, Role


class Lorenz(Family):
    """Which share of the contributions do the least active half, or nine tenths, make?"""

    __slots__ = ()

    def lorenz(
        self,
        *,
        every: Every | None = None,
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """Which share of the contributions do the least active half, or nine tenths, make?

        The Lorenz curve: of the members who contributed, in ascending order of how often, the share that the first k of
        n make. Twice the area between it and the diagonal is `gini` of `engagement.inequality`.

        Args:
            every: Length of a period, or None for the whole span as one.
            by: Dimension columns to group by.
            bots: Count bots too.
            roles: Count only members of these roles.
            min_group: Suppress groups with fewer distinct contributors than this (0: none).
            confidence: Taken for uniformity; the curve carries no interval.

        Returns:
            One row for each distinct number of contributions in a period and group, and one for (0, 0): `period`
            (date), the `by` columns, `contributions` (of each of these members; 0 in the first row), `members` (who
            made exactly so many), `members_share` (of the members, who made so many or fewer), `contributions_share`
            (of all contributions, which they made; both 0 to 1), `complete`.

        Raises:
            OptionError: an option has a value that it cannot take, or `by` names no column.

        Example:
            >>> import commonweal as cw
            >>> curve = cw.datasets.simulate(members=60, days=60).engagement.lorenz()
            >>> curve.select("members_share", "contributions_share").rows()[:: curve.height - 1]
            [(0.0, 0.0), (1.0, 1.0)]
        """
        return self._compute(
            "engagement.lorenz",
            every=every,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
