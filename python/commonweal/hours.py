"""Business hours: durations that count open time only."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from commonweal import _core, _options, _time
from commonweal.typing import Clock, Instant, Week

__all__ = ["BusinessHours"]

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class BusinessHours(Mapping[str, Any]):
    """When a team is open: every KPI with `hours=` then counts open time only.

    An instant is open if the clocks of `zone` then show a date and a time that the schedule calls open. So where clocks
    change, a time that is skipped is not counted, and one that comes twice is counted twice. An interval that crosses
    midnight belongs to the day it starts on. Holidays are closed from 00:00 to 24:00, and no interval starts on them.
    `docs/business-hours.md` says it all, with examples.

    A BusinessHours never changes. It is a mapping too: `dict(hours)` is its JSON, and a plain dict of these keys may
    stand wherever `hours=` is taken.

    Args:
        week: Opening intervals by weekday, `mon` to `sun`, as `{"mon": [["09:00", "12:30"], ["13:30", "17:00"]]}`. A
            day that is not named is closed. `["22:00", "06:00"]` goes on after midnight; `"24:00"` is the end of a day.
        zone: The IANA zone of the team's clock.
        holidays: Dates on which nothing is open.
        later: Weeks that replace `week` from a date on: `[{"from": "2026-07-01", "week": {...}}, ...]`.
        clock: Whose clock the schedule is read on: the `"team"`'s (that is, `zone`), the `"asker"`'s own, or the
            `"responder"`'s: of the member who answered. Where a member's zone is not known, and for the responder of
            posts that are still open, the team's.
        column: The column with the zones of members, such as `"Africa/Cairo"`, for the last two.

    Raises:
        OptionError: the schedule cannot be; the message names the day and what is wrong with it.

    Example:
        >>> import commonweal as cw
        >>> lunch = [["09:00", "12:30"], ["13:30", "17:00"]]
        >>> hours = cw.BusinessHours({"mon": lunch, "wed": lunch}, zone="Europe/Berlin", holidays=["2026-12-23"])
        >>> hours.between("2026-11-23T12:00:00+01:00", "2026-11-25T09:15:00+01:00")
        datetime.timedelta(seconds=15300)
    """

    __slots__ = ("_core", "_json")

    def __init__(
        self,
        week: Week,
        *,
        zone: str,
        holidays: Iterable[date | str] = (),
        later: Iterable[Mapping[str, Any]] = (),
        clock: Clock = "team",
        column: str = "timezone",
    ) -> None:
        given = {
            "week": week,
            "zone": zone,
            "holidays": list(holidays),
            "later": list(later),
            "clock": clock,
            "column": column,
        }
        self._core = _core.Hours(json.dumps(_options.hours(given)))
        self._json: dict[str, Any] = json.loads(self._core.json())

    @classmethod
    def weekdays(cls, opens: str | time, closes: str | time, *, zone: str, **others: Any) -> "BusinessHours":
        """Open from Monday to Friday, from one time to another; `others` as in `BusinessHours`.

        Example:
            >>> import commonweal as cw
            >>> hours = cw.BusinessHours.weekdays("09:00", "17:00", zone="Europe/Berlin", holidays=["2026-12-25"])
            >>> hours.due("2026-11-20T16:55:00+01:00", "1h").isoformat()
            '2026-11-23T09:55:00+01:00'
        """
        return cls({day: [[opens, closes]] for day in _DAYS[:5]}, zone=zone, **others)

    @classmethod
    def daily(cls, opens: str | time, closes: str | time, *, zone: str, **others: Any) -> "BusinessHours":
        """Open from Monday to Sunday, from one time to another; `others` as in `BusinessHours`."""
        return cls({day: [[opens, closes]] for day in _DAYS}, zone=zone, **others)

    @classmethod
    def always(cls, *, zone: str = "UTC", **others: Any) -> "BusinessHours":
        """Open day and night, but for the holidays in `others`."""
        return cls.daily("00:00", "24:00", zone=zone, **others)

    @classmethod
    def from_dict(cls, schedule: Mapping[str, Any]) -> "BusinessHours":
        """The schedule that a dict, or JSON, of the same keys tells.

        Raises:
            OptionError: a key is missing or unknown, or the schedule cannot be.
        """
        self = cls.__new__(cls)
        self._core = _core.Hours(json.dumps(_options.hours(schedule)))
        self._json = json.loads(self._core.json())
        return self

    def between(self, start: Instant, end: Instant) -> timedelta:
        """The open time from one instant to a later one, on the team's clock.

        Args:
            start: A datetime with a zone, a date (its first instant in the team's zone), or either in ISO 8601.
            end: The same; where it is not after `start`, the open time is 0.

        Raises:
            OptionError: one of them is no such thing.
        """
        zone: str = self._json["zone"]
        return self._core.between(_time.instant("start", start, zone), _time.instant("end", end, zone))

    def due(self, start: Instant, within: str | timedelta) -> datetime | None:
        """When so much open time has passed since `start`, on the team's clock; None where that is never.

        Raises:
            OptionError: `start` is no instant, or `within` no positive duration in whole seconds.
        """
        zone: str = self._json["zone"]
        moment = _time.instant("start", start, zone)
        due = self._core.due(moment, _options.duration("within", within))
        return None if due is None else due.astimezone(ZoneInfo(zone))

    def __getitem__(self, key: str) -> Any:
        return deepcopy(self._json[key])

    def __iter__(self) -> Iterator[str]:
        return iter(self._json)

    def __len__(self) -> int:
        return len(self._json)

    def __copy__(self) -> "BusinessHours":
        return self

    def __deepcopy__(self, _: Mapping[int, Any]) -> "BusinessHours":
        return self

    def __reduce__(self) -> tuple[Callable[[Mapping[str, Any]], "BusinessHours"], tuple[dict[str, Any]]]:
        return BusinessHours.from_dict, (self._json,)

    def __hash__(self) -> int:
        return hash(self._core.json())

    def __repr__(self) -> str:
        week: dict[str, Sequence[Sequence[str]]] = self._json["week"]
        shifts = {day: ", ".join("-".join(shift) for shift in week[day]) for day in _DAYS if day in week}
        return f"<BusinessHours {self._json['zone']}: {'; '.join(f'{day} {open_}' for day, open_ in shifts.items())}>"
