"""`community.response.load`."""

from collections.abc import Sequence

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import By, Every, Responder, RightUnit, Role


class Load(Family):
    """Which unit carries how many of the posts, and passes on how many?"""

    __slots__ = ()

    def load(
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
        """Which unit carries how many of the posts, and passes on how many?

        Touches, hand-offs and the right unit are those of `routing`. share = posts that the unit touched / posts that
        any unit touched; a post may be touched by several.

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
            min_group: Suppress units with fewer `members` than this (0: none).
            confidence: Level of the intervals.

        Returns:
            One row per period, group and unit: `period` (date), the `by` columns, `unit`, `posts` (touched by it),
            `share` (with `_low` and `_high`, Wilson), `first` (posts that it touched first), `first_touch_right` (share
            of these that it was right for, with `_low` and `_high`; of those known), `received`, `passed` (hand-offs to
            it and from it), `right` (posts that it was right for), `open` (posts not resolved that it touched last),
            `members` (of it whose reply or resolve was a touch), `posts_per_member`, `complete`.

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
            >>> community.response.load().select("unit", "posts", "first", "received", "passed").rows()
            [('sales', 1, 1, 0, 1), ('support', 1, 0, 1, 0)]
        """
        return self._compute(
            "response.load",
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
