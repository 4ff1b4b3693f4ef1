"""`community.response.incidence`."""

from collections.abc import Sequence

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import By, Role


class Incidence(Family):
    """Who will have answered by when: staff, or peers?"""

    __slots__ = ()

    def incidence(
        self,
        *,
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """Who will have answered by when: staff, or peers?

        F(t) = Σ over the times up to t of S before × responded / at risk, who answers first ending the wait
        (Aalen-Johansen). The shares of all roles and that of the posts that still wait add up to 1.

        Args:
            by: Dimension columns to group by.
            bots: Count bots as responders too, and posts of bots.
            roles: Count only posts by members of these roles.
            min_group: Suppress groups with fewer distinct members than this (0: none).
            confidence: Level of the intervals.

        Returns:
            One row per group, role and time, the first at time 0: the `by` columns, `responder_role` (`"staff"`,
            `"peer"`: a person who is not staff, and with `bots` `"bot"`), `time` (duration since the post), `at_risk`,
            `responded` (first, by this role), `censored` (posts), `incidence` (0 to 1, with `_low` and `_high`,
            Greenwood for competing risks, log-log).

        Raises:
            OptionError: an option has a value that it cannot take, or `by` names no column.

        Example:
            >>> import commonweal as cw, polars as pl
            >>> response = cw.datasets.simulate(members=60, days=60).response
            >>> by_now = response.incidence().group_by("responder_role").agg(pl.col("incidence").last())
            >>> waiting = response.curve()["survival"][-1]
            >>> round(by_now["incidence"].sum() + waiting, 9)
            1.0
        """
        return self._compute(
            "response.incidence", by=by, bots=bots, roles=roles, min_group=min_group, confidence=confidence
        )
