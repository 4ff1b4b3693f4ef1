"""`community.sentiment.audit_sample`."""

from collections.abc import Sequence

import polars as pl

from commonweal._families.base import Family
from commonweal.onnx import OnnxModel
from commonweal.typing import By, Every, Role


class AuditSample(Family):
    """Which messages should a person label, so that the mood is a share and no index?"""

    __slots__ = ()

    def audit_sample(
        self,
        *,
        n: int = 200,
        every: Every | None = None,
        seed: int = 0,
        model: str | OnnxModel = "vader",
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """Which messages should a person label, so that the mood is a share and no index?

        The draw is decided by the ids and `seed` alone, so it is the same for any order of the events. Write
        `negative`, `neutral` or `positive` into `label`, and give the table to `trend(audit=...)`. Who stops early
        loses nothing but messages: within a period and group the rows come in a random order.

        Args:
            n: How many messages to draw in each period and group. `trend` needs 100 labels in each of its own.
            every: Length of a period to draw from, or None to draw from the whole span.
            seed: Another seed draws other messages.
            model: `"vader"`; `"commonweal"`, the trained model; a model of `commonweal.onnx`; or a numeric column of
                the events with scores from −1 to 1. Only messages that it scores are drawn.
            by: Dimension columns to group by.
            bots: Draw messages of bots too.
            roles: Draw only messages by members of these roles.
            min_group: Taken for uniformity; every row is one message of one person.
            confidence: Taken for uniformity; a sample carries no interval.

        Returns:
            One row per message drawn: `period` (date, with `every`), the `by` columns, `id`, `time`, `text`,
            `population` (scored messages of the period and group), `probability` (drawn / population), `label` (null,
            for a person to fill in), `complete` (with `every`).

        Raises:
            OptionError: an option has a value that it cannot take, or `by` names no column.
            DeclinedError: a scored message has no id.

        Example:
            >>> import commonweal as cw
            >>> sample = cw.datasets.simulate(members=60, days=60).sentiment.audit_sample(n=25, seed=1)
            >>> sample.height, sample["label"].null_count()
            (25, 25)
        """
        return self._compute(
            "sentiment.audit_sample",
            n=n,
            every=every,
            seed=seed,
            model=model,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
