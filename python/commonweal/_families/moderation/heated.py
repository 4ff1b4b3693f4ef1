"""`community.moderation.heated`."""

from collections.abc import Sequence
from datetime import timedelta

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import By, Role


class Heated(Family):
    """Which conversations should a person look at before they burn?"""

    __slots__ = ()

    def heated(
        self,
        *,
        window: str | timedelta | None = None,
        top: int = 20,
        authors: int = 2,
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """Which conversations should a person look at before they burn?

        A queue for a person, never a verdict and never an action. What counts is talk of the second person (*you*,
        *your*), how negative the harshest sentence with such a word is, and the trained model's probability that a
        message attacks a person, all against all messages of the community.

        Args:
            window: Only threads with a message within this time before the end of observation; None for all.
            top: The most threads to list, in each group.
            authors: Leave out threads of fewer distinct authors.
            by: Dimension columns to group by, a thread by those of its first message; each group has its own list.
            bots: Read messages of bots too.
            roles: Read only messages by members of these roles.
            min_group: Hide the rows of groups with fewer distinct members than this (0: none).
            confidence: Taken for uniformity; the list carries no interval.

        Returns:
            At most `top` rows per group, the hottest first: the `by` columns, `thread`, `channel`, `opener` (title of
            the opening post, else the start of its text), `messages`, `authors`, `heat` (standard deviations),
            `second_person` (share of the words), `directed` (mean of the harshest sentence to somebody, 0 to 1),
            `attack` (mean probability that a message attacks a person, 0 to 1), `alternation` (share of messages whose
            author spoke two before, and another between), `repetition` (share of the terms of a message that its author
            has used in the thread before), `first_activity`, `last_activity` (UTC), `message` (id of the one with the
            harshest sentence), `span` (that sentence).

        Raises:
            OptionError: an option has a value that it cannot take, or `by` names no column.
            DeclinedError: no message in a thread has text.

        Example:
            >>> import commonweal as cw
            >>> queue = cw.datasets.simulate(members=60, days=60).moderation.heated(top=5)
            >>> queue["heat"].is_sorted(descending=True)
            True
        """
        return self._compute(
            "moderation.heated",
            window=window,
            top=top,
            authors=authors,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
