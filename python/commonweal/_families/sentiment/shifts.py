"""`community.sentiment.shifts`."""

from collections.abc import Sequence

import polars as pl

from commonweal._families.base import Family
from commonweal.onnx import OnnxModel
from commonweal.typing import By, Every, Role, ShiftMethod, ShiftSide, Towards


class Shifts(Family):
    """When did the mood shift, and was it the mood or who talks?"""

    __slots__ = ()

    def shifts(
        self,
        *,
        method: ShiftMethod = "pelt",
        every: Every = "1d",
        shortest: int = 7,
        towards: Towards = "both",
        side: ShiftSide = "both",
        shift: float = 0.2,
        weight: float = 0.01,
        reference: int = 2000,
        run_length: int = 5000,
        draws: int = 999,
        seed: int = 0,
        model: str | OnnxModel = "vader",
        by: By = None,
        bots: bool = False,
        roles: Role | Sequence[Role] | None = None,
        min_group: int = 0,
        confidence: float = 0.95,
    ) -> pl.DataFrame:
        """When did the mood shift, and was it the mood or who talks?

        A vote is the mean score of what one author wrote in one hour, freed of what the weekday and the hour of the day
        add. `pelt` parts the whole history into stretches of even mood; `cusum` and `ewma` are control charts, which
        raise an alarm as soon as the mood has moved. How large a change has to be is learnt from the community's own
        quiet history, so that `pelt` finds one in at most 1 − `confidence` of the histories without any, and a chart
        gives one false alarm in `run_length` votes.

        Args:
            method: `"pelt"`, `"cusum"` or `"ewma"`.
            every: The period whose means `pelt` parts, and that dates the changes.
            shortest: The least number of periods (with a vote) of a stretch.
            towards: Which shifts a chart tells of: `"both"`, `"drop"` or `"rise"`.
            side: Which side of a score votes: `"both"`, the score itself; `"negative"`, what is negative of it alone
                (−1 to 0), which shows complaints sooner, as praise is no noise to it; `"positive"` likewise (0 to 1).
            shift: The shift that `cusum` is to find soonest, in standard deviations of a vote.
            weight: The weight of the newest vote in `ewma`.
            reference: The votes that a chart takes its level from.
            run_length: The votes between false alarms of a chart, on average.
            draws: The histories without change that `pelt` is held against.
            seed: What the draws begin with; the same seed gives the same table.
            model: `"vader"`; `"commonweal"`, the trained model; a model of `commonweal.onnx`; or a numeric column of
                the events with scores from −1 to 1.
            by: Dimension columns to group by.
            bots: Count messages of bots too.
            roles: Count only messages by members of these roles.
            min_group: Suppress groups with fewer distinct members than this (0: none).
            confidence: Level of the intervals, and of what `pelt` takes for a change.

        Returns:
            One row per stretch, in order, the first of each group being the one that history begins with: the `by`
            columns, `time` (of its beginning), `until` (where the next begins, or the last vote), `alarm` (of charts),
            `votes`, `authors`, `before`, `after` (means of the votes, −1 to 1), `size` (after − before) with `_low` and
            `_high` (by author, by days whose moods may last, and by how likely the changes beside it are none),
            `p_value` (of `pelt`), `mix` (what it makes that others talk), `mood` (the change of those who talk in both
            stretches) with `_low` and `_high`, `stayers` (members who do), `threshold` (what a change had to pass; null
            where there was too little to judge).

        Raises:
            OptionError: an option has a value that it cannot take, or `by` names no column.

        Example:
            >>> import commonweal as cw
            >>> shifts = cw.datasets.simulate(members=60, days=60).sentiment.shifts()
            >>> shifts["before"][0] is None
            True
        """
        return self._compute(
            "sentiment.shifts",
            method=method,
            every=every,
            shortest=shortest,
            towards=towards,
            side=side,
            shift=shift,
            weight=weight,
            reference=reference,
            run_length=run_length,
            draws=draws,
            seed=seed,
            model=model,
            by=by,
            bots=bots,
            roles=roles,
            min_group=min_group,
            confidence=confidence,
        )
