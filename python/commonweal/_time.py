"""Points in time as people write them."""

from datetime import date, datetime, time, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from commonweal._options import wrong
from commonweal.typing import Instant

_ALLOWED = "a datetime with a zone, a date, or either in ISO 8601 (2026-01-31, 2026-01-31T12:00:00Z)"


def zone(option: str, name: str) -> ZoneInfo:
    """The IANA zone of this name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError, TypeError, AttributeError):
        raise wrong(option, 'the name of an IANA time zone, such as "Europe/Berlin"', name) from None


def instant(option: str, value: Instant, tz: str) -> datetime:
    """The instant meant, in UTC; a date is its first instant in `tz`."""
    moment = _parsed(option, value) if isinstance(value, str) else value
    if not isinstance(moment, date):
        raise wrong(option, _ALLOWED, value)
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time.min, zone("tz", tz))
    if moment.tzinfo is None:
        raise wrong(option, "a datetime with a zone: add tzinfo=, or an offset such as Z or +01:00", value)
    return moment.astimezone(timezone.utc)


def window(
    start: Instant, end: Instant, tz: str, names: tuple[str, str] = ("start", "end")
) -> tuple[datetime, datetime]:
    """The two instants, of which one is after the other; `names` is what the caller calls them."""
    first, last = instant(names[0], start, tz), instant(names[1], end, tz)
    if last <= first:
        raise wrong(names[1], f"after {names[0]} ({first.isoformat()})", last.isoformat())
    return first, last


def _parsed(option: str, text: str) -> date:
    parse = date.fromisoformat if len(text) <= len("2026-01-31") else datetime.fromisoformat
    try:
        # Python 3.10 knows no Z.
        return parse(f"{text[:-1]}+00:00" if text.endswith(("Z", "z")) else text)
    except ValueError:
        raise wrong(option, _ALLOWED, text) from None
