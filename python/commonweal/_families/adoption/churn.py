"""`community.adoption.churn`."""

from collections.abc import Sequence
from datetime import timedelta

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import Activity, By, Role


class Churn(Family):
    """Who has gone quiet against their own habit, and will they be back?"""

    __slots__ = ()

    def churn(
        self,
        *,
        horizon: str | timedelta = "30d",
        activity: Activity = "contributing",
        regular_from: int = 5,
        at_risk_below: float = 0.5,
        lost_below: float = 0.1,
        only_at_risk: bool = False,
        top: int | None = None,
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """Who has gone quiet against their own habit, and will they be back?

        logit p_return is linear in ln(1 + silent days), ln(active days), their product, ln(1 + usual gap),
        ln(1 + active days among the last 90) and ln(1 + days since the first), with weights learned from what the
        same figures foretold 1, 2, … 12 horizons ago in this community.

        Args:
            horizon: Within which time a member is to be active again, in whole days.
            activity: `"contributing"`: posts, replies, reactions, edits; `"present"`: any act, and needs events with
                views.
            regular_from: A member who was active on so many days is a regular.
            at_risk_below: At risk are regulars with a `p_return` below this and not below `lost_below`.
            lost_below: Regulars with a `p_return` below this are lost, no longer at risk.
            only_at_risk: List only those at risk.
            top: List at most so many of each group.
            by: Dimension columns to group by; the habit is then that within the group.
            bots: List bots too.
            roles: List only members of these roles.
            min_group: Suppress groups with fewer distinct members than this (0: none).
            confidence: Taken for uniformity; a probability of one person carries no interval.

        Returns:
            One row per group and member, first those at risk, in order of active_days · p_return: the `by` columns,
            `member`, `last_active` (date), `silent` (duration since that day), `active_days`, `usual_gap` (median
            duration from one active day to the next; null for one day), `p_return` (probability of an active day
            within `horizon`), `risk` (1 − p_return), `at_risk`.

        Raises:
            DeclinedError: fewer than two horizons are observed, or too few members returned, or did not.
            OptionError: an option has a value that it cannot take; `by` names no column; `activity="present"` where the
                events have no views.

        Example:
            >>> import commonweal as cw
            >>> c = cw.datasets.simulate(members=100, days=180, seed=7)
            >>> quiet = c.adoption.churn(only_at_risk=True, top=3)
            >>> quiet.columns[:4]
            ['member', 'last_active', 'silent', 'active_days']
        """
        return self._compute(
            "adoption.churn",
            horizon=horizon,
            activity=activity,
            regular_from=regular_from,
            at_risk_below=at_risk_below,
            lost_below=lost_below,
            only_at_risk=only_at_risk,
            top=top,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
