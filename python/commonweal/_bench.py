"""How long KPIs take, and whether that is longer than it was.

What a machine does besides makes measures longer, never shorter; so everything is measured several times in turns, and
the least counts. CPU seconds of all threads count, not those of the clock. And what is compared is the ratio to a piece
of work that is always the same, measured in the same turns, so that a baseline holds on another machine, roughly.
"""

import json
import platform
import random
import time
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import polars as pl

from commonweal._version import version
from commonweal.community import Community
from commonweal.exceptions import DeclinedError, OptionError

Kpis = Mapping[str, Mapping[str, Any]]

READ: Final = "read"
"""What reading the input is called, beside the KPIs."""

FLOOR: Final = 0.03
"""What takes less, in times of the yardstick, is too short to tell from noise."""

AGAIN: Final = 3
"""What seems slower is measured so many times as often before it is said to be."""


@dataclass(frozen=True)
class Change:
    """What a KPI took, in times of the yardstick, and what it takes."""

    name: str
    before: float | None
    now: float

    @property
    def change(self) -> float | None:
        """By which share it takes longer."""
        return None if self.before is None else self.now / self.before - 1


class Bench:
    """The measures, which more turns make better."""

    def __init__(self, read: Callable[[], Community], kpis: Kpis, *, whatever_fits: bool = False) -> None:
        self._read, self._kpis = read, dict(kpis)
        self._whatever_fits = whatever_fits
        self.left_out: dict[str, str] = {}
        """With `whatever_fits`, KPIs whose options do not fit the data, and why."""
        self._community = read()
        self.events = self._community.n_events
        self.yardstick = float("inf")
        self._least: dict[str, tuple[float, float]] = {}
        self._runs: dict[str, int] = {}

    def turn(self, names: list[str] | None = None) -> None:
        """Measures each once more, or these, and the yardstick between them."""
        for name in [READ, *self._kpis] if names is None else names:
            self.yardstick = min(self.yardstick, _timed(_always_the_same)[0])
            try:
                cpu, wall = _timed(self._read) if name == READ else self._computed(name)
            except OptionError as error:
                if not self._whatever_fits:
                    raise OptionError(f"--kpi {name}: {error}") from None
                self.left_out[name] = str(error)
                del self._kpis[name]
                continue
            before = self._least.get(name, (cpu, wall))
            self._least[name] = min(before[0], cpu), min(before[1], wall)
            self._runs[name] = self._runs.get(name, 0) + 1

    def _computed(self, name: str) -> tuple[float, float]:
        # One that has computed nothing before, so that all that the KPI needs is measured.
        fresh = self._community.filter(pl.lit(value=True))

        def work() -> None:
            # To find that the data does not tell is work, too.
            with suppress(DeclinedError):
                fresh.compute(name, self._kpis[name])

        return _timed(work)

    def relative(self) -> dict[str, float]:
        """CPU in times of the yardstick."""
        return {name: cpu / self.yardstick for name, (cpu, _) in self._least.items()}

    def report(self) -> dict[str, Any]:
        """All of it, as JSON takes it."""
        relative = self.relative()
        measured = {
            name: {
                **({} if name == READ else {"options": json.loads(json.dumps(self._kpis[name], default=str))}),
                "cpu_seconds": round(cpu, 6),
                "wall_seconds": round(wall, 6),
                "relative": round(relative[name], 4),
                "runs": self._runs[name],
            }
            for name, (cpu, wall) in self._least.items()
        }
        return {
            "commonweal": version(),
            "python": platform.python_version(),
            "machine": platform.machine(),
            "events": self.events,
            "yardstick_cpu_seconds": round(self.yardstick, 6),
            "measured": measured,
        }


def slower(changes: list[Change], tolerance: float) -> list[Change]:
    """Those that take longer by more than what is put up with."""
    return [it for it in changes if it.before is not None and it.now > max(it.before, FLOOR) * (1 + tolerance)]


def changes(bench: Bench, baseline: Mapping[str, Any]) -> list[Change]:
    """Each measure beside the one of the baseline."""
    known = {name: it["relative"] for name, it in baseline["measured"].items()}
    return [Change(name, known.get(name), now) for name, now in bench.relative().items()]


def baseline(path: Path) -> dict[str, Any]:
    """The baseline of a file."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        for it in told["measured"].values():
            float(it["relative"])
        int(told["events"])
    except FileNotFoundError:
        raise OptionError(f"--baseline {path}: there is no such file; make it with --update") from None
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise OptionError(f"--baseline {path}: is not what commonweal bench wrote: {error!r}") from None
    return dict(told)


def check(baseline: Mapping[str, Any], bench: Bench, kpis: Kpis, path: Path) -> None:
    """Refuses a baseline of something else."""
    if baseline["events"] != bench.events:
        raise OptionError(
            f"--baseline {path}: is of {baseline['events']} events, the input has {bench.events}; measure the same "
            "input, or write it anew with --update"
        )
    asked = json.loads(json.dumps(kpis, default=str))
    for name, options in asked.items():
        before = baseline["measured"].get(name, {"options": options}).get("options", {})
        if before != options:
            raise OptionError(
                f"--baseline {path}: {name} was measured with {json.dumps(before)}, now with {json.dumps(options)}; "
                "write it anew with --update"
            )


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """CPU and wall seconds."""
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - cpu, time.perf_counter() - wall


def _always_the_same() -> None:
    """Sorting, hashing and compressing, as much every time: some tenths of a second."""
    draw = random.Random(1958)  # noqa: S311  (always the same)
    numbers = [draw.getrandbits(40) for _ in range(100_000)]
    groups: dict[int, int] = {}
    for number in sorted(numbers):
        groups[number & 0xFFF] = groups.get(number & 0xFFF, 0) + number
    zlib.compress(b"".join(number.to_bytes(5, "little") for number in numbers), 6)
