"""What can break under a scan: the disk that fills up, the process that is killed, files that are damaged."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq
import pytest

import commonweal as cw
from commonweal.exceptions import SourceError


@pytest.fixture
def source(community: cw.Community, tmp_path: Path) -> Path:
    """Three files in the order of time, of some row groups each."""
    folder = tmp_path / "events"
    folder.mkdir()
    frame = community.events.sort("time")
    for part in range(3):
        rows = frame.slice(part * frame.height // 3, frame.height // 3)
        rows.write_parquet(folder / f"{part}.parquet", row_group_size=400)
    return folder


def spoil(path: Path, group: int, column: str) -> None:
    """Writes noise over a column of a row group."""
    told = pq.ParquetFile(path).metadata.row_group(group)
    (chunk,) = (told.column(at) for at in range(told.num_columns) if told.column(at).path_in_schema == column)
    start = chunk.dictionary_page_offset or chunk.data_page_offset
    content = bytearray(path.read_bytes())
    content[start : start + chunk.total_compressed_size] = os.urandom(chunk.total_compressed_size)
    path.write_bytes(content)


@pytest.mark.parametrize("column", ["time", "member", "text"])
def test_the_damaged_row_group_of_the_damaged_file_is_named(
    small_parts: None, source: Path, tmp_path: Path, column: str
) -> None:
    spoil(source / "1.parquet", 2, column)
    told = r"events/1.parquet, row group 2 of \d+ \(rows 800 to 1199\): cannot be read, it is damaged: .*; write the"
    with cw.scan(source, spill=tmp_path, memory_limit="3MB") as scanned:
        for ask in (scanned.adoption.growth, scanned.response.backlog, scanned.health, lambda: scanned.n_members):
            with pytest.raises(SourceError, match=told):
                ask()
        (folder,) = tmp_path.glob("commonweal-scan-*")
        assert not list(folder.glob("*.parquet"))
    assert not list(tmp_path.glob("*commonweal-scan-*"))


def test_damage_outside_of_the_time_that_is_asked_for_does_no_harm(
    small_parts: None, source: Path, tmp_path: Path
) -> None:
    whole = cw.read(source)
    rows = pl.concat(pl.read_parquet(file, columns=["time"]) for file in sorted(source.glob("*.parquet")))
    last = pl.read_parquet(source / "2.parquet", columns=["time"])["time"]
    damaged = last[800:1200]
    # Of row groups that are left out, who answers whom is looked at still: it tells which acts open a conversation.
    spoil(source / "2.parquet", 2, "channel")
    with cw.scan(source, spill=tmp_path, memory_limit="3MB") as scanned:
        before = scanned.between(rows["time"][1000], damaged[0])
        expected = whole.between(rows["time"][1000], damaged[0])
        assert before.adoption.growth().equals(expected.adoption.growth())
        assert before.response.backlog().equals(expected.response.backlog())
        told = r"2.parquet, row group 2 of \d+ \(rows 800 to 1199\): cannot be read, it is damaged"
        with pytest.raises(SourceError, match=told):
            scanned.between(rows["time"][1000], damaged[200]).adoption.growth()


def test_what_lies_on_disk_is_damaged_meanwhile(small_parts: None, source: Path, tmp_path: Path) -> None:
    with cw.scan(source, spill=tmp_path, memory_limit="3MB") as scanned:
        expected = scanned.adoption.growth()
        (folder,) = tmp_path.glob("commonweal-scan-*")
        file = next(iter(sorted(folder.glob("*.parquet"))))
        kept = file.read_bytes()
        spoil(file, 0, "member")
        with pytest.raises(SourceError, match=rf"{file}: what was put on disk cannot be read again"):
            scanned.adoption.retention()
        file.unlink()
        with pytest.raises(SourceError, match=rf"{file}: what was put on disk cannot be read again"):
            scanned.adoption.growth()
        file.write_bytes(kept)
        assert scanned.adoption.growth().equals(expected)


MOUNTED = """
mount -t tmpfs -o size={size} tmpfs {disk} || exit 77
{python} - <<'END'
import os
import commonweal as cw
from commonweal._scan import memory
memory.room = lambda most: most
with cw.scan({source!r}, memory_limit="3MB", spill={disk!r}{more}) as scanned:
    try:
        print("told:", scanned.adoption.growth().height)
    except cw.exceptions.SourceError as error:
        print("refused:", error)
    (folder,) = os.listdir({disk!r})
    print("left:", [name for name in os.listdir({disk!r} + "/" + folder) if name not in ("lock", "alone.csv")])
print("then:", os.listdir({disk!r}))
END
"""


@pytest.mark.parametrize("how", ["parquet", "csv", "privacy"])
def test_a_disk_that_is_full(community: cw.Community, source: Path, tmp_path: Path, how: str) -> None:
    """A disk of its own, smaller than what is put on it."""
    if shutil.which("unshare") is None or subprocess.run(["unshare", "-rm", "true"], check=False).returncode:
        pytest.skip("no disk can be mounted here")
    disk = tmp_path / "disk"
    disk.mkdir()
    path = source
    if how == "csv":
        path = tmp_path / "events.csv"
        frame = community.events.with_columns(pl.col("time").dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ"))
        pl.concat([frame] * 4).with_columns(id=pl.int_range(pl.len()).cast(pl.String)).write_csv(path)
    more = ', privacy=cw.Privacy(pseudonymise="correct horse battery")' if how == "privacy" else ""
    told: dict[str, list[str]] = {}
    for size in ("100k", "64m"):
        program = MOUNTED.format(size=size, disk=str(disk), python=sys.executable, source=str(path), more=more)
        done = subprocess.run(
            ["unshare", "-rm", "sh", "-c", program], capture_output=True, text=True, timeout=300, check=False
        )
        if done.returncode == 77:
            pytest.skip("no disk can be mounted here")
        assert done.returncode == 0, done.stderr
        told[size] = done.stdout.splitlines()
    refused, left, then = told["100k"]
    assert refused.startswith(
        f"refused: {disk}: what is larger than memory cannot be put here (No space left on device"
    )
    assert "name a folder with more room" in refused
    assert (left, then) == ("left: []", "then: []")
    assert told["64m"][0].startswith("told: ")
    assert told["64m"][-1] == "then: []"


@pytest.mark.skipif(sys.platform == "win32", reason="limits the size of files")
def test_a_piece_of_text_that_does_not_fit_on_the_disk(
    small_parts: None, community: cw.Community, tmp_path: Path
) -> None:
    resource = pytest.importorskip("resource")
    path = tmp_path / "events.csv"
    community.events.with_columns(pl.col("time").dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ")).write_csv(path)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    with cw.scan(path, memory_limit="3MB", spill=tmp_path) as scanned:
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, before[1]))
            with pytest.raises(SourceError, match=r"cannot be put here .* are free\); name a folder with more room"):
                scanned.adoption.growth()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert scanned.adoption.growth().equals(cw.read(path).adoption.growth())


@pytest.mark.skipif(sys.platform == "win32", reason="kills a process, and locks files")
@pytest.mark.parametrize(
    "ask", ["filter(pl.col('kind') != 'view').health()", "between('2020-01-01', '2030-01-01').alerts()"]
)
def test_a_part_of_a_scan_that_is_killed(source: Path, tmp_path: Path, ask: str) -> None:
    program = f"""
import os, signal, commonweal as cw, polars as pl
end = lambda done, total: done > 500 and os.kill(os.getpid(), signal.SIGKILL)
cw.scan({str(source)!r}, memory_limit="400MB", spill={str(tmp_path)!r}, progress=end).{ask}
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    # The one and the part of it.
    assert len(list(tmp_path.glob("commonweal-scan-*"))) == 2
    names: dict[str, Any] = {"pl": pl}
    with cw.scan(source, spill=tmp_path) as scanned:
        assert len(list(tmp_path.glob("commonweal-scan-*"))) == 1
        names["it"] = scanned
        expected = eval(f"it.{ask}", names)
        assert expected.width > 5
    assert not list(tmp_path.glob("*commonweal-scan-*"))
