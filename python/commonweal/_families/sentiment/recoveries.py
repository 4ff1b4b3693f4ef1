"""`community.sentiment.recoveries`."""

from collections.abc import Sequence

import polars as pl

from commonweal._families.base import Family
from commonweal.onnx import OnnxModel
from commonweal.typing import By, Role


class Recoveries(Family):
    """Have those who were gloomy become content, more than chance would have it?"""

    __slots__ = ()

    def recoveries(
        self,
        *,
        least: int = 15,
        apart: float = 0.5,
        false_share: float = 0.1,
        model: str | OnnxModel = "vader",
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """Have those who were gloomy become content, more than chance would have it?

        Who had a bad start looks better afterwards in any case. So states are told from shrunken means, and beside each
        count stands how many of it chance makes where nobody changes. The lift after a reply of staff is that of
        `reply_effect`.

        Args:
            least: The least number of votes (hours in which a member wrote) on each side.
            apart: How far from the mean gloomy and content are, in standard deviations of members.
            false_share: The share of false ones among the changes that are told of as sure.
            model: `"vader"`; `"commonweal"`, the trained model; a model of `commonweal.onnx`; or a numeric column of
                the events with scores from −1 to 1.
            by: Dimension columns to group by.
            bots: Count bots too.
            roles: Count only messages by members of these roles.
            min_group: Suppress groups with fewer such members than this (0: none).
            confidence: Taken for uniformity; the table carries no interval.

        Returns:
            Nine rows per group in which a member has votes enough: the `by` columns, `from`, `to` (`gloomy`, `between`,
            `content`, in the first and the second half of a member's votes), `members`, `share` (of those who were
            `from`), `expected` (had nobody changed), `net` (members − expected), `changed` (those with a change that is
            sure), `mean_before`, `mean_after` (of their votes, −1 to 1).

        Raises:
            OptionError: an option has a value that it cannot take, or `by` names no column.

        Example:
            >>> import commonweal as cw
            >>> table = cw.datasets.simulate(members=60, days=60).sentiment.recoveries(least=5)
            >>> table.height in (0, 9)
            True
        """
        return self._compute(
            "sentiment.recoveries",
            least=least,
            apart=apart,
            false_share=false_share,
            model=model,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
