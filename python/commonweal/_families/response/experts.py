"""`community.response.experts`."""

from collections.abc import Sequence
from datetime import timedelta

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import By, RankedBy, Role


class Experts(Family):
    """Who has answered such questions before?"""

    __slots__ = ()

    def experts(
        self,
        *,
        text: str | None = None,
        topic: str | None = None,
        asker: str | None = None,
        rank: RankedBy = "members",
        unit: str | None = None,
        top: int = 10,
        half_life: str | timedelta | None = "60d",
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """Who has answered such questions before?

        Every question that somebody has answered speaks for them with the weight
        2^(−age / half_life) · (1 + 2 · [asked in the channel]) · (1 + bm25 / mean bm25); score is the share of it all.

        Args:
            text: The question, in its asker's words.
            topic: What it is about: a channel, or else words.
            asker: The member who asks, and so is not asked.
            rank: `"members"`, or `"units"` to rank the values of `unit`.
            unit: A column of the members, such as a department, to show or to rank.
            top: The most rows of each group.
            half_life: The age at which an answer speaks half as loud, such as `"60d"`; None: all speak alike.
            by: Dimension columns: one ranking for each group of answers.
            bots: Let posts of bots be questions too. Bots never answer.
            roles: Count only answers by members of these roles.
            min_group: Suppress groups with fewer distinct answering members than this (0: none).
            confidence: Changes nothing here: a ranking has no interval.

        Returns:
            One row per group and rank: the `by` columns, `rank` (from 1), `member`, `unit` (theirs at their last
            answer; with `unit`), `score` (0 to 1), `similar` (questions answered that are more alike than the mean, or
            of the channel), `answers` (questions answered), `last_answered`.
            With `rank="units"`: `unit` and `members` (people who answered) in place of `member`.

        Raises:
            OptionError: an option has a value that it cannot take, `by` or `unit` names no column, or there is no text
                to compare `text` with.

        Example:
            >>> import commonweal as cw
            >>> community = cw.datasets.simulate(members=60, days=60)
            >>> community.response.experts(text="Where is the form?", topic="help", top=3)["rank"].to_list()
            [1, 2, 3]
        """
        return self._compute(
            "response.experts",
            text=text,
            topic=topic,
            asker=asker,
            rank=rank,
            unit=unit,
            top=top,
            half_life=half_life,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
