"""`community.engagement.activity`."""

from collections.abc import Sequence

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import By, Every, Role


class Activity(Family):
    """How much is said and done, and how much of it is an echo to others?"""

    __slots__ = ()

    def activity(
        self,
        *,
        every: Every | None = None,
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """How much is said and done, and how much of it is an echo to others?

        contributions = posts + replies + reactions + edits; replies_per_post = replies / posts;
        reactions_per_message = reactions / (posts + replies); contributions_per_member = contributions / contributors.

        Args:
            every: Length of a period, or None for the whole span as one.
            by: Dimension columns to group by.
            bots: Count bots too.
            roles: Count only members of these roles.
            min_group: Suppress groups with fewer distinct members than this (0: none).
            confidence: Taken for uniformity; counts carry no interval.

        Returns:
            One row per period and group: `period` (date), the `by` columns, `posts`, `replies`, `reactions`, `views`,
            `shares`, `edits`, `contributions`, `contributors` (distinct members), `replies_per_post`,
            `reactions_per_message`, `contributions_per_member` (each null where its denominator is 0), `complete`.
            Acts of unknown authors count as volume, never as members.

        Raises:
            OptionError: an option has a value that it cannot take, or `by` names no column.

        Example:
            >>> import commonweal as cw, polars as pl
            >>> from datetime import datetime, timezone
            >>> noon = datetime(2026, 1, 5, 12, tzinfo=timezone.utc)
            >>> events = pl.DataFrame({"time": [noon, noon], "member": ["a", "b"], "kind": ["post", "reply"]})
            >>> cw.Community(events).engagement.activity()["replies_per_post"].to_list()
            [1.0]
        """
        return self._compute(
            "engagement.activity",
            every=every,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
