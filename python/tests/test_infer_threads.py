"""Conversations of a chat without threads, as Python and the command line have them."""

import inspect
import json
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import commonweal as cw
from commonweal.exceptions import DeclinedError, OptionError, SchemaError

NOON = datetime(2026, 1, 5, 12, tzinfo=timezone.utc)
SAID = [
    (0, "ana", "how do I mount a disk?"),
    (20, "bo", "has anyone tried the beta?"),
    (45, "cy", "ana: with the mount command"),
    (60, "dee", "bo: I have, works fine"),
    (80, "ana", "cy: thanks, that worked"),
]


@pytest.fixture
def chat() -> pl.DataFrame:
    return pl.DataFrame(
        {
            "time": [NOON + timedelta(seconds=second) for second, _, _ in SAID],
            "member": [who for _, who, _ in SAID],
            "kind": "post",
            "channel": "help",
            "text": [text for _, _, text in SAID],
            "mood": [1, 2, 3, 4, 5],
        }
    )


def test_a_flat_log_becomes_conversations(chat: pl.DataFrame) -> None:
    found = cw.Community(chat, as_of="2026-01-06").infer_threads()
    events = found.events
    assert events["kind"].to_list() == ["post", "post", "reply", "reply", "reply"]
    first, second = events["id"][0], events["id"][1]
    assert events["thread"].to_list() == [first, second, first, second, first]
    assert events["parent"].to_list() == [None, None, first, second, events["id"][2]]
    assert events["parent_confidence"].is_between(0.3, 1).all()
    assert events["mood"].to_list() == [1, 2, 3, 4, 5]
    assert found.as_of == datetime(2026, 1, 6, tzinfo=timezone.utc)
    row = found.response.first_response(within="1m").row(0, named=True)
    assert (row["n"], row["answered"], row["median"]) == (2, 2, timedelta(seconds=40))


def test_a_second_time_changes_nothing_and_more_events_change_no_link(chat: pl.DataFrame) -> None:
    found = cw.Community(chat).infer_threads()
    assert found.infer_threads().events.equals(found.events)
    parts = cw.Community(chat[:2]).infer_threads().append(chat[2:]).infer_threads()
    columns = ["id", "parent", "thread", "kind", "parent_confidence"]
    assert parts.events.select(columns).equals(found.events.select(columns))


def test_options(chat: pl.DataFrame) -> None:
    community = cw.Community(chat)
    assert community.infer_threads(min_confidence=1).events["parent"].null_count() == 5
    assert community.infer_threads(longest_gap="20s").events["parent"][2] is None
    assert community.infer_threads(longest_gap=timedelta(seconds=20)).events["parent"][2] is None
    near = community.infer_threads(look_back=1).events
    assert near["parent"][2] in (None, near["id"][1])
    apart = cw.Community(chat.with_columns(room="mood")).infer_threads(channel=["room", "mood"])
    assert apart.events["parent"].null_count() == 5
    one = cw.Community(chat.with_columns(channel=pl.col("mood").cast(pl.String))).infer_threads(channel=None)
    assert one.events["parent"].null_count() == 2


@pytest.mark.parametrize(
    ("option", "value", "message"),
    [
        ("look_back", 0, "look_back must be a whole number of messages from 1 to 10000, got 0"),
        ("look_back", True, "look_back must be a whole number of messages from 1 to 10000, got True"),
        ("min_confidence", 1.5, "min_confidence must be from 0 to 1, got 1.5"),
        ("min_confidence", float("nan"), "min_confidence must be from 0 to 1, got NaN"),
        ("min_confidence", "high", "min_confidence must be from 0 to 1, got 'high'"),
        ("longest_gap", "soon", 'longest_gap must be a length such as "90s", "30m", "1h" or "7d", got "soon"'),
        ("channel", 3, "channel must be a column name, several, or None, got 3"),
    ],
)
def test_a_wrong_option_is_named_with_what_is_allowed(
    chat: pl.DataFrame, option: str, value: Any, message: str
) -> None:
    with pytest.raises(OptionError) as caught:
        cw.Community(chat).infer_threads(**{option: value})
    assert str(caught.value) == message


def test_what_cannot_be_done_is_refused(chat: pl.DataFrame) -> None:
    with pytest.raises(OptionError, match=r'channel must be among the columns of the events .*, got "room"'):
        cw.Community(chat).infer_threads(channel="room")
    with pytest.raises(SchemaError, match="parent_confidence"):
        cw.Community(chat.with_columns(parent_confidence=pl.lit("high"))).infer_threads()
    with pytest.raises(DeclinedError, match="infer first and partition then"):
        cw.Community(chat).partition(2)[0].infer_threads()


def test_the_options_are_those_of_the_docs() -> None:
    defaults = {name: p.default for name, p in inspect.signature(cw.Community.infer_threads).parameters.items()}
    assert defaults == {
        "self": inspect.Parameter.empty,
        "channel": "channel",
        "longest_gap": "1d",
        "look_back": 100,
        "min_confidence": 0.0,
    }


def test_the_command_line_finds_them_too(chat: pl.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "chat.parquet"
    chat.drop("mood").write_parquet(path)
    command = [sys.executable, "-m", "commonweal", "kpi", "response.first_response", str(path), "--format", "json"]
    counts = []
    for more in ([], ["--infer-threads"]):
        done = subprocess.run([*command, *more], capture_output=True, text=True, timeout=100, check=False)
        assert done.returncode == 0, done.stderr
        (row,) = json.loads(done.stdout)
        counts.append((row["n"], row["answered"]))
    assert counts == [(5, 0), (2, 2)]
