"""`community.network.edges`."""

from collections.abc import Sequence
from datetime import timedelta

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import By, Role


class Edges(Family):
    """Who answers whom, and how often?"""

    __slots__ = ()

    def edges(
        self,
        *,
        top: int | None = None,
        reactions: bool = False,
        half_life: str | timedelta | None = None,
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """Who answers whom, and how often?

        weight(a → b) = Σ over the acts of a on messages of b of 2^(−age / half_life); without `half_life` their number.
        A reply is to the author of its parent or, where it names none that is in its thread, to the author of the
        thread's opening post. Acts on one's own messages, and those of unknown authors or on theirs, tie nobody.

        Args:
            top: Only the strongest so many ties of each group; None for all.
            reactions: Reactions tie too, to the author of what they are on.
            half_life: An act weighs half after this time (`"90d"`), by days until the end of observation; None: never.
            by: Dimension columns to group by: those of the act.
            bots: Count bots too, at both ends of a tie.
            roles: Only ties between members of these roles.
            min_group: Suppress groups in which fewer distinct members than this are tied (0: none).
            confidence: Taken for uniformity; counts carry no interval.

        Returns:
            One row per group, source and target, the strongest ties first: the `by` columns, `source` (the member who
            acts), `target` (the member acted on), `replies`, `reactions` (acts), `weight`.

        Raises:
            OptionError: an option has a value that it cannot take, or `by` names no column.

        Example:
            >>> import commonweal as cw
            >>> edges = cw.datasets.simulate(members=100, days=60).network.edges()
            >>> bool((edges["source"] != edges["target"]).all() and edges["weight"].is_sorted(descending=True))
            True
        """
        return self._compute(
            "network.edges",
            top=top,
            reactions=reactions,
            half_life=half_life,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
