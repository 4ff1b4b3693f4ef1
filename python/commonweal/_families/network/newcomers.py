"""`community.network.newcomers`."""

from collections.abc import Sequence

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import By, Every, Role, TiedBy, Within


class Newcomers(Family):
    """How long does it take newcomers to be tied to one, three, five others?"""

    __slots__ = ()

    def newcomers(
        self,
        *,
        k: int | Sequence[int] = (1, 3, 5),
        tied_by: TiedBy = "either",
        reactions: bool = False,
        within: Within = ("7d", "30d"),
        every: Every | None = None,
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """How long does it take newcomers to be tied to one, three, five others?

        Kaplan–Meier of the first tie with the k-th distinct partner − the first contribution (post, reply, reaction);
        a newcomer without k partners is censored at the end of observation. Ties are those of `network.edges`.

        Args:
            k: One or more numbers of partners; a row for each.
            tied_by: `"answered"`: somebody answers a message of theirs; `"answering"`: they answer one of somebody's;
                `"either"`.
            reactions: Reactions tie too.
            within: One or more targets, such as `"7d"`; a row for each.
            every: Length of a period of the first contribution, or None for the whole span as one.
            by: Dimension columns to group by, as they were at the first contribution.
            bots: Count bots too, as newcomers and as partners.
            roles: Count only newcomers who began in these roles; partners may have any.
            min_group: Suppress groups with fewer distinct members than this (0: none).
            confidence: Level of the intervals.

        Returns:
            One row per period of the first contribution, group, `k` and target: `period` (date), the `by` columns, `k`
            (partners), `within` (duration), `n`, `tied`, `censored` (members), `p25`, `median`, `p75` (durations, with
            `_low` and `_high`; null where the curve does not reach them), `attained` (share tied within the target,
            with `_low` and `_high`, Greenwood on the log-log scale), `complete`.

        Raises:
            OptionError: an option has a value that it cannot take, or `by` names no column.

        Example:
            >>> import commonweal as cw
            >>> ties = cw.datasets.simulate(members=200, days=120).network.newcomers(within="30d")
            >>> ties["k"].to_list(), ties["attained"].is_sorted(descending=True)
            ([1, 3, 5], True)
        """
        return self._compute(
            "network.newcomers",
            k=k,
            tied_by=tied_by,
            reactions=reactions,
            within=within,
            every=every,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
