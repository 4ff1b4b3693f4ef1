"""docs/demonstrations.md: each figure of its table is computed here, both ways, and is what the page says."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import commonweal as cw
from commonweal.plot._time import words

PAGE = (Path(__file__).parents[2] / "docs" / "demonstrations.md").read_text(encoding="utf-8")
MONDAY = datetime.fromisoformat("2026-01-05T12:00:00+00:00")
Act = tuple[datetime, str, str, str]


def claims() -> dict[str, tuple[str, str]]:
    rows = re.findall(r"^\| \[(\d)\..*?\) \| (.*?) \| (.*?) \|$", PAGE, re.MULTILINE)
    return {number: (usual, ours) for number, usual, ours in rows}


def frame(acts: list[Act]) -> pl.DataFrame:
    return pl.DataFrame(
        acts,
        schema={"time": pl.Datetime("us", "UTC"), "member": pl.String, "kind": pl.String, "thread": pl.String},
        orient="row",
    )


def usual(events: pl.DataFrame) -> list[timedelta]:
    """The definition, row by row: the first reply of a thread less its post, for the threads that have one."""
    posted = {row["thread"]: row["time"] for row in events.filter(pl.col("kind") == "post").iter_rows(named=True)}
    found: dict[str, timedelta] = {}
    for row in events.filter(pl.col("kind") == "reply").iter_rows(named=True):
        wait = row["time"] - posted[row["thread"]]
        found[row["thread"]] = min(wait, found.get(row["thread"], wait))
    return list(found.values())


def mean(waits: list[timedelta]) -> timedelta:
    return sum(waits, timedelta(0)) / len(waits)


def first_response(events: pl.DataFrame, members: pl.DataFrame | None = None, **options: Any) -> dict[str, Any]:
    end = max(events["time"]) + timedelta(days=20)
    return cw.Community(events, members, as_of=end).response.first_response(**options).row(0, named=True)


def plain(length: timedelta) -> str:
    return words(length).replace("\N{NO-BREAK SPACE}", " ")


def seven_minutes() -> tuple[str, str]:
    events = frame([(MONDAY, "ana", "post", "t"), (MONDAY + timedelta(minutes=7), "bo", "reply", "t")])
    wait = mean(usual(events))
    hours, days = round(wait / timedelta(hours=1)), wait / timedelta(days=1)
    return f"{hours} hours; {days:.2f} days", plain(first_response(events)["median"])


def nine_of_ten() -> tuple[str, str]:
    acts = [(MONDAY + timedelta(days=day), "ana", "post", f"t{day}") for day in range(10)]
    events = frame([*acts, (MONDAY + timedelta(days=4, minutes=5), "bo", "reply", "t4")])
    row = first_response(events)
    median = "not reached" if row["median"] is None else plain(row["median"])
    return (
        f"{mean(usual(events)) / timedelta(hours=1):.2f} hours",
        f"{row['unanswered'] / row['n']:.0%} unanswered; median: {median}".replace("%", " %"),
    )


def at_once() -> tuple[str, str]:
    times = [MONDAY + timedelta(days=day) for day in range(5)]
    events = frame([(t, who, kind, str(t)) for who, kind in (("ana", "post"), ("bo", "reply")) for t in times])
    true = [wait for wait in usual(events) if wait]
    row = first_response(events)
    share = f"{row['attained']:.0%} within an hour, at least {row['attained_low']:.0%}".replace("%", " %")
    assert len(usual(events)) == 5
    return str(mean(true)) if true else "no figure", f"{share}; median {row['median'].total_seconds():.0f}"


def a_bot_first() -> tuple[str, str]:
    replies = [(timedelta(seconds=1), "helper"), (timedelta(minutes=2), "ana"), (timedelta(hours=5), "bo")]
    acts = [(MONDAY, "ana", "post", "t"), *((MONDAY + wait, who, "reply", "t") for wait, who in replies)]
    row = first_response(frame(acts), pl.DataFrame({"member": ["helper"], "role": ["bot"]}))
    seconds, hours = mean(usual(frame(acts))).total_seconds(), row["median"] / timedelta(hours=1)
    return f"{seconds:.0f} second", f"{hours:.0f} hours"


def friday() -> tuple[str, str]:
    times = [datetime.fromisoformat(t) for t in ("2025-11-21T16:55:00+01:00", "2025-11-24T09:20:00+01:00")]
    events = frame([(times[0], "ana", "post", "t"), (times[1], "bo", "reply", "t")])
    wall = first_response(events)
    row = first_response(events, hours=cw.BusinessHours.weekdays("09:00", "17:00", zone="Europe/Berlin"))
    hours, minutes = divmod(mean(usual(events)) // timedelta(minutes=1), 60)
    said = {0.0: "too late", 1.0: "in time"}
    assert wall["median"] == mean(usual(events))
    return f"{hours} h {minutes} min, {said[wall['attained']]}", f"{plain(row['median'])}, {said[row['attained']]}"


def nights() -> tuple[str, str]:
    naive, true = [], []
    for zone, asked, answered in (
        ("America/New_York", "2024-03-09T22:00-05:00", "2024-03-10T06:00-04:00"),
        ("America/New_York", "2024-11-02T22:00-04:00", "2024-11-03T06:00-05:00"),
        ("Africa/Cairo", "2024-04-25T22:00+02:00", "2024-04-26T06:00+03:00"),
        ("Africa/Cairo", "2024-10-31T22:00+03:00", "2024-11-01T06:00+02:00"),
        ("Australia/Lord_Howe", "2024-10-05T22:00+10:30", "2024-10-06T06:00+11:00"),
        ("Australia/Lord_Howe", "2024-04-06T22:00+11:00", "2024-04-07T06:00+10:30"),
        ("Africa/Cairo", "2024-10-31T23:50+03:00", "2024-10-31T23:10+02:00"),
    ):
        start, end = (datetime.fromisoformat(t) for t in (asked, answered))
        naive.append(end.replace(tzinfo=None) - start.replace(tzinfo=None))
        events = frame([(start, "ana", "post", "t"), (end, "bo", "reply", "t")])
        local = events["time"].dt.convert_time_zone(zone).dt.replace_time_zone(None)
        assert local[1] - local[0] == naive[-1], "the offsets above are those of the zone"
        true.append(first_response(events)["median"])
        shift = cw.BusinessHours.daily("22:00", "06:00", zone=zone)
        assert first_response(events, hours=shift)["median"] == true[-1]
    assert set(naive[:6]) == {timedelta(hours=8)}
    distinct = [plain(length) for length in dict.fromkeys(true[:6])]
    return f"{plain(naive[0])}, whatever the night; −{plain(-naive[6])}", f"{', '.join(distinct)}; {plain(true[6])}"


CASES = {"1": seven_minutes, "2": nine_of_ten, "3": at_once, "4": a_bot_first, "5": friday, "6": nights}


@pytest.mark.parametrize("number", CASES)
def test_what_the_page_says_is_what_comes_out(number: str) -> None:
    assert claims()[number] == CASES[number]()


def test_every_demonstration_is_tested_and_has_a_section() -> None:
    assert sorted(claims()) == sorted(CASES)
    for number in CASES:
        section = re.search(rf"^## {number}\. (.*?)$(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
        assert section
        assert "```python" in section[2]
        anchor = re.sub(r"[^a-z0-9 -]", "", f"{number}. {section[1]}".lower()).replace(" ", "-")
        assert f"(#{anchor})" in PAGE
