"""`community.moderation.trolls`."""

from collections.abc import Sequence

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import By, Role


class Trolls(Family):
    """Who sounds hostile more often than others, at whom, and do others rise to it?"""

    __slots__ = ()

    def trolls(
        self,
        *,
        threshold: float = 0.5,
        least: int = 10,
        top: int = 20,
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """Who sounds hostile more often than others, at whom, and do others rise to it?

        A list for a person to read, never a verdict and never an action. A message is hostile where the trained model
        takes it for an attack on a person. Who wrote little is near all, whatever was in it: rates are shrunk towards
        that of the community by as much as they are uncertain.

        Args:
            threshold: The probability of an attack from which a message is hostile.
            least: Members of fewer messages are not listed.
            top: The most members to list, in each group.
            by: Dimension columns to group by; each group has its own list.
            bots: Read messages of bots too.
            roles: Read only messages by members of these roles.
            min_group: Hide the rows of groups with fewer distinct members than this (0: none).
            confidence: Level of the intervals.

        Returns:
            At most `top` rows per group, those first whose rate is high for sure (by `rate_low`): the `by` columns,
            `member`, `messages`, `hostile`, `rate` (shrunken share) with `_low` and `_high`, `times` (rate over that of
            the group), `directed` (hostile messages that answer another person), `targets` (distinct persons they
            answer), `top_target`, `top_target_share`, `replies_to_hostile` and `replies_to_other` (replies by others
            for each such message), `reply_bait` (their ratio), `message` (id of the one that sounds worst), `span` (its
            beginning).

        Raises:
            OptionError: an option has a value that it cannot take, or `by` names no column.

        Example:
            >>> import commonweal as cw
            >>> found = cw.datasets.simulate(members=60, days=60).moderation.trolls(top=5)
            >>> found["rate_low"].is_sorted(descending=True)
            True
        """
        return self._compute(
            "moderation.trolls",
            threshold=threshold,
            least=least,
            top=top,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
