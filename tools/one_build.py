"""Fails when the tests and the wheel would not share one build of their dependencies.

Cargo gives a shared crate the features that all selected packages ask for. The wheel is built from commonweal-py alone,
the tests from the whole workspace with its dev-dependencies; where the two differ, polars is compiled twice.
"""

import subprocess
import sys


def crates(*selection: str) -> set[str]:
    """The crates of a selection, each with its version and features."""
    command = ["cargo", "tree", "--prefix", "none", "--format", "{p} {f}", *selection]
    lines = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    return {line.removesuffix(" (*)") for line in lines if line}


wheel = crates("--package", "commonweal-py", "--edges", "normal,build")
tests = crates("--workspace", "--edges", "normal,build,dev")
assert any(line.startswith("polars ") for line in wheel), "cargo tree printed no polars: this check sees nothing"
if extra := wheel - tests:
    print("The wheel builds these with other features than the tests do:", *sorted(extra), sep="\n  ")
    print(
        "Ask for what the tests ask for in crates/commonweal-py/Cargo.toml; `cargo tree -e features -i CRATE` tells it."
    )
    sys.exit(1)
