"""`community.sentiment.reply_effect`."""

from collections.abc import Sequence
from datetime import timedelta

import polars as pl

from commonweal._families.base import Family
from commonweal.onnx import OnnxModel
from commonweal.typing import Answer, By, Every, Role


class ReplyEffect(Family):
    """Are complainers more content after staff replied than like complainers without an answer?"""

    __slots__ = ()

    def reply_effect(
        self,
        *,
        within: str | timedelta = "30d",
        landmark: str | timedelta = "1d",
        below: float = -0.3,
        answer: Answer = "reply",
        adjust_every: Every = "1mo",
        model: str | OnnxModel = "vader",
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """Are complainers more content after staff replied than like complainers without an answer?

        An association, no proof of an effect: nobody drew lots for who is answered. Staff answer the worst complaints,
        of members on a bad day, who would be more content afterwards in any case (regression to the mean), so a before
        and after says nothing. A day with a complaint that staff replied to by its landmark is matched with days, in
        the same month, on which members complained as badly, after as many votes in a like mood, but were not answered;
        difference = (after − before) of the answered − the same of those others.

        Args:
            within: How long before and after are, in whole days. Who was answered so lately is no new episode.
            landmark: Until when, in whole days after that of the complaint, an answer counts.
            below: The score of a complaint, at most. The default takes a clearly negative word that nothing makes up
                for; `-0.05` is the threshold of VADER's authors for negative.
            answer: What answers: a `"reply"` of staff to the complaint (one that names no message is to the opening
                post), or any of theirs in its `"thread"` after it, for chats.
            adjust_every: The period within which complainers are compared.
            model: `"vader"`; `"commonweal"`, the trained model; a model of `commonweal.onnx`; or a numeric column of
                the events with scores from −1 to 1.
            by: Dimension columns to group by; all that is compared is then within the group.
            bots: Count complaints of bots too.
            roles: Count only the messages of members of these roles; staff answer whatever is said here.
            min_group: Suppress groups with fewer distinct members than this (0: none).
            confidence: Level of the intervals.

        Returns:
            One row per group: the `by` columns, `complaints` (days of members), `answered` (of them), of which `early`,
            `censored` (left out: the time before, or after, is not on record), `without_before`, `silent` (left out:
            they wrote nothing before, or nothing after), `unmatched` and `matched`, `controls` (days),
            `control_members`, `treated_before`, `treated_after`, `control_before`, `control_after` (means over the
            matched, −1 to 1), `before_after` (treated_after − treated_before: the naive figure), `difference`,
            `pre_trend` (the same for the time before; near 0 where both were on one path), both with `_low` and `_high`
            (by member), `treated_silent`, `control_silent` (shares that wrote nothing after, of those alike before),
            `silent_difference` with `_low` and `_high`, `evidence` (`"association"`).

        Raises:
            OptionError: an option has a value that it cannot take, or `by` names no column.
            DeclinedError: no complaint is answered by staff, or nobody is like those who are.

        Example:
            >>> import commonweal as cw
            >>> community = cw.datasets.simulate(members=300, days=200, seed=7)
            >>> community.sentiment.reply_effect(adjust_every="1y")["evidence"].item()
            'association'
        """
        return self._compute(
            "sentiment.reply_effect",
            within=within,
            landmark=landmark,
            below=below,
            answer=answer,
            adjust_every=adjust_every,
            model=model,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
