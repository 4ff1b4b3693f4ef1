"""The recipes of docs/cluster.md are the scripts of docs/recipes/, and give the table of one machine."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

import commonweal as cw

DOCS = Path(__file__).parents[2] / "docs"
RECIPES = {"processes": "duckdb", "daft_groups": "daft", "ray_data": "ray"}


@pytest.mark.parametrize("name", RECIPES)
def test_the_page_shows_the_script(name: str) -> None:
    script = (DOCS / "recipes" / f"{name}.py").read_text(encoding="utf-8")
    assert f"```py\n{script}```" in (DOCS / "cluster.md").read_text(encoding="utf-8")
    code = [line for line in script.splitlines() if line and not line.startswith(("import", "from", '"""', "#"))]
    assert len(code) <= 25


@pytest.mark.parametrize("name", RECIPES)
def test_it_gives_the_table_of_one_machine(community: cw.Community, tmp_path: Path, name: str) -> None:
    if importlib.util.find_spec(RECIPES[name]) is None:
        pytest.skip(f"{RECIPES[name]} is not installed: pip install --group engines")
    folder = tmp_path / "events"
    folder.mkdir()
    for part in range(3):
        community.events.gather_every(3, part).write_parquet(folder / f"{part}.parquet")
    source, target = str(folder / "*.parquet"), tmp_path / "table.parquet"
    script = DOCS / "recipes" / f"{name}.py"
    command, slow = [sys.executable, script, source, target], {"RAY_raylet_start_wait_time_s": "300"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, env={**os.environ, **slow})
    assert done.returncode == 0, done.stderr[-3_000:]
    expected = cw.Community(community.events).response.first_response(within="1h", by="channel")
    assert pl.read_parquet(target).equals(expected)
