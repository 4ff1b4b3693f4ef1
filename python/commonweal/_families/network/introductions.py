"""`community.network.introductions`."""

from collections.abc import Sequence

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import By, Role


class Introductions(Family):
    """Who should get to know whom?"""

    __slots__ = ()

    def introductions(
        self,
        *,
        top: int = 20,
        unit: str | None = None,
        reactions: bool = False,
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """Who should get to know whom?

        Pairs that have not answered each other yet, know the same people and write about the same things: score =
        Adamic–Adar · recency of both · (0.2 + cosine of their channels + cosine of the terms of their threads). How
        often such pairs meet by themselves later is measured in the docs.

        Args:
            top: So many pairs of each group.
            unit: A column of the members, such as a department: only pairs across it.
            reactions: Reactions tie too, so that who has reacted to another needs no introduction.
            by: Dimension columns to group by: those of the act.
            bots: Count bots too.
            roles: Only members of these roles.
            min_group: Suppress groups in which fewer distinct members than this are tied (0: none).
            confidence: Taken for uniformity; there are no intervals.

        Returns:
            One row per group and pair, the best first: the `by` columns, `rank`, `member_a`, `member_b` (with `unit`:
            `unit_a`, `unit_b`), `score` (its order is what it says), `common` (contacts of both), `through` (up to
            three of them, who know the fewest others), `channels` (up to three shared), `terms` (up to five shared).

        Raises:
            OptionError: an option has a value that it cannot take, or `by` or `unit` names no column.

        Example:
            >>> import commonweal as cw
            >>> pairs = cw.datasets.simulate(members=200, days=180).network.introductions(unit="department", top=3)
            >>> pairs["rank"].to_list(), bool((pairs["unit_a"] != pairs["unit_b"]).all())
            ([1, 2, 3], True)
        """
        return self._compute(
            "network.introductions",
            top=top,
            unit=unit,
            reactions=reactions,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
