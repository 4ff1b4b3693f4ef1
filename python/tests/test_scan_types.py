"""Tables of text in pieces: names stay as they are written, and other columns are what all rows say, as with `read`."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import commonweal as cw
from commonweal._scan import memory, pieces
from commonweal._scan.lines import records
from commonweal._scan.spill import joined
from commonweal.exceptions import SourceError

ROWS = 600
LIMIT = "1MB"
HEADER = "time,member,kind,id,thread,parent,channel,extra,text"

Row = Callable[[int, bool], Mapping[str, object]]
"""What row number so and so has, and whether it is of the first half."""


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of some rows each."""
    monkeypatch.setattr(memory, "room", lambda most: most)
    monkeypatch.setattr(pieces, "LEAST_PIECE", 1 << 14)


def table(folder: Path, row: Row, suffix: str = "csv", rows: range = range(ROWS)) -> Path:
    """A table of which the columns are given, or as in any."""
    names = HEADER.split(",")
    lines = [] if suffix == "ndjson" else [HEADER]
    for at in rows:
        plain = {
            "time": f"2026-01-{1 + at % 28:02}T12:{at % 60:02}:00Z",
            "member": f"m{at % 50}",
            "kind": "post",
            "id": f"e{at}",
            "channel": "help",
            "text": "hello there " * 25,
        }
        cells = {**plain, **row(at, at < ROWS // 2)}
        if suffix == "ndjson":
            # As written: a number may be larger than any that Python's writers keep exact, and may be spelled 1.50.
            told = (
                f'"{name}": ' + (f'"{cell}"' if isinstance(cell, str) else str(cell)) for name, cell in cells.items()
            )
            lines.append("{" + ", ".join(told).replace("True", "true").replace("False", "false") + "}")
        else:
            lines.append(",".join(str(cells.get(name, "")) for name in names))
    path = folder / f"events.{suffix}"
    path.write_text("\n".join(lines) + "\n")
    return path


class Spelled(float):
    """A number that is written so."""

    def __new__(cls, text: str) -> "Spelled":
        made = super().__new__(cls, text)
        made.text = text
        return made

    def __str__(self) -> str:
        return self.text

    text: str


def both(path: Path, tmp_path: Path, ask: Callable[[Any], object], **how: Any) -> Iterator[object]:
    """The answer of `read`, and that of `scan`."""
    yield ask(cw.read(path, **how))
    with cw.scan(path, memory_limit=LIMIT, spill=tmp_path, **how) as scanned:
        yield ask(scanned)


def groups(by: str) -> Callable[[Any], object]:
    return lambda c: c.engagement.activity(by=by).select(by, "posts", "replies", "contributors").rows()


def members(c: Any) -> object:
    return sorted(c.engagement.members()["member"].to_list())


def answered(c: Any) -> object:
    return (c.response.first_response().select("n", "answered").rows(), c.n_threads, c.n_members)


ONE_FILE: dict[str, tuple[Row, Callable[[Any], object]]] = {
    "truth, then whole": (lambda at, first: {"extra": "true" if first else 1}, groups("extra")),
    "truth and whole by turns": (lambda at, first: {"extra": "true" if at // 60 % 2 else 1}, groups("extra")),
    "truth, then fraction": (lambda at, first: {"extra": "true" if first else 1.5}, groups("extra")),
    "whole, then fraction": (lambda at, first: {"extra": 1 if first else 1.5}, groups("extra")),
    "whole, then word": (lambda at, first: {"extra": 1 if first else "x"}, groups("extra")),
    "spelled, then word": (lambda at, first: {"extra": "1.50" if first else "x"}, groups("extra")),
    "nothing, then whole": (lambda at, first: {} if first else {"extra": at % 3}, groups("extra")),
    "channels like numbers": (lambda at, first: {"channel": ("1.0", "1")[at % 2] if first else "m"}, groups("channel")),
    "channels like truths": (lambda at, first: {"channel": "true" if first else "help"}, groups("channel")),
    "members like numbers": (
        lambda at, first: {"member": ("1.0", "1", "+1", "1e0")[at % 4] if first else "m"},
        members,
    ),
    "fractions, then words": (lambda at, first: {"member": f"{at % 9}.0" if first else f"m{at % 9}"}, members),
    "fractions, then whole": (lambda at, first: {"member": f"{at % 9}.0" if first else at % 9}, members),
    "fractions alone": (lambda at, first: {"member": f"{at % 9}.0"}, members),
    "nothing, then fractions": (
        lambda at, first: (
            {"id": at, "kind": "post" if first else "reply"} | ({} if first else {"parent": f"{at - 300}.0"})
        ),
        answered,
    ),
    "threads of Slack": (
        lambda at, first: {
            "kind": ("post", "reply")[at % 2],
            "thread": f"1767614400.{100000 + at // 2}" if first else f"t{at // 2}",
        },
        answered,
    ),
    "ids beyond 64 bits": (
        lambda at, first: {
            "id": 98765432109876543210 + at,
            "thread": 98765432109876543210 + at - at % 3,
            "kind": "reply" if at % 3 else "post",
        },
        answered,
    ),
    "texts like numbers": (
        lambda at, first: {"text": "1.50" if first else "hello there"},
        lambda c: (c.filter(pl.col("text") == "1.50").n_events, c.sentiment.trend(every="1w").rows()),
    ),
}


@pytest.mark.parametrize("suffix", ["csv", "ndjson"])
@pytest.mark.parametrize("case", ONE_FILE)
def test_pieces_of_a_file_are_read_as_the_whole(tmp_path: Path, case: str, suffix: str) -> None:
    row, ask = ONE_FILE[case]
    path = table(tmp_path, row, suffix)
    here, there = both(path, tmp_path, ask)
    assert here == there
    here, there = both(path, tmp_path, lambda c: c.quality().filter(pl.col("count") > 0).rows())
    assert here == there


def test_what_is_written_stays(tmp_path: Path) -> None:
    path = table(tmp_path, lambda at, first: {"member": ("1.0", "1", "1e5", "100000", "+100000")[at % 5]})
    for told in both(path, tmp_path, members):
        assert told == ["+100000", "1", "1.0", "100000", "1e5"]
    path = table(tmp_path, lambda at, first: {"extra": "true" if first else 1})
    for told in both(path, tmp_path, groups("extra")):
        assert [one[0] for one in told] == ["1", "true"]  # type: ignore[attr-defined]
    path = table(tmp_path, lambda at, first: {"member": 123456789012345678901 + at % 2}, "ndjson")
    for told in both(path, tmp_path, members):
        assert told == ["123456789012345678901", "123456789012345678902"]
    path = table(tmp_path, lambda at, first: {"channel": Spelled("1.50") if first else Spelled("1.5")}, "ndjson")
    for told in both(path, tmp_path, groups("channel")):
        assert sorted(one[0] for one in told) == ["1.5", "1.50"]  # type: ignore[attr-defined]


def test_predicates_see_what_all_pieces_say(tmp_path: Path) -> None:
    path = table(tmp_path, lambda at, first: {"extra": "true" if first else 1})
    for told in both(path, tmp_path, lambda c: c.filter(pl.col("extra") == "true").n_events):
        assert told == ROWS // 2
    path = table(tmp_path, lambda at, first: {"extra": 1 if first else 1.5})
    for told in both(path, tmp_path, lambda c: c.filter(pl.col("extra") < 1.2).n_events):
        assert told == ROWS // 2


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("true", 1),
        (1, 1.5),
        (1.5, 2),
        ("true", 1.5),
        (1, "x"),
        (1, ""),
        ("", 1.5),
        ("", ""),
        ("true", "false"),
        ("1.50", "x"),
    ],
)
def test_files_of_a_folder_are_read_as_one_table(tmp_path: Path, one: object, other: object) -> None:
    folder = tmp_path / "events"
    for name, value in (("a", one), ("b", other)):
        (folder / name).mkdir(parents=True)
        rows = range(100) if name == "a" else range(100, 200)
        table(folder / name, lambda at, first, value=value: {"extra": value}, rows=rows)  # type: ignore[misc]
    here, there = both(folder, tmp_path, lambda c: [groups("extra")(c), c.engagement.activity(by="extra").schema])
    assert here == there


def test_two_types_become_text() -> None:
    assert joined(pl.Int64(), None) == joined(None, pl.Int64()) == joined(pl.Int64(), pl.Int64()) == pl.Int64()
    assert joined(pl.Int64(), pl.Float64()) == joined(pl.Boolean(), pl.Int64()) == pl.String()
    assert joined(None, None) is None


@pytest.mark.parametrize("at", [3, 400])
def test_a_quote_that_is_never_closed(tmp_path: Path, at: int) -> None:
    path = table(tmp_path, lambda row, first: {"channel": '"help' if row == at else "help", "extra": row})
    line = at + 2
    told = rf"events.csv, line {line}: not valid CSV \(the quote before \"help,.*column \"channel\" is never closed"
    for reader in (cw.read, lambda path: cw.scan(path, memory_limit=LIMIT, spill=tmp_path).quality()):
        with pytest.raises(SourceError, match=told):
            reader(path)
    path = table(tmp_path, lambda row, first: {"channel": '"help\n""me"""' if row % 7 == 0 else "help"})
    here, there = both(path, tmp_path, groups("channel"))
    assert here == there


def test_lines_of_errors_are_those_of_the_file(tmp_path: Path) -> None:
    path = table(tmp_path, lambda at, first: {}, "ndjson")
    with path.open("a") as file:
        file.write('{"time": 1')
    for reader in (cw.read, lambda path: cw.scan(path, memory_limit=LIMIT, spill=tmp_path).quality()):
        with pytest.raises(SourceError, match=rf"events.ndjson, line {ROWS + 1}: the file is cut off"):
            reader(path)


def test_what_is_hardly_a_table(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    head, row = "time,member,kind\n", "2026-01-05T12:00:00Z,ana,post\n"
    path.write_text(f"{head}\n{row}\n")
    for told in both(path, tmp_path, members):
        assert told == ["ana"]
    path.write_text(head + row + row.replace("ana", "b\0o"))
    if "line contains NUL" not in _cut(path):
        for told in both(path, tmp_path, members):
            assert told == ["ana", "b\0o"]
    path.write_bytes((head + row).encode("utf-16"))
    for reader in (cw.read, cw.scan):
        with pytest.raises(SourceError, match=r"x.csv: is encoded as UTF-16; save it as UTF-8$"):
            reader(path)


def _cut(path: Path) -> str:
    """What Python's reader of delimited text has against it: before 3.11, some letters."""
    try:
        list(records(path, 1 << 20))
    except SourceError as error:
        return str(error)
    return ""


def test_times_as_spark_wants_them(tmp_path: Path) -> None:
    noon = datetime(2026, 1, 5, 12, tzinfo=timezone.utc)
    rows = pa.table({"time": pa.array([noon], pa.timestamp("us", "UTC")), "member": ["ana"], "kind": ["post"]})
    path = tmp_path / "events.parquet"
    pq.write_table(rows, path, flavor="spark")
    for told in both(path, tmp_path, lambda c: c.span):
        assert told == (noon, noon)
    pq.write_table(rows, path, flavor="spark", store_schema=False)
    for reader in (cw.read, lambda path: cw.scan(path, memory_limit=LIMIT, spill=tmp_path).quality()):
        with pytest.raises(SourceError, match="have no zone"):
            reader(path)
