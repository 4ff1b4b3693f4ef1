"""What can be asked of a community, wherever its events are: in memory, or on disk."""

import json
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import polars as pl

from commonweal import _core, _options, _time
from commonweal._families import Families
from commonweal._health import health
from commonweal._health.alerts import Annotation, alerts
from commonweal._health.indicators import INDICATORS, Asked
from commonweal.typing import Every, Instant

T = TypeVar("T")


@dataclass(frozen=True)
class Facts:
    """What a report tells of the events beside their KPIs."""

    unknown: int
    """Events without a member."""
    channels: int
    """Distinct channels, none among them; 0 where no column tells."""
    platforms: Sequence[str]
    """The first few, by name."""
    texts: bool
    """Whether any event carries text."""


PLATFORMS = 3
"""So many platforms are named."""


class Observed(Families):
    """Events and members, every KPI on them, and what is told from their tables."""

    __slots__ = ()

    _min_group: int

    @property
    @abstractmethod
    def tz(self) -> str:
        """The zone of the calendar periods."""

    @property
    @abstractmethod
    def as_of(self) -> datetime:
        """The end of observation, in UTC."""

    @property
    @abstractmethod
    def n_events(self) -> int:
        """The number of events."""

    @property
    @abstractmethod
    def n_members(self) -> int:
        """The number of distinct members that did something."""

    @property
    @abstractmethod
    def n_threads(self) -> int:
        """The number of conversations."""

    @property
    @abstractmethod
    def span(self) -> tuple[datetime, datetime] | None:
        """The times of the first and the last event, in UTC; None where there is none."""

    @property
    @abstractmethod
    def members(self) -> pl.DataFrame | None:
        """The members table, where one was given."""

    @abstractmethod
    def _columns(self) -> Sequence[str]:
        """The columns of the events."""

    @abstractmethod
    def _facts(self) -> Facts:
        """What a report tells of the events."""

    @abstractmethod
    def _with_keys(self, checks: pl.DataFrame) -> pl.DataFrame:
        """The checks with the count of keys that may have changed."""

    def _together(self, works: Sequence[Callable[["Observed"], T]]) -> list[T]:
        """The results of pieces of work that ask for KPIs, which are computed together where that saves reading."""
        return [work(self) for work in works]

    def _asked(self, name: str, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """The options, with no group told of that `Privacy` hides."""
        given = options.get("min_group", 0)
        if self._min_group == 0 or not isinstance(given, int) or given >= self._min_group or not _hides_groups(name):
            return options
        return {**options, "min_group": self._min_group}

    def quality(self) -> pl.DataFrame:
        """What is wrong or odd with the data?

        Returns:
            One row per check: `check`, `count` (rows), `share` (0 to 1, null where there is no whole), `detail`.
            With `cw.read` and `cw.scan` the rows that the reader refused are listed with their reasons. Where more than
            the keys of members is known, the last row counts keys that may have changed; `cw.identities` shows them.

        Example:
            >>> import commonweal as cw
            >>> cw.datasets.simulate(members=60, days=60).quality().columns
            ['check', 'count', 'share', 'detail']
        """
        return self._with_keys(self.compute("quality"))

    def health(
        self, *, every: Every = "1w", within: str = "1d", min_group: int = 5, confidence: float = 0.95
    ) -> pl.DataFrame:
        """How is the community doing, and what has changed?

        The last complete period against the one before it, indicator by indicator. No figure sums them up: what is
        good for one may be bad for another.

        Args:
            every: The length of a period.
            within: The target for answers.
            min_group: Channels of fewer members are not named as what moved a figure.
            confidence: Level of the intervals; 1 − confidence is the chance of even one false alarm in the table.

        Returns:
            One row per indicator that the data tells of: `indicator`, `kpi` (that it is of), `unit`, `better` (the
            direction that is good: `up`, `down`), `period` and `period_before` (dates), `value` and `before` with
            `_low` and `_high`, `change` with `change_low` and `change_high`, `p_value`, `p_adjusted` (after Holm),
            `status` (`better`, `worse`, `no clear change`; null where it cannot be tested), `rate` and `mix` (parts of
            the change after Kitagawa: other figures of the channels, other sizes of them), `moved_by` (the channel
            that did most of it; of members, where they came from and went).

        Raises:
            OptionError: an option has a value that it cannot take.

        Example:
            >>> import commonweal as cw
            >>> c = cw.datasets.simulate(members=200, days=120, seed=7)
            >>> c.health(every="1mo")["indicator"].head(3).to_list()
            ['active members', 'new members', 'returning']

        Source: S. Holm, A simple sequentially rejective multiple test procedure, Scandinavian Journal of Statistics 6
        (1979); E. M. Kitagawa, Components of a difference between two rates, JASA 50 (1955).
        """
        asked = _how(every, within, min_group, confidence)
        rows = self._together([partial(health.row, indicator, asked) for indicator in INDICATORS])
        return health.table([row for row in rows if row], asked)

    def alerts(
        self,
        *,
        every: Every = "1w",
        budget: float = 1.0,
        annotations: Sequence[tuple[Instant, str] | tuple[Instant, Instant, str]] = (),
        within: str = "1d",
    ) -> pl.DataFrame:
        """Which periods were not like those before them?

        Each complete period is held against up to 52 before it, at least 12, in two ways: alone (XmR, Shewhart's chart
        of individuals) for what is sudden, and the last four by a weighted mean (EWMA) for what creeps. Limits are as
        far out as the budget says, and farther where few periods are known.

        Args:
            every: The length of a period.
            budget: How many false alerts a year are put up with, over all indicators together, where nothing changes
                but by chance from period to period. Growth and seasons are changes.
            annotations: What is known to have happened. `(start, end, label)`, an outage: its periods are no measure
                for others. `(start, label)`, a launch: from twelve periods after it on, only what came since is the
                measure. Alerts of such periods carry the label as `note`, and are not left out.
            within: The target for answers.

        Returns:
            One row per alert, by period: `period` (date), `indicator`, `kpi`, `unit`, `rule` (`xmr`, `ewma`), `value`
            (of the period, or the weighted mean), `expected`, `low`, `high` (the limits), `direction` (`up`, `down`),
            `better` (the direction that is good), `note` (null where nothing is known).

        Raises:
            OptionError: an option has a value that it cannot take.

        Example:
            >>> import commonweal as cw
            >>> c = cw.datasets.simulate(members=200, days=365, seed=7)
            >>> c.alerts(annotations=[("2025-06-01", "a launch")]).columns[:3]
            ['period', 'indicator', 'kpi']

        Source: W. A. Shewhart, Economic Control of Quality of Manufactured Product (1931); S. W. Roberts, Control chart
        tests based on geometric moving averages, Technometrics 1 (1959).
        """
        if isinstance(budget, bool) or not isinstance(budget, int | float) or not budget > 0:
            raise _options.wrong("budget", "a number of false alerts a year, above 0", budget)
        known = [_annotation(note, self.tz) for note in annotations]
        asked = _how(every, within, 0, 0.95)
        return self._together([lambda it: alerts(it, asked, float(budget), known)])[0]


class Through(Observed):
    """Another one, with all that it knows; how its KPIs are computed is for the one who looks through it to say."""

    __slots__ = ("_of",)

    def __init__(self, of: Observed) -> None:
        self._of = of

    @property
    def tz(self) -> str:
        """The zone of the calendar periods."""
        return self._of.tz

    @property
    def as_of(self) -> datetime:
        """The end of observation."""
        return self._of.as_of

    @property
    def n_events(self) -> int:
        """The number of events."""
        return self._of.n_events

    @property
    def n_members(self) -> int:
        """The number of members that did something."""
        return self._of.n_members

    @property
    def n_threads(self) -> int:
        """The number of conversations."""
        return self._of.n_threads

    @property
    def span(self) -> tuple[datetime, datetime] | None:
        """The times of the first and the last event."""
        return self._of.span

    @property
    def members(self) -> pl.DataFrame | None:
        """The members table."""
        return self._of.members

    def _columns(self) -> Sequence[str]:
        return self._of._columns()

    def _facts(self) -> Facts:
        return self._of._facts()

    def _with_keys(self, checks: pl.DataFrame) -> pl.DataFrame:
        return self._of._with_keys(checks)


def _how(every: Every, within: str, min_group: int, confidence: float) -> Asked:
    """The options, checked as those of KPIs are."""
    if every is None:
        raise _options.wrong("every", "the length of a period", every)
    _options.to_json({"every": every, "min_group": min_group, "confidence": confidence})
    return Asked(every, _options.duration("within", within), min_group, confidence)


def _annotation(note: Any, tz: str) -> Annotation:
    if not isinstance(note, list | tuple) or len(note) not in (2, 3) or not isinstance(note[-1], str):
        raise _options.wrong("annotations", "pairs of (start, label) or triples of (start, end, label)", note)
    days = [_time.instant("annotations", at, tz).astimezone(ZoneInfo(tz)).date() for at in note[:-1]]
    if len(days) == 2 and days[1] <= days[0]:
        raise _options.wrong("annotations", "triples whose end is after their start", note)
    return Annotation(days[0], days[1] if len(days) == 2 else None, note[-1])


@cache
def _hides_groups(name: str) -> bool:
    """Whether a KPI has groups that can be suppressed."""
    options = dict(pl.DataFrame(_core.kpis()).select("kpi", "options").iter_rows())
    return "min_group" in json.loads(options.get(name, "{}"))
