"""`community.network.bridges`."""

from collections.abc import Sequence
from datetime import timedelta

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import By, Role


class Bridges(Family):
    """Who ties units together, and what would be lost without them?"""

    __slots__ = ()

    def bridges(
        self,
        *,
        unit: str = "department",
        top: int | None = 20,
        reactions: bool = False,
        half_life: str | timedelta | None = None,
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """Who ties units together, and what would be lost without them?

        Acts between members of different units, and the members at their ends; with Burt's constraint: the lower, the
        more of their contacts have nothing to do with each other.

        Args:
            unit: The column of the members or the affiliations that tells their unit.
            top: So many members of each group; None for all.
            reactions: Reactions tie too, to the author of what they are on.
            half_life: An act weighs half after this time (`"90d"`), by days until the end of observation; None: never.
            by: Dimension columns to group by: those of the act.
            bots: Count bots too, at both ends of a tie.
            roles: Only ties between members of these roles.
            min_group: Suppress groups in which fewer distinct members than this are tied (0: none).
            confidence: Taken for uniformity; there are no intervals.

        Returns:
            One row per group and member with a tie to another unit: the `by` columns, `rank`, `member`, `unit`,
            `across` (acts from and to other units), `units` (others reached), `share` (of all acts between units; they
            sum to 2, as each has two ends), `sole` (pairs of units that are tied by this member alone), `constraint`,
            `effective_size` (Burt 1992, over all ties of the member).

        Raises:
            OptionError: an option has a value that it cannot take, or `by` or `unit` names no column.

        Example:
            >>> import commonweal as cw
            >>> bridges = cw.datasets.simulate(members=300, days=180, seed=1).network.bridges(top=3)
            >>> bridges["rank"].to_list(), bool(bridges["share"].is_sorted(descending=True))
            ([1, 2, 3], True)
        """
        return self._compute(
            "network.bridges",
            unit=unit,
            top=top,
            reactions=reactions,
            half_life=half_life,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
