"""`community.adoption.retention`."""

from collections.abc import Sequence

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import Activity, By, Cohort, Every, RetentionKind, Role


class Retention(Family):
    """Do those who came once come back?"""

    __slots__ = ()

    def retention(
        self,
        *,
        every: Every = "1w",
        cohort: Cohort = "first_active",
        kind: RetentionKind = "bounded",
        activity: Activity = "contributing",
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """Do those who came once come back?

        rate(c, k) = members of cohort c active in period c + k / members of cohort c. A cohort are the members whose
        first qualifying act, or whose joining, is in one period.

        Args:
            every: Length of a period.
            cohort: `"first_active"`: the period of the first qualifying act; `"joined"`: that of `joined` in the
                members table, else of the first join event.
            kind: `"bounded"`: active in exactly the k-th period; `"unbounded"`: in the k-th or any later one until
                `as_of`.
            activity: `"contributing"`: posts, replies, reactions, edits; `"present"`: any act, and needs events with
                views.
            by: Dimension columns to group by.
            bots: Count bots too.
            roles: Count only members of these roles.
            min_group: Suppress groups with fewer distinct members than this (0: none).
            confidence: Level of the intervals.

        Returns:
            One row per cohort, group and offset, from 0 to the period that `as_of` is in:
            `cohort` (date of its period), the `by` columns, `size` (members), `offset` (k, in periods),
            `active` (members), `rate` with `rate_low` and `rate_high` (0 to 1, Wilson; null where `size` is 0 or the
            k-th period is not complete), `complete` (false where `as_of` cuts the k-th period short). With
            `kind="unbounded"` also `follow_up`: complete periods observed after the k-th. The smaller it is, the more
            members may yet come back, and the more the rate is too low.

        Raises:
            OptionError: an option has a value that it cannot take; `by` names no column; `cohort="joined"` where
                nothing tells when members joined; `activity="present"` where the events hold no views.

        Example:
            >>> import commonweal as cw
            >>> table = cw.datasets.simulate(members=60, days=90).adoption.retention(every="1mo")
            >>> table.columns[:5]
            ['cohort', 'size', 'offset', 'active', 'rate']
        """
        return self._compute(
            "adoption.retention",
            every=every,
            cohort=cohort,
            kind=kind,
            activity=activity,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
