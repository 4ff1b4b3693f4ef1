"""`community.response.retention_effect`."""

from collections.abc import Sequence
from datetime import timedelta

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import By, Every, Responder, Role


class RetentionEffect(Family):
    """Do newcomers who are answered in time come back more often?"""

    __slots__ = ()

    def retention_effect(
        self,
        *,
        within: str | timedelta = "1h",
        horizon: str | timedelta = "30d",
        landmark: str | timedelta | None = None,
        wash_in: str | timedelta | None = "30d",
        responder: Responder = "any",
        adjust: By = "channel",
        adjust_every: Every = "1mo",
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """Do newcomers who are answered in time come back more often?

        An association, no proof of an effect: nobody drew lots for who is answered. At the landmark (first post +
        `landmark`) newcomers are classed, once and for all, by whether the first response to that post came `within`;
        who comes back later can't change class, so living longer is not mistaken for being answered (immortal time).
        A return is a contribution on a later local day than the landmark's; rate = 1 − S(horizon), Kaplan–Meier, in
        days. Adjusted figures compare newcomers of one channel, period and earlier activity (Mantel–Haenszel).

        Args:
            within: An answer until then is in time.
            horizon: How long after the landmark a return is waited for, in whole days.
            landmark: When after the first post classes are told; by default `within`.
            wash_in: Members whose first contribution lies so near to the first of all may be no newcomers and are left
                out; None for nobody.
            responder: Whose reply counts: `"any"`, `"staff"` or `"peer"`.
            adjust: Columns within which newcomers are compared (channel: where the events have one).
            adjust_every: The period within which newcomers are compared.
            by: Dimension columns to group by, of the first post or its author.
            bots: Count posts of bots too.
            roles: Count only first posts by members of these roles.
            min_group: Suppress groups with fewer distinct members than this (0: none).
            confidence: Level of the intervals.

        Returns:
            One row per group: the `by` columns, `newcomers`, `answered`, `unanswered` (members, at the landmark),
            `early`, `unreached` (members left out: within the wash-in; landmark not reached, or left before it),
            `answered_rate`, `unanswered_rate` (shares that came back within the horizon, with `_low` and `_high`),
            `difference` (answered − unanswered, with `_low` and `_high`), `p_value` (log-rank),
            `matched` (newcomers in strata that hold both classes),
            `adjusted_difference`, `risk_ratio`, `odds_ratio` (Mantel–Haenszel, with `_low` and `_high`),
            `e_value` (how strongly something not measured would have to go with both, answer and return, to explain the
            ratio of risks away), `e_value_limit` (of the interval's end nearer to 1),
            `evidence` (`"association"`).

        Raises:
            OptionError: an option has a value that it cannot take, or `by` names no column.

        Example:
            >>> import commonweal as cw
            >>> table = cw.datasets.simulate(members=300, days=200).response.retention_effect(within="6h")
            >>> table["evidence"].item()
            'association'
        """
        return self._compute(
            "response.retention_effect",
            within=within,
            horizon=horizon,
            landmark=landmark,
            wash_in=wash_in,
            responder=responder,
            adjust=adjust,
            adjust_every=adjust_every,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
