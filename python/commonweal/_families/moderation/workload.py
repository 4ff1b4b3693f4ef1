"""`community.moderation.workload`."""

from collections.abc import Sequence

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import By, Every, Role, Within


class Workload(Family):
    """What is reported, how long does it take until somebody handles it, and is it always the same few?"""

    __slots__ = ()

    def workload(
        self,
        *,
        within: Within = "1d",
        every: Every | None = None,
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """What is reported, how long does it take until somebody handles it, and is it always the same few?

        A case runs from the first `flag` of a message to the next `moderate` of it; what is not handled is censored at
        the end of observation, not left out.

        Args:
            within: The times within which a case should be handled; each has rows of its own.
            every: Length of a period; None for the whole span.
            by: Dimension columns to group by, of the flag.
            bots: Count flags and acts of bots too, and bots among the flagged members.
            roles: Count only flags and acts by members of these roles.
            min_group: Hide groups with fewer distinct flagged members than this (0: none).
            confidence: Level of the intervals.

        Returns:
            One row per period, group and `within`: `period` (with `every`), the `by` columns, `within`, `n` (cases),
            `handled`, `open`, `flags` (of those cases), `flagged_members` (distinct authors of flagged messages),
            `repeat_members` (those with two cases or more), `repeat_cases` (theirs), `actions` (acts of moderators),
            `moderators` (distinct), `median`, `p75`, `p90` (durations), `attained`, `attained_due` (shares handled in
            time) with `_low` and `_high`, `handled_median` (of the handled alone: it forgets the open), `complete`
            (with `every`).

        Raises:
            OptionError: an option has a value that it cannot take, or `by` names no column.
            DeclinedError: there is no flag.

        Example:
            >>> import commonweal as cw, polars as pl
            >>> from datetime import datetime, timezone
            >>> events = pl.DataFrame(
            ...     {
            ...         "time": [datetime(2026, 1, 5, hour, tzinfo=timezone.utc) for hour in (8, 9, 12)],
            ...         "member": ["ana", "bo", "mod"],
            ...         "kind": ["post", "flag", "moderate"],
            ...         "id": ["a", None, None],
            ...         "parent": [None, "a", "a"],
            ...         "thread": ["t", "t", "t"],
            ...     }
            ... )
            >>> cw.Community(events).moderation.workload().select("n", "handled", "median").row(0)
            (1, 1, datetime.timedelta(seconds=10800))
        """
        return self._compute(
            "moderation.workload",
            within=within,
            every=every,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
