"""Durations as people say them."""

from datetime import timedelta

_SPACE = "\N{NO-BREAK SPACE}"
_UNITS = (("day", 86_400), ("h", 3_600), ("min", 60), ("s", 1))


def words(length: timedelta) -> str:
    """The duration in its two largest units: `2 h 10 min`, `1 day`, `45 s`, `0.4 s`."""
    seconds = length.total_seconds()
    if 0 < seconds < 10:
        return f"{seconds:.1f}".rstrip("0").rstrip(".") + f"{_SPACE}s" if seconds >= 0.1 else f"under 0.1{_SPACE}s"
    unit = next((size for _, size in _UNITS if seconds >= size), 1)
    finest = {86_400: 3_600, 3_600: 60, 60: 1, 1: 1}[unit]
    # From ten minutes on, seconds are noise; from ten days on, hours are.
    finest = 86_400 if seconds >= 10 * 86_400 else 60 if 600 <= seconds < 3_600 else finest
    rest = int(seconds / finest + 0.5) * finest
    parts = []
    for name, size in _UNITS:
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count:,}{_SPACE}{name}{'s' if name == 'day' and count != 1 else ''}")
    return _SPACE.join(parts) or f"0{_SPACE}s"
