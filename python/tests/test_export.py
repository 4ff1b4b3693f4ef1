"""KPI tables for other programs."""

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import polars as pl
import pytest

from commonweal import _export
from commonweal.exceptions import OptionError

TABLE = pl.DataFrame(
    {
        "channel": ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1", "a=b", None],
        "median": [timedelta(minutes=90)] * 8,
        "time": [datetime(2026, 1, 5, 12, tzinfo=timezone.utc)] * 8,
        "change": [-0.5] * 8,
    }
)


def test_spreadsheets_run_nothing(tmp_path: Path) -> None:
    _export.write(TABLE, tmp_path / "t.csv", "csv")
    back = pl.read_csv(tmp_path / "t.csv")
    assert back["channel"].to_list() == ["'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\t=1", "'＝1", "a=b", None]
    assert back["change"].to_list() == [-0.5] * 8


def test_column_names_are_neutral_too() -> None:
    assert _export.neutral(pl.DataFrame({"=x": [1], "y": [2]})).columns == ["'=x", "y"]


def test_durations_are_seconds_and_say_so(tmp_path: Path) -> None:
    _export.write(TABLE, tmp_path / "t.json", "json")
    first = json.loads((tmp_path / "t.json").read_text(encoding="utf-8"))[0]
    assert first == {
        "channel": "=1+1",
        "median_seconds": 5400.0,
        "time": "2026-01-05T12:00:00.000000Z",
        "change": -0.5,
    }


def test_parquet_keeps_the_types(tmp_path: Path) -> None:
    _export.write(TABLE, tmp_path / "t.parquet", "parquet")
    assert pl.read_parquet(tmp_path / "t.parquet").equals(TABLE)


def test_the_format_follows_the_name() -> None:
    assert _export.format_of(Path("a.JSON")) == "json"
    assert _export.format_of(None) == "csv"
    with pytest.raises(OptionError, match=r"^--output must end in .csv, .parquet, .json"):
        _export.format_of(Path("a.xlsx"))
