"""Parts of what is larger than memory: filters, times, and what is told of them."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq
import pytest
from scans import KPIS, all_equal, spans

import commonweal as cw
from commonweal._scan import pieces
from commonweal.exceptions import OptionError

HOW: dict[str, Any] = {"tz": "Europe/Berlin", "memory_limit": "3MB"}

pytestmark = pytest.mark.usefixtures("small_parts")


@pytest.fixture(scope="module")
def whole(few: cw.Community) -> cw.Community:
    return cw.Community(few.events, few.members, tz="Europe/Berlin")


@pytest.fixture(scope="module")
def source(few: cw.Community, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Events in the order of time, so that the row groups have times of their own, with a table of members."""
    folder = tmp_path_factory.mktemp("source")
    few.events.sort("time").write_parquet(folder / "events.parquet", row_group_size=300)
    assert few.members is not None
    few.members.write_parquet(folder / "members.parquet")
    return folder / "events.parquet"


@pytest.fixture
def scanned(source: Path, tmp_path: Path) -> Iterator[cw.Scan]:
    with cw.scan(source, spill=tmp_path, **HOW) as it:
        yield it
    assert not list(tmp_path.glob("*commonweal-scan-*"))


PREDICATES: dict[str, list[pl.Expr]] = {
    "channel": [pl.col("channel") != "help"],
    "two": [pl.col("kind").is_in(["post", "reply"]), pl.col("time").dt.hour() < 18],
    "null": [pl.col("parent") != "e1"],
    "thread": [pl.col("thread").str.ends_with("1")],
    "none": [pl.col("channel") == "nowhere"],
}


@pytest.mark.parametrize("name", PREDICATES)
def test_filter_is_that_of_memory(scanned: cw.Scan, whole: cw.Community, name: str) -> None:
    cut, expected = scanned.filter(*PREDICATES[name]), whole.filter(*PREDICATES[name])
    assert (expected.n_events == 0) == (name == "none")
    assert expected.n_events < whole.n_events
    all_equal(cut, expected, least=30 if name == "none" else 40)


def test_filters_after_one_another(scanned: cw.Scan, whole: cw.Community) -> None:
    one, other = pl.col("channel") != "help", pl.col("kind") != "reaction"
    expected = whole.filter(one).filter(other)
    twice = scanned.filter(one).filter(other)
    assert twice.adoption.growth().equals(expected.adoption.growth())
    assert twice.n_events == expected.n_events
    # The one that they are of is as it was, and an empty filter is none.
    assert scanned.filter() is scanned
    assert scanned.adoption.growth().equals(whole.adoption.growth())
    scanned.close()
    with pytest.raises(OptionError, match="this scan is closed"):
        twice.adoption.growth()


@pytest.mark.parametrize(
    "predicate",
    [
        pl.col("time") > pl.col("time").mean(),
        pl.col("id").is_first_distinct(),
        pl.len().over("member") > 3,
        pl.col("channel").shift() == "help",
        pl.int_range(pl.len()) < 10,
    ],
    ids=str,
)
def test_what_looks_at_several_events_is_refused(scanned: cw.Scan, predicate: pl.Expr) -> None:
    with pytest.raises(OptionError, match="filter must be expressions that tell of each event by itself"):
        scanned.filter(predicate)


def test_what_is_no_predicate_is_refused(scanned: cw.Scan) -> None:
    with pytest.raises(OptionError, match="filter must be polars expressions, such as"):
        scanned.filter("channel == 'help'")  # type: ignore[arg-type]
    with pytest.raises(pl.exceptions.ColumnNotFoundError):
        scanned.filter(pl.col("salary") > 1).adoption.growth()


SPANS = ["middle", "to an event", "after the end", "afterwards"]


@pytest.mark.parametrize("name", SPANS)
def test_between_is_that_of_memory(scanned: cw.Scan, whole: cw.Community, name: str) -> None:
    start, end = spans(whole)[name]
    all_equal(scanned.between(start, end), whole.between(start, end), least=30 if name == "afterwards" else 40)


def test_between_and_filter_and_an_end_of_observation(source: Path, whole: cw.Community, tmp_path: Path) -> None:
    start, end = spans(whole)["middle"]
    for as_of in (end - timedelta(days=3), end + timedelta(days=3)):
        memory_of = cw.Community(whole.events, whole.members, tz="Europe/Berlin", as_of=as_of)
        with cw.scan(source, spill=tmp_path, as_of=as_of, **HOW) as scanned:
            kinds = pl.col("kind") != "reaction"
            all_equal(scanned.filter(kinds), memory_of.filter(kinds))
            both = scanned.between(start, end).filter(kinds).between(start + timedelta(days=2), end)
            expected = memory_of.between(start, end).filter(kinds).between(start + timedelta(days=2), end)
            all_equal(both, expected, kpis=[kpi for kpi in KPIS if kpi != "quality"])


def groups_read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The row groups that are read from now on."""
    read: list[int] = []
    before = pq.ParquetFile.iter_batches

    def told(self: Any, *args: Any, row_groups: Sequence[int] | None = None, **options: Any) -> Any:
        read.extend(row_groups or [])
        return before(self, *args, row_groups=row_groups, **options)

    monkeypatch.setattr(pq.ParquetFile, "iter_batches", told)
    return read


@pytest.mark.parametrize("how", ["time", "created_at", "mapped", "milliseconds", "no zone", "no statistics", "text"])
def test_row_groups_of_other_times_are_left_out(
    few: cw.Community, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    frame = few.events.sort("time")
    options: dict[str, Any] = {}
    if how == "created_at":
        frame = frame.rename({"time": "created_at"})
    elif how == "mapped":
        frame = frame.rename({"time": "moment"}).with_columns(time=pl.lit("nothing"))
        options["mapping"] = {"time": "moment"}
    elif how == "milliseconds":
        frame = frame.with_columns(pl.col("time").cast(pl.Datetime("ms", "UTC")))
    elif how == "no zone":
        frame = frame.with_columns(pl.col("time").dt.replace_time_zone(None))
        options["time_zone"] = "Europe/Berlin"
    elif how == "text":
        frame = frame.with_columns(pl.col("time").dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ"))
    path = tmp_path / "events.parquet"
    frame.write_parquet(path, row_group_size=300, statistics=how != "no statistics")
    whole = cw.read(path, **options)
    start, end = spans(whole)["middle"]
    expected = whole.between(start, end)
    assert 300 < expected.n_events < whole.n_events / 2
    with cw.scan(path, spill=tmp_path, memory_limit="3MB", **options) as scanned:
        read = groups_read(monkeypatch)
        assert scanned.between(start, end).adoption.growth().equals(expected.adoption.growth())
        number = pq.ParquetFile(path).metadata.num_row_groups
        some = {"no statistics": number, "text": number}.get(how, number * 2 // 3)
        assert 0 < len(set(read)) <= some
        assert (len(set(read)) == number) == (how in ("no statistics", "text"))


def test_a_window_of_several_files(few: cw.Community, tmp_path: Path) -> None:
    folder = tmp_path / "events"
    folder.mkdir()
    frame = few.events.with_columns(day=pl.col("time").dt.truncate("10d"))
    for at, part in enumerate(frame.partition_by("day")):
        part.drop("day").write_parquet(folder / f"{at:03}.parquet")
    whole = cw.read(folder)
    start, end = spans(whole)["middle"]
    with cw.scan(folder, spill=tmp_path, memory_limit="3MB") as scanned:
        all_equal(scanned.between(start, end), whole.between(start, end), kpis=[k for k in KPIS if k != "quality"])


@pytest.mark.parametrize("suffix", ["csv", "ndjson"])
def test_text_is_filtered_as_one_table(few: cw.Community, tmp_path: Path, suffix: str) -> None:
    """The type of a column is known from all pieces, not from the first."""
    row = pl.int_range(pl.len())
    frame = few.events.select("time", "member", "kind", "id", "thread", "parent", "channel").head(4000)
    frame = frame.with_columns(
        time=pl.col("time").dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ"), tier=pl.when(row > 2000).then(row % 3)
    )
    path = tmp_path / f"events.{suffix}"
    frame.write_ndjson(path) if suffix == "ndjson" else frame.write_csv(path)
    whole = cw.read(path)
    predicate = (pl.col("tier") < 2) & (pl.col("channel") != "help")
    start, end = spans(whole)["middle"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces, "LEAST_PIECE", 1 << 15)
        with cw.scan(path, memory_limit="3MB", spill=tmp_path) as scanned:
            all_equal(scanned.filter(predicate), whole.filter(predicate), 30, [k for k in KPIS if k != "quality"])
            assert scanned.filter(predicate).quality().equals(whole.filter(predicate).quality())
            assert scanned.between(start, end).quality().equals(whole.between(start, end).quality())


def test_files_of_other_columns_are_filtered_as_one_table(small: pl.DataFrame, tmp_path: Path) -> None:
    folder = tmp_path / "events"
    folder.mkdir()
    small.head(2).drop("channel").write_parquet(folder / "0.parquet")
    small.tail(3).with_columns(tier=pl.Series([1, 2, 2])).write_parquet(folder / "1.parquet")
    whole = cw.read(folder)
    for predicate in (pl.col("tier") == 2, pl.col("tier").is_null(), pl.col("channel").is_null()):
        expected = whole.filter(predicate)
        assert 0 < expected.n_events < 5
        with cw.scan(folder, spill=tmp_path, memory_limit="3MB") as scanned:
            assert scanned.filter(predicate).engagement.activity().equals(expected.engagement.activity())


@pytest.mark.parametrize("how", [{}, {"every": "1mo", "within": "4h", "min_group": 0, "confidence": 0.8}])
def test_health_is_that_of_memory(scanned: cw.Scan, whole: cw.Community, how: dict[str, Any]) -> None:
    expected = whole.health(**how)
    assert expected.height > 5
    assert expected["moved_by"].drop_nulls().len() > 1
    assert scanned.health(**how).equals(expected)


def test_alerts_are_those_of_memory(scanned: cw.Scan, whole: cw.Community) -> None:
    notes: list[Any] = [("2025-03-01", "2025-03-10", "an outage")]
    expected = whole.alerts(budget=60.0, annotations=notes)
    assert expected.height > 0
    assert scanned.alerts(budget=60.0, annotations=notes).equals(expected)
    start, end = spans(whole)["all"]
    assert scanned.between(start, end).alerts(every="1d").equals(whole.between(start, end).alerts(every="1d"))
    with pytest.raises(OptionError, match="budget must be a number of false alerts a year"):
        scanned.alerts(budget=0)


def test_health_reads_each_key_in_two_rounds(scanned: cw.Scan, monkeypatch: pytest.MonkeyPatch) -> None:
    rounds: list[list[str]] = []
    before = cw.Scan._merged

    def told(self: cw.Scan, asked: Any) -> Any:
        rounds.append([kpi for kpi, _ in asked.values()])
        return before(self, asked)

    monkeypatch.setattr(cw.Scan, "_merged", told)
    scanned.health()
    # The series, each once, then the channels of those that moved.
    assert [len(asked) for asked in rounds] == [6, 3]
    assert len(set(rounds[0])) == 6


def test_what_is_wrong_with_the_source_is_no_answer(tmp_path: Path, few: cw.Community) -> None:
    path = tmp_path / "events.parquet"
    few.events.write_parquet(path, row_group_size=500)
    path.write_bytes(path.read_bytes()[:-100])
    with cw.scan(path, spill=tmp_path, format="parquet") as scanned:
        with pytest.raises(cw.exceptions.SourceError, match="is no Parquet file"):
            scanned.health()
        with pytest.raises(cw.exceptions.SourceError, match="is no Parquet file"):
            scanned.between("2025-01-01", "2025-02-01").alerts()


def test_a_report_is_that_of_memory(
    source: Path, tmp_path: Path, scanned: cw.Scan, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = cw.read(source, tz="Europe/Berlin")
    start, end = spans(whole)["middle"]
    expected = cw.report(whole, tmp_path / "memory.html", compare=whole.between(start, end)).read_text(encoding="utf-8")
    rounds = 0
    before = cw.Scan._merged

    def told(self: cw.Scan, asked: Any) -> Any:
        nonlocal rounds
        rounds += len(asked) > 3
        return before(self, asked)

    monkeypatch.setattr(cw.Scan, "_merged", told)
    got = cw.report(scanned, tmp_path / "scan.html", compare=scanned.between(start, end)).read_text(encoding="utf-8")
    assert len(expected) > 300_000
    assert got == expected
    assert 1 < rounds < 9


def test_counts(scanned: cw.Scan, whole: cw.Community, table_file: Callable[[str], Path]) -> None:
    assert (scanned.n_events, scanned.n_members, scanned.n_threads) == (
        whole.n_events,
        whole.n_members,
        whole.n_threads,
    )
    assert (scanned.as_of, scanned.span) == (whole.as_of, whole.span)
    assert scanned.members is not None
    assert scanned._facts() == whole._facts()
    with cw.scan(table_file("e.parquet"), memory_limit="3MB") as few:
        assert few.members is None
        assert few._facts() == cw.read(table_file("e.parquet"))._facts()
