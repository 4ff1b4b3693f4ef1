"""Numbers and dates as the report writes them."""

from collections.abc import Sequence
from datetime import date, timedelta

from commonweal._report._model import Cell
from commonweal.plot._time import words
from commonweal.typing import Every

NONE = "–"
_UNITS: dict[Every, str] = {"1d": "day", "1w": "week", "1mo": "month", "1q": "quarter", "1y": "year"}


def count(number: int | None, noun: str = "", plural: str = "") -> str:
    """`1,234 posts`; without a noun, the number."""
    if number is None:
        return NONE
    if not noun:
        return f"{number:,}"
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def listed(parts: Sequence[str]) -> str:
    """`one, two and three`."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def ratio(number: float | None) -> str:
    """A number per something, to one decimal."""
    return NONE if number is None else f"{number:,.1f}"


def percent(share: float | None, decimals: int = 0) -> str:
    """A share as a percentage that never rounds to none or all."""
    if share is None:
        return NONE
    if 0 < share < 0.5 / 10 ** (2 + decimals):
        return f"under {1 / 10**decimals:g}%"
    if 1 - 0.5 / 10 ** (2 + decimals) < share < 1:
        return f"over {100 - 1 / 10**decimals:g}%"
    return f"{share:.{decimals}%}"


def points(share: float | None) -> str:
    """A difference of shares, in points of 100, with its sign."""
    if share is None:
        return NONE
    rounded = round(share * 100)
    return f"{'+' if rounded > 0 else '−' if rounded < 0 else ''}{abs(rounded)}"


def share_range(low: float | None, high: float | None) -> str:
    """`31–37%`; finer where the interval is narrow."""
    # An interval without width is what the estimate has where everything happened, not certainty.
    if low is None or high is None or low == high:
        return ""
    decimals = _decimals(low, high)
    return f"{100 * low:.{decimals}f}–{100 * high:.{decimals}f}%"


def estimate(share: float | None, low: float | None, high: float | None) -> str:
    """A share as fine as its interval, so that it never seems to lie outside."""
    return percent(share, _decimals(low, high))


def _decimals(low: float | None, high: float | None) -> int:
    narrow = low is not None and high is not None and 0 < high - low < 0.02
    return 1 if narrow else 0


def wait(length: timedelta | None) -> str:
    """A duration, or that the curve does not reach it."""
    return "not reached" if length is None else words(length)


def wait_range(low: timedelta | None, high: timedelta | None) -> str:
    """The interval of a duration; open above where the curve does not reach its end."""
    if low is None:
        return ""
    return f"over {words(low)}" if high is None else f"{words(low)}\N{NO-BREAK SPACE}– {words(high)}"


def day(when: date) -> str:
    """`2 June 2025`."""
    return f"{when.day} {when:%B %Y}"


def unit(every: Every, number: int = 1) -> str:
    """`week`, `weeks`."""
    return _UNITS[every] + ("" if number == 1 else "s")


def period(start: date, every: Every) -> str:
    """The period in words."""
    if every == "1d":
        return day(start)
    if every == "1w":
        return f"week of {day(start)}"
    if every == "1mo":
        return f"{start:%B %Y}"
    if every == "1q":
        return f"Q{(start.month + 2) // 3} {start.year}"
    return str(start.year)


def during(start: date, every: Every) -> str:
    """The period as the start of a sentence."""
    if every == "1d":
        return f"On {period(start, every)}"
    return f"In the {period(start, every)}" if every == "1w" else f"In {period(start, every)}"


def share_cell(share: float | None, low: float | None, high: float | None) -> Cell:
    """A share over its interval."""
    return Cell(estimate(share, low, high), share_range(low, high), soft=share is None)


def wait_cell(length: timedelta | None, low: timedelta | None, high: timedelta | None) -> Cell:
    """A duration over its interval."""
    return Cell(wait(length), wait_range(low, high), soft=length is None)
