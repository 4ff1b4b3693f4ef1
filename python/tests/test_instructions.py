"""The gate on instructions: what it reads, and what it calls too many."""

import importlib.util
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "tools" / "instructions.py"
_spec = importlib.util.spec_from_file_location("instructions", SCRIPT)
assert _spec is not None
assert _spec.loader is not None
gate = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(gate)


def test_a_dump_is_read() -> None:
    assert gate.total("version: 1\nevents: Ir\nsummary: 12345\n\nfn=(1) main\n1 12345\n\ntotals: 12345\n") == 12345
    with pytest.raises(SystemExit):
        gate.total("version: 1\n")


def test_what_grew_is_named() -> None:
    before = {"views": 1, "a": 1_000_000, "b": 1_000_000, "tiny": 1_000, "gone": 5}
    now = {"views": 9_000_000, "a": 1_029_000, "b": 1_031_000, "tiny": 150_000, "new": 9_000_000}
    assert gate.grown(before, now) == ["b: 1,031,000 instructions, +3.1%"]


def test_without_valgrind_it_says_that_it_is_skipped(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(gate.shutil, "which", lambda name: None)
    monkeypatch.setattr("sys.argv", ["instructions.py"])
    assert gate.main() == 0
    assert capsys.readouterr().out.startswith("skipped: valgrind is missing")
