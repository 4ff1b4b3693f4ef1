"""`community.response.return_curve`."""

from collections.abc import Sequence
from datetime import timedelta

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import By, Responder, Role


class ReturnCurve(Family):
    """When do newcomers come back, answered in time or not?"""

    __slots__ = ()

    def return_curve(
        self,
        *,
        within: str | timedelta = "1h",
        horizon: str | timedelta = "30d",
        landmark: str | timedelta | None = None,
        wash_in: str | timedelta | None = "30d",
        responder: Responder = "any",
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """When do newcomers come back, answered in time or not?

        The two curves behind `retention_effect`: 1 − S(t), Kaplan–Meier of the local days from the landmark's to
        that of the first contribution on a later one. An association, no proof of an effect.

        Args:
            within: An answer until then is in time.
            horizon: How long after the landmark a return is waited for, in whole days.
            landmark: When after the first post classes are told; by default `within`.
            wash_in: Members whose first contribution lies so near to the first of all may be no newcomers and are left
                out; None for nobody.
            responder: Whose reply counts: `"any"`, `"staff"` or `"peer"`.
            by: Dimension columns to group by, of the first post or its author.
            bots: Count posts of bots too.
            roles: Count only first posts by members of these roles.
            min_group: Suppress groups with fewer distinct members than this (0: none).
            confidence: Level of the intervals.

        Returns:
            One row per group, class and time, the first at time 0: the `by` columns, `answered` (whether in time),
            `time` (whole days since the landmark's), `at_risk`, `came_back`, `censored` (members),
            `returned` (0 to 1) with `low` and `high` (Greenwood, log-log).

        Raises:
            OptionError: an option has a value that it cannot take, or `by` names no column.

        Example:
            >>> import commonweal as cw
            >>> cw.datasets.simulate(members=300, days=200).response.return_curve(within="6h")["returned"][0]
            0.0
        """
        return self._compute(
            "response.return_curve",
            within=within,
            horizon=horizon,
            landmark=landmark,
            wash_in=wash_in,
            responder=responder,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
