"""`community.adoption.lifecycle`."""

from collections.abc import Sequence

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import By, Every, Role


class Lifecycle(Family):
    """How many only watch, take part, contribute, lead, and does the community pull them inward?"""

    __slots__ = ()

    def lifecycle(
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
        """How many only watch, take part, contribute, lead, and does the community pull them inward?

        The level of a member in a period is the highest that their acts in it reach: advocate, contributor,
        participant, observer (any other act), away (none, but seen before). gravity = change of the sum of squared
        weights (10, 7, 4, 1, 0) over members / members known: Orbit's measure of the pull inward.

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
            One row per period, group and level: `period` (date), the `by` columns,
            `level` (away, observer, participant, contributor, advocate), `members`,
            `share` of those known with `share_low` and `share_high` (0 to 1, Wilson), `new` (members of the level
            seen for the first time), `known` (members seen so far), `gravity` with `gravity_low` and `gravity_high`
            (of the period, the same on each of its rows; Student; null in the first period, with fewer than two
            members, and where not complete), `complete`.

        Raises:
            OptionError: an option has a value that it cannot take, or `by` names no column.

        Example:
            >>> import commonweal as cw
            >>> levels = cw.datasets.simulate(members=60, days=90).adoption.lifecycle()
            >>> levels["level"].unique(maintain_order=True).to_list()
            ['away', 'observer', 'participant', 'contributor', 'advocate']
        """
        return self._compute(
            "adoption.lifecycle",
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
