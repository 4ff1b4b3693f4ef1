"""Options: what is taken, and the error for what is not."""

import json
from datetime import date, datetime, timedelta, timezone
from typing import Any

import polars as pl
import pytest

import commonweal as cw
from commonweal import _options, _time
from commonweal.exceptions import CommonwealError, OptionError

WRONG: list[tuple[str, Any, str]] = [
    ("every", "5x", "every must be one of '1d', '1w', '1mo', '1q', '1y' or None, got '5x'"),
    ("every", 7, "every must be one of '1d', '1w', '1mo', '1q', '1y' or None, got 7"),
    ("activity", "lurking", "activity must be one of 'contributing', 'present', got 'lurking'"),
    ("responder", None, "responder must be one of 'any', 'staff', 'peer', got None"),
    ("model", None, 'model must be "vader", "commonweal" or the name of a column, got None'),
    ("by", 3, "by must be a column name, several, or None, got 3"),
    ("by", ["a", 3], "by must be a column name, several, or None, got ['a', 3]"),
    ("bots", "no", "bots must be True or False, got 'no'"),
    ("roles", "bot", "roles must be 'member', 'staff' or both, got 'bot'"),
    ("min_group", -1, "min_group must be a whole number of members, 0 to 4294967295, got -1"),
    ("min_group", True, "min_group must be a whole number of members, 0 to 4294967295, got True"),
    ("min_group", 2**32, "min_group must be a whole number of members, 0 to 4294967295, got 4294967296"),
    ("top", 0, "top must be a whole number of rows, 1 to 4294967295, got 0"),
    ("shift", float("nan"), "shift must be made of finite numbers, got nan"),
    ("at_risk_below", float("inf"), "at_risk_below must be made of finite numbers, got inf"),
    (
        "audit",
        [{"id": "1", "label": "odd"}] * 3_000,
        "audit must be rows with an id and a label of 'negative', 'neutral', 'positive', got ('1', 'odd')",
    ),
    ("confidence", 1, "confidence must be between 0 and 1, both excluded, got 1"),
    ("confidence", float("nan"), "confidence must be between 0 and 1, both excluded, got nan"),
    ("within", 3600, 'within must be a duration such as "1h", "7d" or a timedelta, got 3600'),
    ("within", [], 'within must be a duration such as "1h", "7d" or a timedelta, got []'),
    ("window", ["7d"], 'window must be a duration such as "1h", "7d" or a timedelta, got [\'7d\']'),
]


@pytest.mark.parametrize(("option", "value", "message"), WRONG)
def test_a_wrong_value_is_named_with_what_is_allowed(option: str, value: Any, message: str) -> None:
    with pytest.raises(OptionError) as caught:
        _options.to_json({option: value})
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(days=2), "2d"),
        (timedelta(hours=36), "36h"),
        (timedelta(minutes=90), "90m"),
        (timedelta(seconds=61), "61s"),
    ],
)
def test_a_timedelta_is_written_in_its_largest_whole_unit(length: timedelta, text: str) -> None:
    assert json.loads(_options.to_json({"within": length})) == {"within": text}


def test_a_timedelta_and_its_text_are_the_same_option(community: cw.Community) -> None:
    response = community.response
    assert response.first_response(within=timedelta(hours=1)).equals(response.first_response(within="1h"))
    assert response.first_response(within=[timedelta(days=1)]).equals(response.first_response(within="1d"))


@pytest.mark.parametrize("length", [timedelta(0), timedelta(seconds=-1), timedelta(milliseconds=1)])
def test_a_timedelta_must_be_positive_whole_seconds(length: timedelta) -> None:
    with pytest.raises(OptionError, match="positive duration in whole seconds"):
        _options.to_json({"within": length})


def test_errors_are_value_errors() -> None:
    assert issubclass(OptionError, CommonwealError)
    assert issubclass(CommonwealError, ValueError)


def test_instants() -> None:
    midnight = datetime(2026, 1, 31, tzinfo=timezone.utc)
    assert _time.instant("end", "2026-01-31", "UTC") == midnight
    assert _time.instant("end", date(2026, 1, 31), "Europe/Berlin") == midnight - timedelta(hours=1)
    assert _time.instant("end", "2026-01-31T01:00:00+01:00", "UTC") == midnight
    assert _time.instant("end", "2026-01-31T00:00:00Z", "Asia/Tokyo") == midnight


@pytest.mark.parametrize("value", ["yesterday", "2026-13-01", 3, None])
def test_no_instant(value: Any) -> None:
    with pytest.raises(OptionError, match=r"^end must be a datetime with a zone, a date, or either in ISO 8601"):
        _time.instant("end", value, "UTC")


def test_a_naive_datetime_is_refused() -> None:
    with pytest.raises(OptionError, match=r"^as_of must be a datetime with a zone: add tzinfo=, or an offset"):
        _time.instant("as_of", "2026-01-31T12:00:00", "UTC")


@pytest.mark.parametrize("name", ["Mars/Base", "", "../etc/passwd", "/etc/localtime", None])
def test_no_zone(name: Any) -> None:
    with pytest.raises(OptionError, match=r"^tz must be the name of an IANA time zone"):
        _time.zone("tz", name)


def test_unknown_kpi_and_option(community: cw.Community) -> None:
    with pytest.raises(OptionError, match=r"there is no KPI \"?'?response.speed"):
        community.compute("response.speed")
    with pytest.raises(OptionError, match="has no option"):
        community.compute("engagement.activity", {"within": "1h"})


def test_by_must_name_a_column(community: cw.Community) -> None:
    with pytest.raises(OptionError, match="shoe_size"):
        community.engagement.activity(by="shoe_size")


def test_a_list_of_labels_is_read_as_a_table_is() -> None:
    rows = [{"id": 7, "label": " Positive "}, {"id": 8, "label": ""}]
    assert json.loads(_options.to_json({"audit": rows})) == {"audit": [{"id": "7", "label": "positive"}]}
    assert _options.to_json({"audit": rows}) == _options.to_json({"audit": pl.DataFrame(rows)})


def test_a_long_value_is_told_in_part() -> None:
    assert len(str(_options.wrong("by", "a column", ["x" * 50] * 1_000))) < 1_100
