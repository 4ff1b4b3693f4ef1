"""`community.response.responders`."""

from collections.abc import Sequence

import polars as pl

from commonweal._families.base import Family
from commonweal.typing import By, Each, Every, Responder, Role


class Responders(Family):
    """Who answers first, and how much of it rests on how few?"""

    __slots__ = ()

    def responders(
        self,
        *,
        each: Each = "responder",
        responder: Responder = "any",
        every: Every | None = None,
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """Who answers first, and how much of it rests on how few?

        share = first responses of a responder / first responses of the period and group.

        Args:
            each: Of what there is a row: of each `"responder"`, or of each `"role"` (staff and peers).
            responder: Whose reply counts: `"any"`, `"staff"` or `"peer"`.
            every: Length of a period (by the time of the post), or None for the whole span as one.
            by: Dimension columns to group by (of the post).
            bots: Count bots as responders too, and posts of bots.
            roles: Count only posts by members of these roles.
            min_group: Name nobody in groups of fewer distinct responders, or fewer distinct askers who were answered,
                than this (0: none). In larger groups each row is about one person.
            confidence: Level of the intervals.

        Returns:
            One row per period, group and responder, those with the most first responses first: `period` (date), the
            `by` columns, `responder` (the member), `responder_role` (`"staff"`, `"peer"`: a person who is not staff, or
            `"bot"`), `first_responses` (posts), `share` (0 to 1, with `_low` and `_high`, Wilson), `answered_median`
            (duration: the median wait of the posts that they answered first), `complete`. With `each="role"`,
            `responders` (distinct members) in place of `responder`, and zeros where a role answered nothing.

        Raises:
            OptionError: an option has a value that it cannot take, or `by` names no column.

        Example:
            >>> import commonweal as cw
            >>> community = cw.datasets.simulate(members=60, days=60)
            >>> first = community.response.responders()
            >>> first["first_responses"].sum() == community.response.first_response()["answered"].item()
            True
        """
        return self._compute(
            "response.responders",
            each=each,
            responder=responder,
            every=every,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
