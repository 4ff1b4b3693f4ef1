"""Reading exports from Python."""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import commonweal as cw
from commonweal.exceptions import OptionError, SourceError

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


CHATS = {
    "slack": (
        "general/2020-05-01.json",
        '[{"type": "message", "user": "U1", "ts": "1588320000.000100", "text": "hello"},'
        ' {"type": "message", "user": "U2", "ts": "1588320060.000100", "thread_ts": "1588320000.000100",'
        ' "text": "hi"}]',
    ),
    "discord": (
        "general.json",
        '{"guild": {"id": "1"}, "channel": {"id": "5", "name": "general"}, "messages": ['
        '{"id": "10", "type": "Default", "timestamp": "2020-05-01T08:00:00+00:00", "content": "a",'
        ' "author": {"id": "7"}},'
        '{"id": "11", "type": "Reply", "timestamp": "2020-05-01T08:01:00+00:00", "content": "b", "author": {"id": "8"},'
        ' "reference": {"messageId": "10"}}]}',
    ),
    "mattermost": (
        "import.jsonl",
        '{"type": "version", "version": 1}\n'
        '{"type": "post", "post": {"channel": "town", "user": "ann", "message": "a", "create_at": 1588320000000,'
        ' "replies": [{"user": "bo", "message": "b", "create_at": 1588320060000}]}}\n',
    ),
    "telegram": (
        "result.json",
        '{"name": "Club", "id": 4, "messages": ['
        '{"id": 1, "type": "message", "date_unixtime": "1588320000", "from_id": "user7", "text": "a"},'
        '{"id": 2, "type": "message", "date_unixtime": "1588320060", "from_id": "user8", "reply_to_message_id": 1,'
        ' "text": "b"}'
        "]}",
    ),
}


def test_logs_of_irc_get_their_threads_by_inference(tmp_path: Path) -> None:
    (tmp_path / "2020-05-01.log").write_text("[08:00] <ann> who knows?\n[08:01] <bo> ann: I do\n")
    c = cw.read(tmp_path, format="irc", time_zone="Europe/Berlin")
    assert c.events["kind"].to_list() == ["post", "post"]
    assert c.infer_threads().events["kind"].to_list() == ["post", "reply"]


def test_a_pattern_names_files(tmp_path: Path) -> None:
    for month in ("01", "02"):
        (tmp_path / f"2026-{month}.csv").write_text(f"time,member,kind\n2026-{month}-05T12:00:00Z,ana,post\n")
    assert cw.read(tmp_path / "2026-0*.csv").n_events == 2
    with pytest.raises(SourceError, match="no such file"):
        cw.read(tmp_path / "2027-*.csv")


@pytest.mark.parametrize("platform", CHATS)
def test_chats_are_recognised_and_answers_found(tmp_path: Path, platform: str) -> None:
    name, text = CHATS[platform]
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    c = cw.read(tmp_path)
    assert c.events["platform"].unique().to_list() == [platform]
    row = c.response.first_response(within="1h").row(0, named=True)
    assert (row["n"], row["answered"]) == (1, 1)
    assert row["median"].total_seconds() == 60


def test_a_table_of_which_no_row_can_be_used_is_no_empty_community(tmp_path: Path) -> None:
    path = tmp_path / "tickets.csv"
    path.write_text("time,member,kind\n2026-01-05T12:00:00Z,ana,message\n2026-01-05T13:00:00Z,bo,message\n")
    with pytest.raises(SourceError, match=r'none of the 2 rows could be used: kind "message" .* \(2\)\. .*mapping='):
        cw.read(path)
    assert cw.read(path, mapping={"kind_values": {"message": "post"}}).n_events == 2
    path.write_text("time,member,kind\n2026-01-05T12:00:00Z,ana,message\n2026-01-05T13:00:00Z,bo,reply\n")
    c = cw.read(path)
    assert c.n_events == 1
    assert c.quality().filter(pl.col("check").str.starts_with("rows refused"))["count"].to_list() == [1]


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        (
            {"membr": "who"},
            r"^mapping must be a mapping of our columns \(time, member, .*did you mean 'member'\?, got 'membr'",
        ),
        ({"Benutzer": "member"}, r"to yours, got 'Benutzer'"),
        ({"member": 3}, r"^mapping\['member'\] must be the name of a column, got 3"),
        ({"kind_default": ["post"]}, r"^mapping\['kind_default'\] must be a kind, such as 'post', got \['post'\]"),
        ({"kind_values": "post"}, r"^mapping\['kind_values'\] must be a mapping of your kinds to ours"),
        ({"kind_values": {1: "post"}}, r"^mapping\['kind_values'\] must be a mapping of your kinds to ours"),
        ({"text_format": "rtf"}, r"^mapping\['text_format'\] must be one of 'plain', 'html', got 'rtf'"),
        ({"time_unit": "h"}, r"^mapping\['time_unit'\] must be one of 's', 'ms', 'us', 'ns', got 'h'"),
        ({"members": {"since": "joined"}}, r"^mapping\['members'\] must be a mapping of our columns \(member, name, "),
        ({"members": "joined"}, r"^mapping\['members'\] must be a mapping of the columns of members"),
        ("member", r"^mapping must be a mapping of our column -> your column"),
    ],
)
def test_a_mapping_that_is_none(table_file: Files, mapping: Any, message: str) -> None:
    for reader in (cw.read, cw.scan):
        with pytest.raises(OptionError, match=message):
            reader(table_file("e.csv"), mapping=mapping)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("", r"^path must be a file, a folder, a pattern or an address, got ''"),
        (None, "^path must be .*, got None"),
        (3, "^path must be .*, got 3"),
    ],
)
def test_what_is_no_path(path: Any, message: str) -> None:
    with pytest.raises(OptionError, match=message):
        cw.read(path)


def test_an_address_that_nothing_is_read_from() -> None:
    for address in ("ftp://host/x.csv", "postgresql://ana:s3cr3t@host/forum"):
        with pytest.raises(SourceError, match=r"is no address that tables are read from.*read_database") as caught:
            cw.read(address)
        assert "s3cr3t" not in str(caught.value)


def test_texts_in_html(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("time,member,kind,text\n2026-01-05T12:00:00Z,ana,post,<p>Hi &amp; <b>you</b></p>\n")
    for how, text in (({}, "<p>Hi &amp; <b>you</b></p>"), ({"text_format": "html"}, "Hi & you")):
        assert cw.read(tmp_path / "x.csv", mapping=how).events["text"].to_list() == [text]


def test_times_of_no_form_that_is_known(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("time,member,kind\n05.01.2026 12:00,ana,post\n")
    for reader in (cw.read, lambda path: cw.scan(path).quality()):
        with pytest.raises(
            SourceError, match=r"time cannot be read \(1\)\. Times are read as ISO 8601 .*str.to_datetime"
        ):
            reader(tmp_path / "x.csv")


@pytest.mark.parametrize("zone", ["UTC", None])
@pytest.mark.parametrize(
    ("held", "written"),
    [
        ("ns", {"coerce_timestamps": "us"}),
        ("ns", {"coerce_timestamps": "ms"}),
        ("us", {"coerce_timestamps": "ms"}),
        ("ms", {"coerce_timestamps": "us"}),
        ("s", {}),
        ("s", {"coerce_timestamps": "us"}),
        ("ns", {"version": "1.0"}),
        ("ns", {"version": "2.4"}),
        ("us", {"flavor": "spark"}),
    ],
)
@pytest.mark.parametrize("codes", [False, True])
def test_instants_of_a_parquet_file_in_another_unit_than_in_memory(
    tmp_path: Path, held: str, zone: str | None, written: dict[str, Any], codes: bool
) -> None:
    instants = [datetime(2026, 1, 5, 12) + timedelta(seconds=at * 61) for at in range(500)]
    gaps = [None if at % 50 == 3 else instant for at, instant in enumerate(instants)]
    dtype = pa.timestamp(held, zone)
    rows = pa.table(
        {
            "time": pa.array(instants, dtype),
            "member": [f"m{at % 7}" for at in range(500)],
            "kind": ["post"] * 500,
            "edited": pa.array(instants, dtype),
            "seen": pa.array(gaps, dtype),
        }
    )
    how = {"use_dictionary": codes, "row_group_size": 120, **written}
    pq.write_table(rows, tmp_path / "events.parquet", **how)
    joined = pa.table(
        {"member": ["m1", "m2"], "joined": pa.array(instants[:2], dtype), "met": pa.array(gaps[2:4], dtype)}
    )
    pq.write_table(joined, tmp_path / "members.parquet", **how)
    c = cw.read(tmp_path / "events.parquet", time_zone="UTC")
    for read, name, columns in (
        (c.events, "events", ("time", "edited", "seen")),
        (c.members, "members", ("joined", "met")),
    ):
        assert read is not None
        other = pl.read_parquet(tmp_path / f"{name}.parquet")
        for column in columns:
            assert _micros(read[column]) == _micros(other[column]), column
    assert c.events["time"][0] == datetime(2026, 1, 5, 12, tzinfo=timezone.utc)
    assert c.events["time"].is_sorted()


def _micros(instants: pl.Series) -> list[int | None]:
    return instants.dt.epoch("us").to_list()
