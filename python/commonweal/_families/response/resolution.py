"""`community.response.resolution`."""

from collections.abc import Sequence

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import By, Every, Role, Within


class Resolution(Family):
    """How long do posts stay open until they are resolved, and which share is resolved in time?"""

    __slots__ = ()

    def resolution(
        self,
        *,
        within: Within = "1d",
        inherited: bool = False,
        every: Every | None = None,
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """How long do posts stay open until they are resolved, and which share is resolved in time?

        A spell runs from a post, or from a reopening, to the next `resolve` in the thread. Kaplan-Meier over all
        spells: S(t) = Π (1 − resolved / at risk); a quantile is the smallest t with S(t) ≤ 1 − q;
        attained = 1 − S(within).

        Args:
            within: One or more targets, such as `"1d"` or `["1h", "1d"]`; one row for each.
            inherited: Let acts without a time of their own (an accepted answer of Discourse) end the wait at the time
                that they inherit: the time until the answer was written that was accepted in the end.
            every: Length of a period (by the start of the spell), or None for the whole span as one.
            by: Dimension columns to group by.
            bots: Count what bots resolve and reopen too, and posts of bots.
            roles: Count only posts by members of these roles; who resolves them does not matter.
            min_group: Suppress groups with fewer distinct members than this (0: none).
            confidence: Level of the intervals.

        Returns:
            One row per period, group and target: `period` (date), the `by` columns, `within` (duration),
            `n`, `resolved`, `unresolved`, `reopened` (spells; the last: those of `n` that a reopening began),
            `median`, `p75`, `p90` (durations, with `_low` and `_high`; null where the curve does not reach them),
            `attained` (0 to 1, with `_low` and `_high`, Greenwood on the log-log scale; null where no spell was still
            open and watched at `within`, and the curve had not come down to 0 before),
            `attained_due` (resolved in time / due, with `_low` and `_high`, Wilson; null where nothing is due),
            `resolved_median` (duration: the naive figure over the resolved spells alone, for comparison),
            `complete`.

        Raises:
            OptionError: an option has a value that it cannot take, or `by` names no column; or acts that resolve have
                no time of their own, and `inherited` is not set.
            DeclinedError: there is no act of the kind `resolve` in a thread.

        Example:
            >>> import commonweal as cw
            >>> table = cw.datasets.simulate(members=60, days=60).response.resolution(within=["1d", "7d"])
            >>> table["n"].to_list() == (table["resolved"] + table["unresolved"]).to_list()
            True
        """
        return self._compute(
            "response.resolution",
            within=within,
            inherited=inherited,
            every=every,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
