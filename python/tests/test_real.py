"""Real communities that no reader is made for, or that the tests in Rust leave out, against independent counts."""

import xml.etree.ElementTree as ET
from pathlib import Path

import polars as pl
import pytest
from conftest import SHARED

import commonweal as cw


def data(name: str) -> Path:
    path = SHARED / "data" / name
    if not path.exists():
        pytest.skip(f"there is no data set {name} beside the clone")
    return path


def test_a_list_of_messages_between_people(tmp_path: Path) -> None:
    """Times and pairs alone, 59,835 of 1,899 people, as published."""
    path = data("network-collegemsg/CollegeMsg.txt")
    pairs = pl.read_csv(path, separator=" ", has_header=False, new_columns=["member", "target", "time"])
    pairs.write_csv(tmp_path / "events.csv")
    community = cw.read(tmp_path / "events.csv", mapping={"kind_default": "post"})
    assert community.n_events == 59_835
    people = pl.concat([community.events["member"], community.events["target"]])
    assert people.n_unique() == 1_899
    assert [day.date().isoformat() for day in community.span or ()] == ["2004-04-15", "2004-10-26"]


@pytest.mark.parametrize(
    ("year", "messages", "people", "talks"),
    [
        ("2017", 6_757, 85, 565),
        ("2018", 9_709, 144, 1_088),
        ("2019", 5_706, 106, 711),
    ],
)
def test_a_chat_as_xml(tmp_path: Path, year: str, messages: int, people: int, talks: int) -> None:
    """A form of somebody's own becomes a table in a few lines, and nothing is lost on the way."""
    (path,) = data(f"slack-software-chats/data/racket/{year}").glob("*.xml")
    rows = [
        {"thread": said.get("conversation_id"), **{part.tag: part.text for part in said}}
        for said in ET.parse(path).getroot().iter("message")
    ]
    pl.DataFrame(rows).write_ndjson(tmp_path / "chat.ndjson")
    community = cw.read(tmp_path / "chat.ndjson", mapping={"time": "ts", "kind_default": "post"}, time_zone="UTC")
    assert (community.n_events, community.n_members, community.n_threads) == (messages, people, talks)


def test_an_archive_of_logs_of_irc() -> None:
    """The archive as it is, packed, with other files in it: of 220,463 lines each is kept or counted."""
    community = cw.read(data("irc-disentanglement/train.tar.gz"), format="irc", time_zone="UTC")
    told = dict(community.quality().select("check", "count").iter_rows())
    refused = {name: rows for name, rows in told.items() if name.startswith("rows refused")}
    assert told["rows read"] == 220_463
    assert told["rows kept"] + sum(refused.values()) == 220_463
    assert told["note: file skipped: it is no log"] == 153
    # Of lines that say something: what no form is known of is a thousandth.
    assert refused["rows refused: line of no form that is known"] == 248


@pytest.mark.parametrize(
    ("name", "events"),
    [
        ("stackexchange-quantumcomputing-2018", 20_249),
        ("discourse-urho3d", 6_105),
        ("zulip-lean", 45_826),
        ("irc-zig", 137_412),
        ("pipermail-twisted", 5_371),
        ("github-ietf-tls-esni", 4_733),
        ("wordpress-wxr", 99),
    ],
)
def test_through_python_and_parquet(tmp_path: Path, name: str, events: int) -> None:
    """What Rust's tests count arrives in Python; written as Parquet and read back, it is the same."""
    community = cw.read(data(name), time_zone="UTC")
    assert community.n_events == events
    community.events.write_parquet(tmp_path / "events.parquet")
    assert community.members is not None
    community.members.write_parquet(tmp_path / "members.parquet")
    again = cw.read(tmp_path)
    assert again.events.select(community.events.columns).equals(community.events)
    assert again.members is not None
    assert again.members.select(community.members.columns).equals(community.members)
    one, other = (c.engagement.activity(every="1y") for c in (community, again))
    assert one.equals(other)
