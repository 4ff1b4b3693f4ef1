"""What README.md says is true: its Python runs, and it names every KPI."""

import re
from pathlib import Path

import pytest

import commonweal as cw

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def test_python_blocks_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    assert blocks, "README.md has no Python"
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, "README.md", "exec"), names)
    assert (tmp_path / "report.html").stat().st_size > 10_000


def test_every_kpi_is_named_and_no_other() -> None:
    rows = re.findall(r"^\| `([a-z_.]+)` \|", README, re.MULTILINE)
    assert sorted(rows) == sorted(cw.kpis()["kpi"])
