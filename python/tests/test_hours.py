"""Business hours: hand-counted cases, and a slow reading of the clock, minute by minute, with Python's own zones."""

import json
import random
from datetime import date, datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from test_cli import run

import commonweal as cw
from commonweal.exceptions import OptionError

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OFFICE = cw.BusinessHours.weekdays("09:00", "17:00", zone="Europe/Berlin")
NIGHTS = [
    ("Africa/Cairo", "2024-04-25T12:00+02:00", timedelta(hours=7)),
    ("Africa/Cairo", "2024-10-31T12:00+03:00", timedelta(hours=9)),
    ("Australia/Lord_Howe", "2024-10-05T12:00+10:30", timedelta(hours=7, minutes=30)),
    ("Australia/Lord_Howe", "2024-04-06T12:00+11:00", timedelta(hours=8, minutes=30)),
    ("America/New_York", "2024-03-09T12:00-05:00", timedelta(hours=7)),
    ("America/New_York", "2024-11-02T12:00-04:00", timedelta(hours=9)),
]


def asked_and_answered(
    asked: datetime, answered: datetime | None, as_of: datetime, **zones: str | None
) -> cw.Community:
    times = [asked] if answered is None else [asked, answered]
    events = pl.DataFrame(
        {
            "time": pl.Series([t.astimezone(timezone.utc) for t in times], dtype=pl.Datetime("us", "UTC")),
            "member": ["ana", "bo"][: len(times)],
            "kind": ["post", "reply"][: len(times)],
            "thread": "t",
        }
    )
    members = pl.DataFrame(
        {"member": list(zones), "timezone": list(zones.values())}, schema_overrides={"timezone": pl.String}
    )
    return cw.Community(events, members if zones else None, as_of=as_of)


def test_an_ask_on_friday_at_five_to_five_is_due_on_monday() -> None:
    asked = datetime.fromisoformat("2025-11-21T16:55:00+01:00")
    due = datetime.fromisoformat("2025-11-24T09:55:00+01:00")
    assert OFFICE.due(asked, "1h") == due
    just = asked_and_answered(asked, due, due).response.first_response(hours=OFFICE)
    assert just["median"].item() == timedelta(hours=1)
    assert just["attained_due"].item() == just["attained"].item() == 1
    late = asked_and_answered(asked, due + timedelta(seconds=1), due + timedelta(seconds=1))
    assert late.response.first_response(hours=OFFICE)["attained_due"].item() == 0
    before = asked_and_answered(asked, None, due - timedelta(seconds=1)).response.first_response(hours=OFFICE)
    assert before["attained_due"].item() is None


@pytest.mark.parametrize(("zone", "noon", "length"), NIGHTS)
def test_nights_on_which_clocks_change(zone: str, noon: str, length: timedelta) -> None:
    night = cw.BusinessHours.daily("22:00", "06:00", zone=zone)
    asked = datetime.fromisoformat(noon)
    answered = asked + timedelta(hours=20)
    assert night.between(asked, answered) == length
    community = asked_and_answered(asked, answered, answered)
    assert community.response.first_response(hours=night)["median"].item() == length
    curve = community.response.curve(hours=night)
    assert curve["time"].to_list() == [timedelta(0), length]


def test_the_clock_of_the_asker_and_of_the_responder() -> None:
    asked, answered = (datetime.fromisoformat(f"2025-11-21T{hour}:00:00+00:00") for hour in (13, 18))

    def median(clock: cw.typing.Clock, **zones: str | None) -> tuple[timedelta, int | None]:
        hours = cw.BusinessHours.weekdays("09:00", "17:00", zone="Europe/Berlin", clock=clock)
        row = (
            asked_and_answered(asked, answered, answered, **zones)
            .response.first_response(hours=hours)
            .row(0, named=True)
        )
        return row["median"], row.get("team_clock")

    zones = {"ana": "America/New_York", "bo": "Africa/Cairo"}
    assert median("team", **zones) == (timedelta(hours=3), None)
    assert median("asker", **zones) == (timedelta(hours=4), 0)
    assert median("responder", **zones) == (timedelta(hours=2), 0)
    assert median("asker", ana=None, bo="UTC") == (timedelta(hours=3), 1)
    with pytest.raises(OptionError, match=r"hours\.column must be the column of the members with their time zone"):
        median("asker")


def test_a_dict_and_times_and_dates_make_the_same_schedule() -> None:
    lunch = [[time(9), time(12, 30)], ("13:30", "17:00")]
    hours = cw.BusinessHours({"mon": lunch, "fri": lunch}, zone="UTC", holidays=[date(2026, 12, 25)])
    given = {"zone": "UTC", "week": {"fri": lunch, "mon": lunch}, "holidays": ["2026-12-25"]}
    assert cw.BusinessHours.from_dict(given) == hours
    assert hash(cw.BusinessHours.from_dict(given)) == hash(hours)
    assert cw.BusinessHours.from_dict(dict(hours)) == hours != OFFICE
    assert repr(hours) == "<BusinessHours UTC: mon 09:00-12:30, 13:30-17:00; fri 09:00-12:30, 13:30-17:00>"
    hours["week"]["mon"].clear()
    assert cw.BusinessHours.from_dict(given) == hours
    community = cw.datasets.simulate(members=60, days=60)
    assert community.response.curve(hours=hours).equals(community.response.curve(hours=given))


def test_always_open_is_no_hours_and_open_time_is_never_longer(community: cw.Community) -> None:
    always = cw.BusinessHours.always(zone="Africa/Cairo")
    wall = community.response.first_response(by="channel", every="1mo")
    assert community.response.first_response(by="channel", every="1mo", hours=always).equals(wall)
    office = community.response.first_response(by="channel", every="1mo", hours=OFFICE)
    both = wall.join(office, on=["period", "channel"], suffix="_open")
    assert both.height == wall.height > 0
    assert (both["answered_median_open"].drop_nulls() <= both["answered_median"].drop_nulls()).all()
    assert (both["attained_open"].drop_nulls() >= both["attained"].drop_nulls()).all()


WRONG: list[tuple[Any, str]] = [
    ("9 to 5", "hours must be a schedule, such as BusinessHours.weekdays"),
    ({"zone": "UTC"}, "hours.week must be opening intervals by weekday"),
    ({"zone": "Mars", "week": {}}, "hours.zone must be an IANA time zone"),
    ({"zone": "UTC", "week": {"monday": []}}, "hours.week must be by weekdays mon, tue"),
    (
        {"zone": "UTC", "week": {"mon": [["09:00", "17:00"], ["16:00", "18:00"]]}},
        "hours.week.mon must be intervals that do",
    ),
    ({"zone": "UTC", "week": {"mon": [[time(9, 0, 1), time(17)]]}}, "hours must be made of times in whole minutes"),
    ({"zone": "UTC", "week": {"mon": {1}}}, "hours must be made of dicts, lists, dates, times and text"),
    (
        {"zone": "UTC", "week": {"mon": [["09:00", "17:00"]]}, "holidays": [datetime(2026, 1, 1)]},
        "hours must be made of dates",
    ),
    ({"zone": "UTC", "week": {"mon": []}}, "hours.week must be open at some time"),
]


@pytest.mark.parametrize(("hours", "message"), WRONG)
def test_what_cannot_be_is_refused_with_a_remedy(community: cw.Community, hours: Any, message: str) -> None:
    with pytest.raises(OptionError) as caught:
        community.response.first_response(hours=hours)
    assert str(caught.value).startswith(message)


def test_the_command_takes_a_schedule(tmp_path: Any) -> None:
    events = tmp_path / "e.csv"
    events.write_text(
        "time,member,kind,thread\n2025-11-21T15:55:00Z,ana,post,t\n2025-11-24T08:50:00Z,bo,reply,t\n", encoding="utf-8"
    )
    file = tmp_path / "hours.json"
    file.write_text(json.dumps(dict(OFFICE)), encoding="utf-8")
    for hours in (file, json.dumps(dict(OFFICE))):
        done = run("kpi", "response.first_response", events, "--hours", hours, "--format", "json")
        assert json.loads(done.stdout)[0]["median_seconds"] == 55 * 60
    for wrong, message in (
        ("[]", "--hours must be JSON or the path of a JSON file"),
        (
            '{"zone": "UTC", "week": {"mon": [["9", "17"]]}}',
            '--hours: week.mon must be times from "00:00" to "24:00", got "9"',
        ),
    ):
        done = run("kpi", "response.first_response", events, "--hours", wrong)
        assert done.returncode == 2
        assert message in done.stderr
    assert "has no option --hours" in run("kpi", "engagement.activity", events, "--hours", file).stderr


def slow(schedule: dict[str, Any], start: datetime, end: datetime) -> timedelta:
    """The definition: minute by minute, is this local date and time open?"""
    zone = ZoneInfo(schedule["zone"])

    def shifts(day: date) -> list[tuple[time, time | None]]:
        if day.isoformat() in schedule["holidays"]:
            return []
        pairs = schedule["week"].get(DAYS[day.weekday()], [])
        return [(time.fromisoformat(a), None if b == "24:00" else time.fromisoformat(b)) for a, b in pairs]

    def is_open(local: datetime) -> bool:
        today, now = local.date(), local.time()
        if today.isoformat() in schedule["holidays"]:
            return False
        own = any(a <= now and (b is None or now < b or b < a) for a, b in shifts(today))
        return own or any(b is not None and b < a and now < b for a, b in shifts(today - timedelta(days=1)))

    count, minute = 0, start.astimezone(timezone.utc)
    while minute < end:
        count += is_open(minute.astimezone(zone))
        minute += timedelta(minutes=1)
    return timedelta(minutes=count)


def test_agrees_with_the_clock_minute_by_minute() -> None:
    draw = random.Random(7)
    weeks = [
        {"thu": [["22:00", "06:00"]], "fri": [["22:00", "06:00"]], "sun": [["01:30", "03:00"]]},
        {"wed": [["23:30", "00:30"]], "thu": [["12:00", "24:00"]], "fri": [["00:00", "00:20"], ["00:40", "09:15"]]},
        {day: [["08:45", "12:30"], ["13:30", "17:00"]] for day in DAYS},
    ]
    seen = timedelta(0)
    for zone, noon, _ in NIGHTS:
        for week in weeks:
            near = datetime.fromisoformat(noon)
            start = near - timedelta(minutes=draw.randrange(1_500))
            end = near + timedelta(minutes=draw.randrange(3_000))
            schedule = {
                "zone": zone,
                "week": week,
                "holidays": [(near + timedelta(days=draw.randrange(4))).date().isoformat()],
            }
            hours = cw.BusinessHours.from_dict(schedule)
            assert hours.between(start, end) == slow(schedule, start, end)
            seen += hours.between(start, end)
    assert seen > timedelta(days=2), "some of it was open"
