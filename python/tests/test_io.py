"""Reading exports from Python."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

import commonweal as cw
from commonweal.exceptions import SourceError

Files = Callable[[str], Path]


@pytest.mark.parametrize("name", ["e.parquet", "e.csv", "e.ndjson"])
def test_tables(table_file: Files, small: pl.DataFrame, name: str) -> None:
    c = cw.read(table_file(name))
    assert c.n_events == 5
    assert c.response.first_response().equals(cw.Community(small).response.first_response())


def test_a_folder_of_events_and_members(table_file: Files, tmp_path: Path) -> None:
    table_file("events.parquet")
    pl.DataFrame({"member": ["ana", "bo", "cy"], "role": ["staff", "bot", None]}).write_parquet(
        tmp_path / "members.parquet"
    )
    c = cw.read(tmp_path)
    assert c.adoption.active_members(every="1y")["active"].to_list() == [2]


def test_quality_counts_what_was_read(table_file: Files) -> None:
    quality = cw.read(table_file("e.csv")).quality()
    counts = dict(quality.select("check", "count").iter_rows())
    assert counts["rows read"] == counts["rows kept"] == 5


def test_progress_is_told(table_file: Files) -> None:
    calls: list[tuple[int, int]] = []
    cw.read(table_file("e.csv"), progress=lambda done, total: calls.append((done, total)))
    assert all(done <= total for done, total in calls)


def test_an_error_in_progress_is_not_swallowed(table_file: Files) -> None:
    def fail(_done: int, _total: int) -> None:
        raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        cw.read(table_file("e.csv"), progress=fail)


def test_there_is_no_such_file() -> None:
    with pytest.raises(SourceError, match=r"^nowhere.csv: there is no such file or folder"):
        cw.read("nowhere.csv")


@pytest.mark.parametrize("name", ["e.parquet", "e.csv", "e.ndjson", "e.zip", "e.xml", "e.json", "e.mbox", "e.what"])
def test_not_what_its_name_says(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"\x00\x01\x02 neither this nor that \xff")
    with pytest.raises(SourceError, match=name):
        cw.read(path)


def test_a_truncated_parquet(table_file: Files) -> None:
    path = table_file("e.parquet")
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(SourceError, match=r"e\.parquet"):
        cw.read(path)
