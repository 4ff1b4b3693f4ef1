"""How much memory there is to use, and how much is used."""

import ctypes
import os
import re
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from commonweal import _core
from commonweal._options import wrong

if sys.platform != "win32":
    import resource

if TYPE_CHECKING:
    import pyarrow as pa

_TRIM: Final = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None

UNITS: Final = {
    "B": 1,
    "KB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "TB": 10**12,
    "KIB": 2**10,
    "MIB": 2**20,
    "GIB": 2**30,
    "TIB": 2**40,
}
LEAST: Final = 64 * 10**6
"""Less than this is no room to work in."""

LATER: Final = 128 * 10**6
"""What is loaded when it is first needed: readers, writers, threads."""

TIMES: Final = 6
"""What a part takes while it is computed, in times of what its events take as Arrow: measured, with a margin."""


def limit(value: int | str) -> int:
    """A size in bytes, as people write it."""
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    if isinstance(value, str):
        match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([A-Za-z]+)\s*", value)
        unit = UNITS.get(match[2].upper()) if match else None
        if match and unit and float(match[1]) > 0:
            return int(float(match[1]) * unit)
    raise wrong("memory_limit", 'a number of bytes, or a size such as "500MB", "2GB", "1.5GiB"', value)


def held() -> int:
    """What this process holds now, in bytes."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        # Where the system does not say what it holds, the most it ever held.
        if sys.platform == "win32":
            return 200 * 10**6
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def room(most: int) -> int:
    """What is left under the limit for events, beside the process as it is."""
    _core.give_back_at_once()
    here = held() + LATER
    if most - here < LEAST:
        least = f"{written(here + LEAST)} at least, since the process itself takes {written(here)}"
        raise wrong("memory_limit", least, written(most))
    return most - here


def written(size: int) -> str:
    """A size in words."""
    for unit in ("GB", "MB", "kB"):
        scale = UNITS[unit.upper()]
        if size >= scale:
            return f"{size / scale:.3g} {unit}" if size < 1000 * scale else f"{size / scale:.0f} {unit}"
    return f"{size} B"


def of(frame: pl.DataFrame) -> int:
    """What a frame takes, in bytes. What polars estimates leaves out a good part of texts."""
    size = 0
    for column in frame:
        if column.dtype == pl.String:
            size += 16 * len(column) + int(column.str.len_bytes().sum())
        else:
            size += 8 * len(column) if column.dtype.is_numeric() else int(column.estimated_size())
    return size


def give_back() -> None:
    """Gives memory that is not used back to the system, as far as those who manage it can."""
    import_module("pyarrow").default_memory_pool().release_unused()
    if _TRIM is not None:
        _TRIM(0)


def arrow(frame: pl.DataFrame) -> "pa.Table":
    """A frame as Arrow that every version reads."""
    return frame.to_arrow(compat_level=pl.CompatLevel.oldest())
