"""`community.network.flow`."""

from collections.abc import Sequence

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import By, Every, Role


class Flow(Family):
    """Where do those who are active in one channel go next?"""

    __slots__ = ()

    def flow(
        self,
        *,
        unit: str = "channel",
        every: Every = "1mo",
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """Where do those who are active in one channel go next?

        share(a → b) = members active in a in a period and in b in the next / members active in a in a period, over all
        periods whose next one was observed to its end. Active is who contributes (post, reply, reaction, edit); who is
        active in several channels counts for each, so the shares of a source add up to more than 1.

        Args:
            unit: The column whose values people go between.
            every: Length of a period.
            by: Dimension columns to group by; the next period is looked at within the group.
            bots: Count bots too.
            roles: Count only members of these roles.
            min_group: Hide pairs that fewer distinct members made (0: none).
            confidence: Level of the intervals.

        Returns:
            One row per group and pair that anybody made: the `by` columns, `source`, `target` (null: active nowhere in
            the next period), `n` (members active in the source, counted in each period), `members` (of them, active in
            the target in the next), `share` (with `_low` and `_high`, Wilson), `moved` (of them, not in the target
            before), `share_of_all` (the same share of all who were active anywhere).

        Raises:
            OptionError: an option has a value that it cannot take, or a column is not there.

        Example:
            >>> import commonweal as cw, polars as pl
            >>> flow = cw.datasets.simulate(members=200, days=120).network.flow()
            >>> stay = flow.filter(pl.col("source") == pl.col("target"))
            >>> bool((stay["share"] >= stay["share_of_all"]).all())
            True
        """
        return self._compute(
            "network.flow",
            unit=unit,
            every=every,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
