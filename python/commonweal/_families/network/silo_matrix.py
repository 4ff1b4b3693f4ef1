"""`community.network.silo_matrix`."""

from collections.abc import Sequence
from datetime import timedelta

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import By, Every, Role


class SiloMatrix(Family):
    """Which unit answers which other, more or less than chance would have it?"""

    __slots__ = ()

    def silo_matrix(
        self,
        *,
        unit: str = "department",
        reactions: bool = False,
        half_life: str | timedelta | None = None,
        every: Every | None = None,
        shuffles: int = 1_000,
        seed: int = 0,
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """Which unit answers which other, more or less than chance would have it?

        The acts of the members of one unit on messages of members of another, against what they would be if every
        member answered and were answered as often as they were, but by whomever. z and p_value are of shuffles as in
        `silos`.

        Args:
            unit: The column of the members or the affiliations that tells their unit.
            reactions: Reactions tie too, to the author of what they are on.
            half_life: An act weighs half after this time (`"90d"`), by days until the end of observation; None: never.
                Not with `every`.
            every: Length of a period (by the time of the act), or None for the whole span as one.
            shuffles: How often the units are dealt anew, 100 or more.
            seed: The same seed deals the same.
            by: Dimension columns to group by: those of the act.
            bots: Count bots too, at both ends of a tie.
            roles: Only ties between members of these roles.
            min_group: Suppress pairs in which a unit has fewer distinct members (0: none).
            confidence: Taken for uniformity; there are no intervals.

        Returns:
            One row per period, group and pair of units: `period` (date), the `by` columns, `source` (who acts),
            `target` (on whose messages), `ties` (acts), `expected`, `ratio` = ties / expected, `z`, `p_value`,
            `complete`.

        Raises:
            OptionError: an option has a value that it cannot take, or `by` or `unit` names no column.

        Example:
            >>> import commonweal as cw
            >>> pairs = cw.datasets.simulate(members=300, days=180, seed=1).network.silo_matrix()
            >>> abs(pairs["ties"].sum() - pairs["expected"].sum()) < 1
            True
        """
        return self._compute(
            "network.silo_matrix",
            unit=unit,
            reactions=reactions,
            half_life=half_life,
            every=every,
            shuffles=shuffles,
            seed=seed,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
