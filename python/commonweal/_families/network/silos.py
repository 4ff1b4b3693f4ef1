"""`community.network.silos`."""

from collections.abc import Sequence
from datetime import timedelta

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import By, Every, Role


class Silos(Family):
    """Which units keep to themselves, more than chance would have it?"""

    __slots__ = ()

    def silos(
        self,
        *,
        unit: str = "department",
        reactions: bool = False,
        half_life: str | timedelta | None = None,
        every: Every | None = None,
        shuffles: int = 1_000,
        seed: int = 0,
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """Which units keep to themselves, more than chance would have it?

        ei = (external − internal) / (external + internal) over the acts of a unit's members on messages of members of
        known units (Krackhardt and Stern 1988): −1 all within the unit, 1 all outside. It is compared with what it
        would be if every member answered and were answered as often as they were, but by whomever. How far chance alone
        goes is told by dealing the units anew among members of about the same activity, with all ties as they are: long
        conversations and threads do not make a silo.

        Args:
            unit: The column of the members or the affiliations that tells their unit.
            reactions: Reactions tie too, to the author of what they are on.
            half_life: An act weighs half after this time (`"90d"`), by days until the end of observation; None: never.
                Not with `every`.
            every: Length of a period (by the time of the act), or None for the whole span as one.
            shuffles: How often the units are dealt anew, 100 or more.
            seed: The same seed deals the same.
            by: Dimension columns to group by: those of the act.
            bots: Count bots too, at both ends of a tie.
            roles: Only ties between members of these roles.
            min_group: Suppress units with fewer distinct members (0: none).
            confidence: The middle share of the shuffles between `expected_low` and `expected_high`.

        Returns:
            One row per period, group and unit, first (`unit` null) the whole community: `period` (date), the `by`
            columns, `unit`, `members` (with a tie), `internal`, `external` (acts), `unknown` (acts with members of no
            known unit), `ei`, `expected` (with `_low` and `_high`), `sd`, `z` (below 0: more to itself than expected),
            `p_value` (two-sided, of the shuffles), `complete`.

        Raises:
            OptionError: an option has a value that it cannot take, or `by` or `unit` names no column.

        Example:
            >>> import commonweal as cw
            >>> silos = cw.datasets.simulate(members=300, days=180, seed=1).network.silos()
            >>> whole = silos.row(0, named=True)
            >>> whole["unit"] is None and whole["ei"] < whole["expected"]
            True
        """
        return self._compute(
            "network.silos",
            unit=unit,
            reactions=reactions,
            half_life=half_life,
            every=every,
            shuffles=shuffles,
            seed=seed,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
