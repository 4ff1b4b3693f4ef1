"""`community.adoption.lifecycle_transitions`."""

from collections.abc import Sequence

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import By, Every, Role


class LifecycleTransitions(Family):
    """Do members rise to the next level, stay, or fall back?"""

    __slots__ = ()

    def lifecycle_transitions(
        self,
        *,
        every: Every = "1mo",
        participant_contributions: int = 1,
        contributor_days: int = 7,
        contributor_answers: int = 5,
        advocate_days: int = 10,
        advocate_answers: int = 10,
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """Do members rise to the next level, stay, or fall back?

        rate(from, to) = members at level `from` in the period before and at level `to` in this one / members at
        `from` in the period before. The levels are those of `lifecycle`.

        Args:
            every: Length of a period; the thresholds are made for months.
            participant_contributions: Contributions in the period that make a participant.
            contributor_days: Days with a contribution that make a contributor,
            contributor_answers: or answers: replies in threads in which the member has not posted before.
            advocate_days: Days with a contribution that an advocate has,
            advocate_answers: and answers.
            by: Dimension columns to group by.
            bots: Count bots too.
            roles: Count only members of these roles.
            min_group: Suppress groups with fewer distinct members than this (0: none).
            confidence: Level of the intervals.

        Returns:
            One row per period, group and pair of levels: `period` (date, of the period they move to), the `by` columns,
            `from` (away, observer, participant, contributor, advocate, or new: seen for the first time), `to` (a
            level), `members`, `rate` with `rate_low` and `rate_high` (0 to 1, Wilson; null where nobody was at that
            level, and where the period is not complete), `complete`.

        Raises:
            OptionError: an option has a value that it cannot take, or `by` names no column.

        Example:
            >>> import commonweal as cw
            >>> moves = cw.datasets.simulate(members=60, days=90).adoption.lifecycle_transitions()
            >>> moves.columns[:5]
            ['period', 'from', 'to', 'members', 'rate']
        """
        return self._compute(
            "adoption.lifecycle_transitions",
            every=every,
            participant_contributions=participant_contributions,
            contributor_days=contributor_days,
            contributor_answers=contributor_answers,
            advocate_days=advocate_days,
            advocate_answers=advocate_answers,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
