"""`community.network.leaders`."""

from collections.abc import Sequence
from datetime import timedelta

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import By, LeadersBy, RankFlow, Role


class Leaders(Family):
    """Who leads the network, how surely, and who is on the rise?"""

    __slots__ = ()

    def leaders(
        self,
        *,
        top: int | None = 20,
        sort_by: LeadersBy = "rank",
        direction: RankFlow = "help",
        damping: float = 0.85,
        betweenness: bool = True,
        bootstrap: int = 200,
        window: str | timedelta | None = "90d",
        reactions: bool = False,
        half_life: str | timedelta | None = None,
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """Who leads the network, how surely, and who is on the rise?

        On the ties of `network.edges`: PageRank (weighted), strengths in and out, distinct partners, betweenness
        (shortest ways by number of ties, in either direction) and core number; the rank by PageRank with an interval
        of a bootstrap of the acts; and the rank in the last window against that in the window before.

        Args:
            top: So many of each group; None for all.
            sort_by: `"rank"`, or `"rise"`: the first of the last window, the surest rise first.
            direction: Where rank goes: `"help"`, from who is answered to who answers; or `"attention"`, from who
                answers to who is answered.
            damping: The probability that PageRank's walk goes on.
            betweenness: Compute it; it takes longest by far.
            bootstrap: How many samples the intervals are from; 0 for none.
            window: The length of the windows between which a rise is, in whole days; None for no rise.
            reactions: Reactions tie too, to the author of what they are on.
            half_life: An act weighs half after this time (`"90d"`), by days until the end of observation; None: never.
            by: Dimension columns to group by: those of the act; each group is a network of its own.
            bots: Count bots too, at both ends of a tie.
            roles: Only ties between members of these roles.
            min_group: Suppress groups in which fewer distinct members than this are tied (0: none).
            confidence: Level of the intervals.

        Returns:
            One row per group and member: the `by` columns, `rank` (with `_low` and `_high`), `member`, `role` (at the
            last act), `in_strength`, `out_strength` (acts that the member got and gave), `degree` (distinct partners),
            `pagerank` (of all members together 1), `betweenness` (share of the pairs of others), `betweenness_exact`
            (above 5,000 members it is from 256 sources drawn at random), `core`, `rank_before`, `rank_now` (in the
            windows), `rise` (rank_before − rank_now, with `_low` and `_high`), `rising` (the whole interval is above
            0). Without a bootstrap intervals are null, without a window what is of windows.

        Raises:
            OptionError: an option has a value that it cannot take, or `by` names no column.

        Example:
            >>> import commonweal as cw
            >>> leaders = cw.datasets.simulate(members=100, days=60).network.leaders(top=5, bootstrap=20)
            >>> leaders["rank"].to_list()[0], bool((leaders["rank_low"] <= leaders["rank"]).all())
            (1, True)
        """
        return self._compute(
            "network.leaders",
            top=top,
            sort_by=sort_by,
            direction=direction,
            damping=damping,
            betweenness=betweenness,
            bootstrap=bootstrap,
            window=window,
            reactions=reactions,
            half_life=half_life,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
