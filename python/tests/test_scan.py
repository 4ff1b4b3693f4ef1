"""Larger than memory: the bytes of memory, under the limit, and what goes wrong on the way."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from conftest import events

import commonweal as cw
from commonweal._scan import memory, pieces, spill
from commonweal.exceptions import CommonwealError, OptionError, SchemaError, SourceError

KPIS = list(cw.kpis()["kpi"])

pytestmark = pytest.mark.usefixtures("small_parts")


@pytest.fixture(scope="module")
def awkward(community: cw.Community) -> pl.DataFrame:
    """Events with unknown authors, without threads, and a member with much of it."""
    row = pl.int_range(pl.len())
    author = pl.when(row % 17 == 0).then(None).when(row % 12 == 0).then(pl.lit("hub")).otherwise("member")
    answered = pl.col("id").is_in(community.events["parent"].implode())
    alone = (row % 23 == 0) & (pl.col("kind") != "post") & ~answered
    return community.events.with_columns(
        member=author,
        thread=pl.when(alone | (pl.col("kind") == "join")).then(None).otherwise("thread"),
        parent=pl.when(alone).then(None).otherwise("parent"),
    )


def files(frame: pl.DataFrame, folder: Path, number: int = 3) -> str:
    folder.mkdir()
    for part in range(number):
        frame.gather_every(number, part).write_parquet(folder / f"{part}.parquet", row_group_size=500)
    return str(folder / "*.parquet")


@pytest.mark.parametrize("kind", ["plain", "awkward"])
def test_every_kpi_has_the_table_of_memory(
    community: cw.Community, awkward: pl.DataFrame, tmp_path: Path, kind: str
) -> None:
    given = awkward if kind == "awkward" else community.events
    source = files(given, tmp_path / "events")
    # The awkward one has a member with a twelfth of all events, who must fit into a part.
    with cw.scan(
        source,
        memory_limit="900kB" if kind == "awkward" else "500kB",
        members=community.members,
        tz="Europe/Berlin",
        spill=tmp_path,
    ) as scanned:
        whole = cw.Community(given, community.members, tz="Europe/Berlin")
        merged = scanned._merged({kpi: (kpi, {}) for kpi in KPIS})
        assert len(scanned._brought.spills) == 2
        assert all(len(list(_parts(scanned, of))) > 3 for of in scanned._brought.spills.values())
        finished = 0
        for kpi, (spec, gathered) in merged.items():
            state = gathered.to_bytes()
            one = cw.partial(cw.Spec(kpi, tz="Europe/Berlin"), given, members=community.members)
            assert state == one, kpi
            try:
                expected = whole.compute(kpi)
            except CommonwealError as error:
                with pytest.raises(type(error), match=f"^{re.escape(str(error))}$"):
                    cw.finish(spec, state)
            else:
                finished += 1
                assert cw.finish(spec, state).equals(expected), kpi
        assert finished > 40


def _parts(scanned: cw.Scan, of: spill.Spill) -> list[list[int]]:
    from commonweal._scan.tally import grouped

    return list(grouped(of.sizes(), scanned._room // memory.TIMES))


def test_the_families_and_several_at_once(community: cw.Community, tmp_path: Path) -> None:
    source = files(community.events, tmp_path / "events")
    end = community.as_of - timedelta(days=20)
    told: list[tuple[int, int]] = []
    asked = {"adoption.growth": {"every": "1mo"}, "response.first_response": {"within": ["1h", "1d"], "by": "channel"}}
    whole = cw.Community(community.events, as_of=end)
    with cw.scan(
        source, as_of=end, memory_limit="3MB", spill=tmp_path, progress=lambda *at: told.append(at)
    ) as scanned:
        tables = scanned.compute_all(asked)
        assert all(tables[kpi].equals(whole.compute(kpi, options)) for kpi, options in asked.items())
        read = len(told)
        assert told == sorted(told)
        assert told[-1] == (1000, 1000)
        # What lies on disk is not read again.
        assert scanned.adoption.retention().equals(whole.adoption.retention())
        assert scanned.response.backlog(every="1w").equals(whole.response.backlog(every="1w"))
        assert scanned.moderation.heated(top=3).equals(whole.moderation.heated(top=3))
        assert len(told) == read
        (folder,) = tmp_path.glob("commonweal-scan-*")
        assert "at most 3 MB" in repr(scanned)
    assert not folder.exists()
    assert "closed" in repr(scanned)
    with pytest.raises(OptionError, match="this scan is closed"):
        scanned.adoption.growth()


@pytest.mark.parametrize("suffix", ["csv", "ndjson", "tsv"])
def test_text_is_as_read_has_it(community: cw.Community, tmp_path: Path, suffix: str) -> None:
    row = pl.int_range(pl.len())
    frame = community.events.select("time", "member", "kind", "id", "thread", "parent", "channel", "text").head(3000)
    # A number where nobody would expect one, a column that is empty for long, texts over several lines, two bad rows.
    frame = frame.with_columns(
        time=pl.when(row == 7).then(pl.lit("soon")).otherwise(pl.col("time").dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ")),
        kind=pl.when(row == 2500).then(pl.lit("shout")).otherwise("kind"),
        text=pl.when(row % 5 == 0).then(pl.lit('one, "two"\nthree; 5" tall\n')).otherwise("text"),
        tier=pl.when(row > 2000).then(row % 3),
        score=(row % 10) / 10 - 0.4,
    )
    path = tmp_path / f"events.{suffix}"
    if suffix == "ndjson":
        frame.write_ndjson(path)
    else:
        frame.write_csv(path, separator="\t" if suffix == "tsv" else ",")
    people = community.members
    assert people is not None
    people.select("member", "role").write_csv(
        tmp_path / f"members.{suffix}", separator="\t" if suffix == "tsv" else ","
    )
    beside = None if suffix != "ndjson" else tmp_path / "members.ndjson"
    if beside is not None:
        people.select("member", "role").write_ndjson(beside)
    whole = cw.read(path)
    pieces_of = 0

    def told(done: int, total: int) -> None:
        nonlocal pieces_of
        pieces_of += 1

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces, "LEAST_PIECE", 1 << 15)
        with cw.scan(path, memory_limit="3MB", spill=tmp_path, progress=told) as scanned:
            for kpi, options in (
                ("response.first_response", {"within": "1h", "by": "tier", "roles": "member"}),
                ("sentiment.trend", {"model": "score", "every": "1w"}),
                ("adoption.growth", {}),
            ):
                assert scanned.compute(kpi, options).equals(whole.compute(kpi, options)), kpi
            assert scanned.quality().equals(whole.quality())
    assert pieces_of > 5


def test_a_mapping_and_columns(small: pl.DataFrame, tmp_path: Path) -> None:
    frame = small.rename({"member": "user_id", "channel": "room"}).with_columns(kind=pl.lit("message"), junk=pl.lit(1))
    frame.write_parquet(tmp_path / "events.parquet")
    how = {"mapping": {"channel": "room", "kind_values": {"message": "post"}}, "columns": frame.columns[:5]}
    with cw.scan(tmp_path / "events.parquet", spill=tmp_path, **how) as scanned:
        expected = cw.read(tmp_path / "events.parquet", **how).engagement.activity(by="channel")
        assert scanned.engagement.activity(by="channel").equals(expected)
    with pytest.raises(SourceError, match="there is no column 'salary'; there are time, user_id"):
        cw.scan(tmp_path / "events.parquet", spill=tmp_path, columns=["salary"]).adoption.growth()


def test_no_events_and_few(small: pl.DataFrame, tmp_path: Path) -> None:
    for rows in (small, small.clear()):
        rows.write_parquet(tmp_path / "events.parquet")
        with cw.scan(tmp_path / "events.parquet", spill=tmp_path) as scanned:
            assert scanned.response.backlog().equals(cw.Community(rows).response.backlog())
            assert scanned.adoption.growth().equals(cw.Community(rows).adoption.growth())


def test_a_damaged_row_group_is_named(community: cw.Community, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    path = tmp_path / "events.parquet"
    community.events.write_parquet(path, row_group_size=500)
    group = pq.ParquetFile(path).metadata.row_group(2)
    content = bytearray(path.read_bytes())
    for column in range(group.num_columns):
        chunk = group.column(column)
        start = chunk.dictionary_page_offset or chunk.data_page_offset
        content[start : start + chunk.total_compressed_size] = os.urandom(chunk.total_compressed_size)
    path.write_bytes(content)
    with (
        cw.scan(path, spill=tmp_path) as scanned,
        pytest.raises(SourceError, match=r"events.parquet, row group 2 of \d+ \(rows 1000 to 1499\): cannot be read"),
    ):
        scanned.adoption.growth()
    assert not list(tmp_path.glob("commonweal-scan-*"))
    path.write_bytes(content[:-100])
    with (
        cw.scan(path, spill=tmp_path, format="parquet") as scanned,
        pytest.raises(SourceError, match="is no Parquet file"),
    ):
        scanned.adoption.growth()


def test_a_full_disk(community: cw.Community, tmp_path: Path) -> None:
    resource = pytest.importorskip("resource")
    source = files(community.events, tmp_path / "events")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    with cw.scan(source, memory_limit="3MB", spill=tmp_path) as scanned:
        try:
            # No file may be larger than this.
            resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
            with pytest.raises(SourceError, match=r"cannot be put here .* are free\); name a folder with more room"):
                scanned.adoption.growth()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        (folder,) = tmp_path.glob("commonweal-scan-*")
        # What was begun is gone; and with room it works.
        assert not list(folder.glob("*.parquet"))
        assert scanned.adoption.growth().equals(cw.Community(community.events).adoption.growth())
    with pytest.raises(SourceError, match=r"nowhere: there is no such folder .* make it, or name another"):
        cw.scan(source, spill=tmp_path / "nowhere")


@pytest.mark.skipif(sys.platform == "win32", reason="kills a process, and locks files")
def test_a_killed_run_leaves_nothing_that_grows(community: cw.Community, tmp_path: Path) -> None:
    source = files(community.events, tmp_path / "events")
    program = f"""
import os, signal, commonweal as cw
end = lambda done, total: done > 300 and os.kill(os.getpid(), signal.SIGKILL)
cw.scan({source!r}, memory_limit="400MB", spill={str(tmp_path)!r}, progress=end).adoption.growth()
"""
    for _ in range(2):
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == -signal.SIGKILL, done.stderr
        (left,) = tmp_path.glob("commonweal-scan-*")
    with cw.scan(source, memory_limit="3MB", spill=tmp_path) as first, cw.scan(source, spill=tmp_path) as second:
        # The one that was left is gone, those that live are not.
        assert not left.exists()
        assert len(list(tmp_path.glob("commonweal-scan-*"))) == 2
        assert first.adoption.growth().equals(second.adoption.growth())
    assert not list(tmp_path.glob("*commonweal-scan-*"))


def test_a_key_that_is_too_large_is_named(community: cw.Community, tmp_path: Path) -> None:
    frame = community.events.with_columns(thread=pl.lit("the one thread"))
    source = files(frame, tmp_path / "events")
    with cw.scan(source, memory_limit="1500kB", spill=tmp_path) as scanned:
        told = (
            r"memory_limit must be .* MB at least: \d+ events .*, \d+ of them of the thread 'the one thread', which is"
        )
        with pytest.raises(OptionError, match=told):
            scanned.response.first_response()
        assert scanned.adoption.growth().equals(cw.Community(frame).adoption.growth())


def test_ids_that_occur_twice_are_refused(tmp_path: Path) -> None:
    def scanned(frame: pl.DataFrame) -> cw.Scan:
        frame.write_parquet(tmp_path / "events.parquet", row_group_size=1)
        return cw.scan(tmp_path / "events.parquet", spill=tmp_path)

    chat = events((0, "ana", "post", None), (1, "bo", "reply", "e1"), id=["e1", "e1"], parent=[None, "e1"])
    with (
        scanned(chat) as it,
        pytest.raises(SchemaError, match="column \"id\": repeats a value given before: 'e1'; keep"),
    ):
        it.adoption.growth()


@pytest.mark.parametrize("value", [0, -1, True, "2", "2 GO", "0GB", "much", None, 1.5])
def test_limits_that_make_no_sense(value: object, table_file: Callable[[str], Path]) -> None:
    with pytest.raises(OptionError, match="memory_limit must be a number of bytes, or a size such as"):
        cw.scan(table_file("e.parquet"), memory_limit=value)  # type: ignore[arg-type]


def test_limits(monkeypatch: pytest.MonkeyPatch, table_file: Callable[[str], Path]) -> None:
    assert [memory.limit(size) for size in ("500MB", " 1.5 GiB", "2gb", 7)] == [
        500_000_000,
        1_610_612_736,
        2 * 10**9,
        7,
    ]
    assert [memory.written(size) for size in (999, 1_234_000, 2_000_000_000)] == ["999 B", "1.23 MB", "2 GB"]
    monkeypatch.undo()
    with pytest.raises(OptionError, match=r"memory_limit must be .* at least, since the process itself takes .* MB"):
        cw.scan(table_file("e.parquet"), memory_limit="50MB")


def test_what_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "a.csv.gz").write_bytes(b"\x1f\x8b\x08rest")
    (tmp_path / "empty").mkdir()
    (tmp_path / "rows.json").write_text('[\n {"time": "2024-01-01T00:00:00Z", "member": "a", "kind": "post"}\n]')
    with pytest.raises(SourceError, match=r"is one JSON array; .* `jq -c"):
        cw.scan(tmp_path / "rows.json")
    with pytest.raises(SourceError, match="there is no such file or folder"):
        cw.scan(tmp_path / "nowhere.parquet")
    with pytest.raises(SourceError, match="no file has such a name"):
        cw.scan(tmp_path / "*.parquet")
    with pytest.raises(SourceError, match="the folder is empty"):
        cw.scan(tmp_path / "empty")
    with pytest.raises(SourceError, match="is packed; unpack it first"):
        cw.scan(tmp_path / "a.csv.gz")
    with pytest.raises(OptionError, match="format must be one of 'parquet', 'csv', 'ndjson', got 'slack'"):
        cw.scan(tmp_path / "a.csv.gz", format="slack")  # type: ignore[arg-type]


def test_notes_on_events_and_members_are_counted_together(tmp_path: Path) -> None:
    post = b"2024-01-01T00:00:00Z,%s,post\n"
    (tmp_path / "events.csv").write_bytes(b"time,member,kind\n" + post % b"jos\xe9" + post % b"ren\xe9e")
    (tmp_path / "members.csv").write_bytes(b"member,team\njim,caf\xe9\n")
    whole = cw.read(tmp_path).quality()
    noted = whole.filter(pl.col("check").str.contains("UTF-8"))["count"].to_list()
    assert noted == [3]
    with cw.scan(tmp_path) as scanned:
        assert scanned.quality().equals(whole)
    # Then members are read with each piece, whose names are taken out of texts.
    privacy = cw.Privacy(erase=("jim",))
    with cw.scan(tmp_path, privacy=privacy) as scanned:
        assert scanned.quality().equals(cw.read(tmp_path, privacy=privacy).quality())


def test_a_table_of_which_no_row_could_be_used(small: pl.DataFrame, tmp_path: Path) -> None:
    small.with_columns(kind=pl.lit("shout")).write_parquet(tmp_path / "events.parquet")
    told = r"none of the 5 rows could be used: kind \"shout\" is none of the contract's \(5\)\. .*mapping= says"
    with cw.scan(tmp_path / "events.parquet", spill=tmp_path) as scanned, pytest.raises(SourceError, match=told):
        scanned.adoption.growth()


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads what the process held most from /proc")
def test_memory_stays_under_the_limit(tmp_path: Path) -> None:
    small = cw.datasets.simulate(members=2000, days=365, seed=3).events.drop("text")
    # Copies of one community, under names of their own.
    for copy in range(6):
        names = [pl.format("{}-{}", name, pl.lit(copy)).alias(name) for name in ("member", "id", "thread", "parent")]
        small.with_columns(names).write_parquet(tmp_path / f"{copy}.parquet", row_group_size=50_000)
    program = """
import sys, commonweal as cw
how, source = sys.argv[1:]
if how == "scan":
    community = cw.scan(source, memory_limit="420MB")
else:
    community = cw.read(source)
print(community.response.first_response(by="channel").hash_rows().sum(), community.adoption.growth().hash_rows().sum())
peak = int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1])
print(peak * 1024)
"""
    told = {}
    for how in ("scan", "read"):
        command = [sys.executable, "-c", program, how, str(tmp_path / "*.parquet")]
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
        assert done.returncode == 0, done.stderr
        told[how] = done.stdout.splitlines()
    assert told["scan"][0] == told["read"][0]
    # The most it ever held.
    assert int(told["scan"][1]) <= 420e6
