"""`community.response.compare`."""

from collections.abc import Sequence

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import By, DateRange, Every, Hours, Responder, Role, Within


class Compare(Family):
    """Are posts answered faster in one group than in another, or now than before?"""

    __slots__ = ()

    def compare(
        self,
        *,
        between: str | None = None,
        groups: tuple[str, str] | None = None,
        periods: tuple[DateRange, DateRange] | None = None,
        every: Every = "1mo",
        within: Within = "1h",
        responder: Responder = "any",
        hours: Hours | None = None,
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """Are posts answered faster in one group than in another, or now than before?

        Differences are second − first, with MOVER intervals out of those of both sides; the log-rank test compares the
        whole curves.

        Args:
            between: The column whose values are compared, of the events or the members.
            groups: The two values of `between`, the reference first; None where there are only two.
            periods: Two periods, each from a date to another that is no part of it, the reference first, as
                `(("2024-01-01", "2024-04-01"), ("2024-04-01", "2024-07-01"))`.
            every: Without `between` and `periods`, the last period of this length that is over is compared with the
                one before.
            within: One or more targets, such as `"1h"` or `["1h", "1d"]`; one row for each.
            responder: Whose reply counts: `"any"`, `"staff"` or `"peer"`.
            hours: Business hours, in which alone time passes; None for all hours.
            by: Dimension columns to compare within.
            bots: Count posts of bots too.
            roles: Count only posts by members of these roles.
            min_group: Suppress comparisons of which a side has fewer distinct members than this (0: none).
            confidence: Level of the intervals.

        Returns:
            One row per group of `by` and target: the `by` columns, `within` (duration), `first`, `second` (what is
            compared), `n_first`, `answered_first` (posts), `median_first` (duration), `attained_first` (0 to 1),
            `n_second`, `answered_second`, `median_second`, `attained_second`, `median_difference` (duration, negative
            where the second is faster), `attained_difference` (medians, shares and differences with `_low` and
            `_high`), `log_rank` (χ² with one degree of freedom), `p_value`, and, of periods, `complete`. As column
            names: `median_first_low`, and so on.

        Raises:
            OptionError: an option has a value that it cannot take, or `between` or `by` names no column.

        Example:
            >>> import commonweal as cw
            >>> community = cw.datasets.simulate(members=60, days=90)
            >>> table = community.response.compare(between="channel", groups=("help", "general"), within=["1h", "1d"])
            >>> table.select("first", "second").unique().row(0)
            ('help', 'general')
        """
        return self._compute(
            "response.compare",
            between=between,
            groups=groups,
            periods=periods,
            every=every,
            within=within,
            responder=responder,
            hours=hours,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
