"""`community.adoption.activation`."""

from collections.abc import Sequence

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import Act, By, Every, Role, Within


class Activation(Family):
    """How long does it take those who join to contribute, and how many ever do?"""

    __slots__ = ()

    def activation(
        self,
        *,
        event: Act = "contribution",
        within: Within = "30d",
        every: Every | None = None,
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """How long does it take those who join to contribute, and how many ever do?

        Kaplan–Meier of first act − joining, over all members whose joining is known; those who have not acted are
        censored at leaving or at the end of observation. A member joined when the members table says (`joined`), else
        with their first event of kind join. An act before joining counts as one at joining; one after leaving not.

        Args:
            event: What activates: `"contribution"`, `"message"` or a kind such as `"post"`.
            within: One or more targets, such as `"7d"` or `["1d", "30d"]`; one row for each.
            every: Length of a period of joining, or None for the whole span as one.
            by: Columns of the members to group by, as they were at joining.
            bots: Count bots too.
            roles: Count only members who joined in these roles.
            min_group: Suppress groups with fewer distinct members than this (0: none).
            confidence: Level of the intervals.

        Returns:
            One row per period of joining, group and target: `period` (date), the `by` columns, `within` (duration),
            `n`, `activated`, `censored` (members), `before` (members who had done so before they joined),
            `unknown` (members left out, as nothing tells when they joined; the same in every period),
            `p25`, `median`, `p75` (durations, with `_low` and `_high`; null where the curve does not reach them),
            `attained` (share activated within the target, with `_low` and `_high`, Greenwood on the log-log scale),
            `complete`.

        Raises:
            OptionError: an option has a value that it cannot take, or `by` names no column of the members.
            CommonwealError: nothing tells when anybody joined, or the source may not record the event at all.

        Example:
            >>> import commonweal as cw
            >>> c = cw.datasets.simulate(members=200, days=120)
            >>> table = c.adoption.activation(within=["1d", "30d"])
            >>> bool(table["attained"][0] < table["attained"][1])
            True
        """
        return self._compute(
            "adoption.activation",
            event=event,
            within=within,
            every=every,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
