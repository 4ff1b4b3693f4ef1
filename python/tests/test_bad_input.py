"""Input that breaks the contract: the exact error, or the documented result."""

from datetime import datetime, timedelta

import polars as pl
import pytest
from conftest import NOON, events

import commonweal as cw
from commonweal.exceptions import SchemaError


def test_missing_column(small: pl.DataFrame) -> None:
    with pytest.raises(SchemaError, match='events, column "kind"'):
        cw.Community(small.drop("kind"))


def test_every_fault_in_one_error(small: pl.DataFrame) -> None:
    with pytest.raises(SchemaError) as caught:
        cw.Community(small.drop("kind").with_columns(pl.col("time").dt.replace_time_zone(None)))
    assert '"time"' in str(caught.value)
    assert '"kind"' in str(caught.value)


def test_naive_time(small: pl.DataFrame) -> None:
    with pytest.raises(SchemaError, match='events, column "time"'):
        cw.Community(small.with_columns(pl.col("time").dt.replace_time_zone(None)))


def test_null_time(small: pl.DataFrame) -> None:
    gap = pl.when(pl.int_range(pl.len()) == 2).then(None).otherwise(pl.col("time")).alias("time")
    with pytest.raises(SchemaError, match="row 2"):
        cw.Community(small.with_columns(gap))


def test_unknown_kind(small: pl.DataFrame) -> None:
    with pytest.raises(SchemaError, match="dance"):
        cw.Community(small.with_columns(kind=pl.Series(["post", "dance", "post", "reply", "post"])))


def test_duplicate_ids(small: pl.DataFrame) -> None:
    with pytest.raises(SchemaError, match='events, column "id"'):
        cw.Community(small.with_columns(id=pl.Series(["a", "b", "a", "c", "d"])))


def test_duplicate_members(small: pl.DataFrame) -> None:
    with pytest.raises(SchemaError, match='members, column "member"'):
        cw.Community(small, pl.DataFrame({"member": ["ana", "ana"]}))


def test_unknown_role(small: pl.DataFrame) -> None:
    with pytest.raises(SchemaError, match="king"):
        cw.Community(small, pl.DataFrame({"member": ["ana"], "role": ["king"]}))


def test_null_member_is_volume_and_no_member(small: pl.DataFrame) -> None:
    c = cw.Community(small.with_columns(member=pl.Series(["ana", None, "bo", None, None], dtype=pl.String)))
    activity = c.engagement.activity().row(0, named=True)
    assert (activity["contributions"], activity["contributors"]) == (5, 2)
    # A reply by an unknown author may be the asker's own, so it answers nothing.
    assert c.response.first_response()["answered"].item() == 0


def test_events_after_as_of_are_not_seen(small: pl.DataFrame) -> None:
    c = cw.Community(small, as_of=NOON + timedelta(hours=2))
    assert c.engagement.activity()["contributions"].item() == 3
    counts = dict(c.quality().select("check", "count").iter_rows())
    assert counts["after as_of"] == 2


def test_an_empty_frame() -> None:
    c = cw.Community(events())
    assert (c.n_events, c.n_members, c.span) == (0, 0, None)
    for name in cw.kpis()["kpi"]:
        if name != "kpis":
            c.compute(name)


def test_one_event() -> None:
    c = cw.Community(events((0, "ana", "post", "t")))
    row = c.response.first_response().row(0, named=True)
    assert (row["n"], row["answered"], row["median"]) == (1, 0, None)
    assert c.adoption.active_members()["active"].to_list() == [1]


def test_all_bots(small: pl.DataFrame) -> None:
    members = pl.DataFrame({"member": ["ana", "bo", "cy"], "role": ["bot"] * 3})
    c = cw.Community(small, members)
    assert c.engagement.activity()["contributions"].sum() == 0
    assert c.engagement.activity(bots=True)["contributions"].sum() == 5
    assert c.response.first_response()["n"].sum() == 0


def test_a_column_of_the_wrong_type(small: pl.DataFrame) -> None:
    with pytest.raises(SchemaError, match='events, column "time"'):
        cw.Community(small.with_columns(time=pl.lit("2026-01-05")))
    with pytest.raises(SchemaError, match='events, column "member"'):
        cw.Community(small.with_columns(member=pl.lit(3.5)))


def test_times_far_away() -> None:
    old = events((0, "ana", "post", "t")).with_columns(
        time=pl.Series([datetime(1970, 1, 1)]).dt.replace_time_zone("UTC").cast(pl.Datetime("us", "UTC"))
    )
    assert cw.Community(old).adoption.active_members(every="1y").height == 1
