"""`community.network.communities`."""

from collections.abc import Sequence
from datetime import timedelta

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import By, Role


class Communities(Family):
    """Which members talk with each other more than with others?"""

    __slots__ = ()

    def communities(
        self,
        *,
        resolution: float = 1.0,
        seed: int = 0,
        reactions: bool = False,
        half_life: str | timedelta | None = None,
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """Which members talk with each other more than with others?

        Communities by modularity, both directions of a tie summed, found by the Leiden algorithm (Traag, Waltman and
        van Eck 2019). It always finds some: compare `modularity` with `modularity_random`, that of random graphs in
        which every member has as many ties.

        Args:
            resolution: Above 1 for smaller communities, below for larger ones.
            seed: The same seed gives the same.
            reactions: Reactions tie too, to the author of what they are on.
            half_life: An act weighs half after this time (`"90d"`), by days until the end of observation; None: never.
            by: Dimension columns to group by: those of the act.
            bots: Count bots too, at both ends of a tie.
            roles: Only ties between members of these roles.
            min_group: Suppress groups in which fewer distinct members than this are tied (0: none).
            confidence: Taken for uniformity; there are no intervals.

        Returns:
            One row per group and member with a tie: the `by` columns, `member`, `community` (from 1, the largest
            first), `size` (members), `modularity`, `modularity_random` (both of the group).

        Raises:
            OptionError: an option has a value that it cannot take, or `by` names no column.

        Example:
            >>> import commonweal as cw
            >>> found = cw.datasets.simulate(members=300, days=180, seed=1).network.communities()
            >>> found["community"].min(), bool(found["size"].is_sorted(descending=True))
            (1, True)
        """
        return self._compute(
            "network.communities",
            resolution=resolution,
            seed=seed,
            reactions=reactions,
            half_life=half_life,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
