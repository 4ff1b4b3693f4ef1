"""`community.engagement.recognition_effect`."""

from collections.abc import Sequence
from datetime import timedelta

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import By, Every, Outcome, RecognitionKind, Role


class RecognitionEffect(Family):
    """Do members do more after they were recognised than others like them?"""

    __slots__ = ()

    def recognition_effect(
        self,
        *,
        within: str | timedelta = "30d",
        recognition: RecognitionKind | Sequence[RecognitionKind] = "reaction",
        landmark: str | timedelta = "1d",
        first: bool = True,
        anonymous: bool = False,
        inherited: bool = False,
        outcome: Outcome = "active_days",
        adjust_every: Every = "1w",
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """Do members do more after they were recognised than others like them?

        An association, no proof of an effect: nobody drew lots for who is recognised. Recognition comes to those who
        are having a busy time, and who would do less afterwards in any case (regression to the mean), so a before and
        after says nothing. A day with a message that another member recognised by its landmark is matched with days,
        in the same week, of members who had been as active before, lately and long ago, and wrote as much, but were not
        recognised; difference = (after − before) of the recognised − the same of those others.

        Args:
            within: How long before and after are, in whole days.
            recognition: The kinds that recognise: `"reaction"`, `"reply"`, `"share"`, `"resolve"`, or several.
            landmark: Until when, in whole days after that of the message, a recognition counts.
            first: Count only the first recognition of each member; else any that none has come before `within`.
            anonymous: Count acts of unknown authors too, as likes are of which only the number is known.
            inherited: Count acts whose time is only that of their message too, as of its day.
            outcome: What is compared: `"active_days"` or `"messages"`.
            adjust_every: The period within which members are compared.
            by: Dimension columns to group by; all that is counted is then within the group.
            bots: Count recognition by bots, and messages of bots, too.
            roles: Count only what members of these roles do and receive.
            min_group: Suppress groups with fewer distinct members than this (0: none).
            confidence: Level of the intervals.

        Returns:
            One row per group: the `by` columns, `recognitions` (days), of which `early`, `censored` (left out: the time
            before, or after, is not on record), `unmatched` and `matched`, `controls` (days), `control_members`,
            `treated_before`, `treated_after`, `control_before`, `control_after` (means over the matched),
            `before_after` (treated_after − treated_before: the naive figure), `difference`, `pre_trend` (the same for
            the time before; near 0 where both were on one path), both with `_low` and `_high` (by member), `evidence`
            (`"association"`).

        Raises:
            OptionError: an option has a value that it cannot take, or `by` names no column.
            DeclinedError: no message is recognised, or nobody like the recognised is not.

        Example:
            >>> import commonweal as cw
            >>> community = cw.datasets.simulate(members=300, days=200, seed=7)
            >>> community.engagement.recognition_effect(within="7d")["evidence"].item()
            'association'
        """
        return self._compute(
            "engagement.recognition_effect",
            within=within,
            recognition=recognition,
            landmark=landmark,
            first=first,
            anonymous=anonymous,
            inherited=inherited,
            outcome=outcome,
            adjust_every=adjust_every,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
