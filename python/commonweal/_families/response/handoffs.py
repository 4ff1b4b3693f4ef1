"""`community.response.handoffs`."""

from collections.abc import Sequence

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import By, Every, Responder, Role


class Handoffs(Family):
    """Which unit hands posts to which other?"""

    __slots__ = ()

    def handoffs(
        self,
        *,
        unit: str = "department",
        hub: str | Sequence[str] | None = None,
        responder: Responder = "any",
        every: Every | None = None,
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """Which unit hands posts to which other?

        A hand-off is a change of unit from one touch of a post to the next, as in `routing`. share = posts with a
        hand-off from the one to the other / posts that any unit touched.

        Args:
            unit: The column that tells the unit of a member.
            hub: The units that pass posts on: their touches are left out, unless a hub is the right unit, or nobody
                else touches.
            responder: Whose replies and resolves are touches: `"any"`, `"staff"` or `"peer"`.
            every: Length of a period (by the time of the post), or None for the whole span as one.
            by: Dimension columns of the post to group by.
            bots: Count posts of bots too, and what bots resolve and reopen.
            roles: Count only posts by members of these roles.
            min_group: Suppress pairs with fewer distinct askers than this (0: none).
            confidence: Level of the intervals.

        Returns:
            One row per period, group and pair with a hand-off: `period` (date), the `by` columns, `from`, `to` (units),
            `handoffs`, `posts` (with at least one of them), `share` (with `_low` and `_high`, Wilson), `complete`.

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
            >>> community.response.handoffs().select("from", "to", "handoffs", "share").row(0)
            ('sales', 'support', 1, 1.0)
        """
        return self._compute(
            "response.handoffs",
            unit=unit,
            hub=hub,
            responder=responder,
            every=every,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
