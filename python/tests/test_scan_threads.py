"""Threads through parents, in what is larger than memory."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from conftest import events
from scans import KPIS, all_equal, spans

import commonweal as cw
from commonweal._scan import pieces
from commonweal.exceptions import OptionError

pytestmark = pytest.mark.usefixtures("small_parts")


@pytest.fixture(scope="module")
def untold(few: cw.Community) -> pl.DataFrame:
    """Acts that name their parent alone, as far from it as can be, and a row of every sort."""
    row = pl.int_range(pl.len())
    frame = few.events.sort("time", descending=True).with_columns(
        thread=pl.when((row % 5 == 0) & (pl.col("kind") == "reply")).then("thread"),
        parent=pl.when((row % 97 == 0) & (pl.col("kind") == "reply")).then(pl.lit("gone")).otherwise("parent"),
    )
    start = frame["time"][0]
    # A chain, parents in a circle and what hangs on it, a join that is answered, a reaction without an id.
    extra: list[tuple[str, str | None, str | None, str | None]] = [
        ("reply", "c3", "c2", None),
        ("reply", "c2", "c1", None),
        ("reply", "c1", "elsewhere", None),
        ("reply", "r2", "r1", None),
        ("reply", "r1", "r3", None),
        ("reply", "r3", "r2", None),
        ("reaction", None, "r3", None),
        ("join", "j1", None, None),
        ("reply", "j2", "j1", None),
        ("reply", "k2", "k1", None),
        ("reply", "k1", "c3", "a thread of its own"),
        ("view", "v1", None, None),
        ("post", "p2", "k2", None),
        ("reply", "p3", "p2", None),
    ]
    columns = ["kind", "id", "parent", "thread"]
    rows = pl.DataFrame(extra, schema=dict.fromkeys(columns, pl.String), orient="row")
    rows = rows.with_columns(time=pl.lit(start).cast(frame.schema["time"]), member=pl.lit("ana"))
    return pl.concat([rows, frame], how="diagonal_relaxed").select(frame.columns)


def test_threads_are_found_through_parents_anywhere(untold: pl.DataFrame, tmp_path: Path) -> None:
    folder = tmp_path / "events"
    folder.mkdir()
    for part in range(3):
        untold.gather_every(3, part).write_parquet(folder / f"{part}.parquet", row_group_size=100)
    whole = cw.read(folder)
    filled = dict(whole.events.select("id", "thread").drop_nulls().iter_rows())
    assert (filled["c3"], filled["r3"], filled["j1"], filled["k2"], filled["p3"]) == (
        "elsewhere",
        "r1",
        "j1",
        "a thread of its own",
        "p2",
    )
    start, end = spans(whole)["middle"]
    with cw.scan(folder, spill=tmp_path, memory_limit="20MB") as scanned:
        all_equal(scanned, whole, kpis=[kpi for kpi in KPIS if kpi != "quality"])
        assert scanned.quality().equals(whole.quality())
        cut = pl.col("thread").str.ends_with("1")
        all_equal(scanned.filter(cut), whole.filter(cut), kpis=[kpi for kpi in KPIS if kpi != "quality"])
        all_equal(
            scanned.between(start, end), whole.between(start, end), kpis=[kpi for kpi in KPIS if kpi != "quality"]
        )
        options = {"by": "thread", "every": None}
        assert scanned.compute("engagement.activity", options).equals(whole.compute("engagement.activity", options))


def test_threads_by_member_are_filled_where_they_are_asked_for(untold: pl.DataFrame, tmp_path: Path) -> None:
    untold.write_parquet(tmp_path / "events.parquet", row_group_size=100)
    whole = cw.read(tmp_path / "events.parquet")
    with cw.scan(tmp_path / "events.parquet", spill=tmp_path, memory_limit="20MB") as scanned:
        # First without them, then with them.
        assert scanned.adoption.growth().equals(whole.adoption.growth())
        options = {"by": "thread", "every": None}
        assert scanned.compute("engagement.activity", options).equals(whole.compute("engagement.activity", options))


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_threads_under_other_names(untold: pl.DataFrame, tmp_path: Path, suffix: str) -> None:
    names = {"id": "message_id", "parent": "answers", "time": "ts", "channel": "room"}
    frame = untold.rename(names).select(*names.values(), "member", "kind", "text")
    path = tmp_path / f"events.{suffix}"
    if suffix == "csv":
        frame.with_columns(pl.col("ts").dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ")).write_csv(path)
    else:
        frame.write_parquet(path, row_group_size=100)
    how: dict[str, Any] = {"mapping": {"parent": "answers", "channel": "room"}}
    whole = cw.read(path, **how)
    assert whole.n_threads > 100
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces, "LEAST_PIECE", 1 << 15)
        with cw.scan(path, spill=tmp_path, memory_limit="20MB", **how) as scanned:
            expected = whole.response.first_response(by="channel")
            assert scanned.response.first_response(by="channel").equals(expected)
            assert scanned.n_threads == whole.n_threads


def test_an_act_that_opens_by_being_answered_from_outside_the_window(tmp_path: Path) -> None:
    said = [(0, "ana", "join", None), (24 * 9, "bo", "reply", None), (24 * 18, "cy", "post", None)]
    frame = events(*said, id=["j", "a", "p"], parent=[None, "j", None]).with_columns(
        thread=pl.Series([None, "x", None])
    )
    frame.write_parquet(tmp_path / "events.parquet", row_group_size=1)
    whole = cw.read(tmp_path / "events.parquet")
    start = whole.events["time"][0]
    with cw.scan(tmp_path / "events.parquet", spill=tmp_path, memory_limit="3MB") as scanned:
        one, other = scanned.between(start, start + timedelta(days=1)), whole.between(start, start + timedelta(days=1))
        assert other.n_threads == one.n_threads == 1


def test_threads_that_do_not_fit_are_refused(untold: pl.DataFrame, tmp_path: Path) -> None:
    untold.write_parquet(tmp_path / "events.parquet", row_group_size=100)
    told = r"memory_limit must be more than .*: no thread is given for [\d,]+ acts and more .*fill in the column thread"
    with (
        cw.scan(tmp_path / "events.parquet", spill=tmp_path, memory_limit="300kB") as scanned,
        pytest.raises(OptionError, match=told),
    ):
        scanned.response.first_response()
