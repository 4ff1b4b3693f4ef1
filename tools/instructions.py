"""Counts the instructions of every KPI, and fails where there are more than there were: python tools/instructions.py.

Times differ from run to run and from machine to machine; the instructions of a program hardly do. valgrind counts
them, of benches/examples/instructions.rs, which computes each KPI of the registry on a simulated community, on one
thread. What takes more than 3 % more than benches/instructions.json says is named, and the exit code is 1. `--update`
writes that file. A baseline holds for one compiler and one kind of processor: with another the counts are printed and
nothing fails.
"""

import argparse
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HOME = Path(__file__).parents[1]
BASELINE = HOME / "benches" / "instructions.json"
MEMBERS = 300
TOLERANCE = 0.03
LEAST = 200_000
"""Fewer instructions than these are not told from chance."""

SHOWN = ("simulate", "views")
"""Counted and not compared: the simulated community is no KPI, and the first round is of all KPIs there are."""


def program() -> Path:
    """The compiled example."""
    command = ["cargo", "build", "--release", "--workspace", "--examples", "--message-format", "json"]
    if os.environ.get("CI"):
        command.append("--locked")
    done = subprocess.run(command, cwd=HOME, stdout=subprocess.PIPE, text=True, check=True)
    for line in done.stdout.splitlines():
        told = json.loads(line)
        if told.get("executable") and told["target"]["name"] == "instructions":
            return Path(told["executable"])
    raise SystemExit("cargo built no example named instructions")


def count(path: Path) -> dict[str, int]:
    """The instructions between one call of `counted` and the next, by what it is called with."""
    one = {"RAYON_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1", "COMMONWEAL_BENCH_MEMBERS": str(MEMBERS)}
    with tempfile.TemporaryDirectory() as folder:
        command = ["valgrind", "--tool=callgrind", "--dump-after=instructions::counted*", "--callgrind-out-file=out"]
        done = subprocess.run(
            [*command, str(path)], cwd=folder, env=os.environ | one, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(done.stderr[-2_000:])
        names = done.stdout.split()
        # The last is of what comes after the last call.
        dumps = sorted((int(dump.suffix[1:]), dump) for dump in Path(folder).glob("out.*"))
        totals = [total(dump.read_text(encoding="utf-8")) for _, dump in dumps][: len(names)]
    if len(totals) != len(names):
        raise SystemExit(f"{len(names)} calls of instructions::counted, {len(totals)} counts: was it inlined?")
    return dict(zip(names, totals, strict=True))


def total(dump: str) -> int:
    """The instructions of a dump of callgrind."""
    found = re.search(r"^(?:totals|summary): (\d+)", dump, re.MULTILINE)
    if found is None:
        raise SystemExit("this is no dump of callgrind")
    return int(found[1])


def compiler() -> str:
    """What made the program, and for which processor."""
    told = subprocess.run(["rustc", "--version"], capture_output=True, text=True, check=True).stdout
    return f"{' '.join(told.split()[:2])}, {platform.machine()}"


def grown(before: dict[str, int], now: dict[str, int]) -> list[str]:
    """What takes more than it did, in words."""
    return [
        f"{name}: {now[name]:,} instructions, {now[name] / old - 1:+.1%}"
        for name, old in before.items()
        if name in now and name not in SHOWN and now[name] > max(old, LEAST) * (1 + TOLERANCE)
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--update", action="store_true", help="write the baseline")
    parser.add_argument("--program", type=Path, help="the example, where it is compiled already")
    options = parser.parse_args()
    if shutil.which("valgrind") is None:
        print("skipped: valgrind is missing (Debian: apt install valgrind)")
        return 0
    now, made_by = count(options.program or program()), compiler()
    stored = json.loads(BASELINE.read_text(encoding="utf-8")) if BASELINE.exists() else {"compiler": made_by}
    before = stored.get("instructions", {})
    for name, instructions in now.items():
        change = f"  {instructions / before[name] - 1:+7.2%}" if name in before else "      new"
        print(f"{name:<36}{instructions:>16,}{change}")
    if options.update:
        text = json.dumps({"compiler": made_by, "members": MEMBERS, "instructions": now}, indent=2)
        BASELINE.write_text(text + "\n", encoding="utf-8")
        print(f"written: {BASELINE.relative_to(HOME)}")
        return 0
    if stored["compiler"] != made_by:
        print(f"not compared: the baseline is of {stored['compiler']}, this is {made_by}; write it anew with --update")
        return 0
    late = grown(before, now)
    for line in late:
        print(f"more than {TOLERANCE:.0%} above the baseline: {line}", file=sys.stderr)
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
