"""`community.engagement.inequality`."""

from collections.abc import Sequence

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import By, Every, Role


class Inequality(Family):
    """How few make how much of it, and how many only watch?"""

    __slots__ = ()

    def inequality(
        self,
        *,
        every: Every | None = None,
        heavy: float = 0.5,
        bootstrap: int = 0,
        seed: int = 0,
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """How few make how much of it, and how many only watch?

        With x the contributions of the n members who made any, ascending: gini = 2 Σ i·x_i / (n Σ x) − (n + 1) / n. The
        heavy are the fewest who make the share `heavy` of all contributions, and all who contributed as often as
        the least of them; the other contributors are occasional; lurkers are eligible members who did not contribute.

        Args:
            every: Length of a period, or None for the whole span as one.
            heavy: The share of the contributions that the heavy make together: 0.5 for the 90-9-1 rule, by which one in
                a hundred accounts for most; 0.8 for the core of the onion model.
            bootstrap: How many times members are drawn anew for the intervals of `gini`, `top1_share` and
                `top10_share` (bootstrap-t): 0 for no intervals, or 100 to 100,000.
            seed: What the draws begin with; the same seed gives the same intervals.
            by: Dimension columns to group by.
            bots: Count bots too.
            roles: Count only members of these roles.
            min_group: Suppress groups with fewer distinct contributors than this (0: none).
            confidence: Level of the intervals.

        Returns:
            One row per period and group: `period` (date), the `by` columns, `members` (who contributed),
            `contributions` (theirs), `gini` (0: all alike, towards 1: one makes all), `top1_share` and `top10_share`
            (of the contributions, by the ⌈n/100⌉ and ⌈n/10⌉ members with most; with `bootstrap` these three have
            `_low` and `_high`, null of fewer than 30 members, or 10 in the top), `half_share_members` (the fewest who
            make half), `heavy_members`, `heavy_from` (contributions of the least of them), `heavy_contributions_share`
            (of the contributions, 0 to 1), `lurkers` (members; null without a members table that has `joined`),
            `lurker_share`, `occasional_share`, `heavy_share` (of lurkers and contributors, 0 to 1, with `_low` and
            `_high`, Wilson; null where `lurkers` is), `complete`.

        Raises:
            OptionError: an option has a value that it cannot take, or `by` names no column.

        Example:
            >>> import commonweal as cw
            >>> community = cw.datasets.simulate(members=60, days=60)
            >>> row = community.engagement.inequality(bootstrap=200).row(0, named=True)
            >>> row["gini_low"] < row["gini"] < row["gini_high"]
            True
            >>> row["half_share_members"] <= row["heavy_members"] < row["members"]
            True
        """
        return self._compute(
            "engagement.inequality",
            every=every,
            heavy=heavy,
            bootstrap=bootstrap,
            seed=seed,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
