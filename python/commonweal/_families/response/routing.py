"""`community.response.routing`."""

from collections.abc import Sequence

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import By, Every, Responder, RightUnit, Role


class Routing(Family):
    """Do posts find the right unit, how fast, and after how many hand-offs?"""

    __slots__ = ()

    def routing(
        self,
        *,
        unit: str = "department",
        hub: str | Sequence[str] | None = None,
        responder: Responder = "any",
        right: RightUnit = "last",
        every: Every | None = None,
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """Do posts find the right unit, how fast, and after how many hand-offs?

        A post is touched by every unit that it is assigned to or that replies, until it is resolved. Hand-offs are the
        changes of unit along the touches. The right unit is that of the accepted reply, or of who resolved (not known
        where they have none, or are a bot), or else of the last touch; first_touch_right = posts that it touched
        first / posts whose right unit is known; time_to_right is a Kaplan–Meier median, the others being censored.

        Args:
            unit: The column that tells the unit of a member.
            hub: The units that pass posts on: their touches are left out, unless a hub is the right unit, or nobody
                else touches.
            responder: Whose replies and resolves are touches: `"any"`, `"staff"` or `"peer"`.
            right: Which posts tell their right unit: `"last"`, where a post that is not resolved goes by its last
                assignment or else its last touch, or `"resolved"`.
            every: Length of a period (by the time of the post), or None for the whole span as one.
            by: Dimension columns of the post to group by.
            bots: Count posts of bots too, and what bots resolve and reopen.
            roles: Count only posts by members of these roles.
            min_group: Suppress groups with fewer distinct askers than this (0: none).
            confidence: Level of the intervals.

        Returns:
            One row per period and group: `period` (date), the `by` columns, `n`, `touched`, `resolved`, `known` (posts;
            known: with a known right unit), `handoffs`, `handoffs_per_post` (of the touched), `direct` (share of the
            touched without a hand-off, with `_low` and `_high`, Wilson), `first_touch_right` (share of the known, with
            `_low` and `_high`), `time_to_right` (duration, with `_low` and `_high`; null where the curve does not get
            there), `complete`.

        Raises:
            OptionError: an option has a value that it cannot take, or `by` or `unit` names no column.

        Example:
            >>> import commonweal as cw, polars as pl
            >>> from datetime import datetime, timezone
            >>> at = lambda hour: datetime(2026, 1, 5, hour, tzinfo=timezone.utc)
            >>> events = pl.DataFrame({
            ...     "time": [at(9), at(10), at(12), at(14)], "member": ["ana", "hub", "hub", "bo"],
            ...     "kind": ["post", "assign", "assign", "reply"], "thread": ["1"] * 4,
            ...     "target": [None, "sales", "support", None],
            ... })
            >>> members = pl.DataFrame({"member": ["hub", "bo"], "department": ["community", "support"]})
            >>> community = cw.Community(events, members)
            >>> community.response.routing().select("n", "handoffs", "first_touch_right", "time_to_right").row(0)
            (1, 1, 0.0, datetime.timedelta(seconds=10800))
        """
        return self._compute(
            "response.routing",
            unit=unit,
            hub=hub,
            responder=responder,
            right=right,
            every=every,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
