"""`community.adoption.funnel`."""

from collections.abc import Sequence
from datetime import timedelta

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import By, FunnelStep, Role


class Funnel(Family):
    """How far do newcomers come: how many read, react, reply, post?"""

    __slots__ = ()

    def funnel(
        self,
        *,
        steps: Sequence[FunnelStep] = ("join", "view", "reaction", "reply", "post"),
        within: str | timedelta = "30d",
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """How far do newcomers come: how many read, react, reply, post?

        A member starts with the first step: `"join"` as in `activation`, any other with their first such act ever. They
        have reached a step when it and all before it have happened, in any order; so each rate falls. Those who joined
        lately are censored, no failures: rate = 1 − S(within), Kaplan–Meier of the time from the start.

        Args:
            steps: Kinds of acts, `"contribution"`, `"message"`, or `"first_reply_received"` (another person's first
                reply to a message of theirs). The first starts the clock.
            within: The time within which a step is wanted.
            by: Columns to group by, of the members where the first step is `"join"`, else also of the first act.
            bots: Count bots too.
            roles: Count only members who started in these roles.
            min_group: Suppress groups with fewer distinct members than this (0: none).
            confidence: Level of the intervals.

        Returns:
            One row per group and step, in their order: the `by` columns, `step`, `started` (members), `members` (who
            reached it within the time, so far), `open` (members who have not, and still may),
            `rate` (of those who started, with `_low` and `_high`; Greenwood on the log-log scale),
            `step_rate` (of those who reached the step before, with `_low` and `_high`),
            `median` (duration since the start, with `_low` and `_high`; null where fewer than half get there),
            `reached_median` (of those who reached it, whenever: the naive figure, for comparison).
            A step that nobody has on record and that the source may not record (views, reactions, shares) has nulls.

        Raises:
            OptionError: an option has a value that it cannot take, or `by` names no column that fits.
            CommonwealError: the first step is `"join"`, and nothing tells when anybody joined.

        Example:
            >>> import commonweal as cw
            >>> c = cw.datasets.simulate(members=200, days=120)
            >>> table = c.adoption.funnel(steps=["join", "post", "first_reply_received"])
            >>> bool((table["rate"].diff().drop_nulls() <= 0).all())
            True
        """
        return self._compute(
            "adoption.funnel",
            steps=steps,
            within=within,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
