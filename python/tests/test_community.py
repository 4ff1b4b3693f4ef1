"""Building and cutting communities."""

from datetime import date, timedelta
from typing import Any

import polars as pl
import pyarrow as pa
import pytest
from conftest import NOON, events

import commonweal as cw
from commonweal.exceptions import OptionError, SchemaError


def test_what_it_knows(small: pl.DataFrame) -> None:
    c = cw.Community(small, tz="Europe/Berlin", as_of=NOON + timedelta(days=1))
    assert (c.n_events, c.n_members, c.n_threads) == (5, 3, 3)
    assert c.span == (NOON, NOON + timedelta(hours=7))
    assert (c.tz, c.as_of) == ("Europe/Berlin", NOON + timedelta(days=1))
    assert c.members is None


def test_as_of_is_the_last_event_by_default(small: pl.DataFrame) -> None:
    assert cw.Community(small).as_of == NOON + timedelta(hours=7)


def test_events_come_back(small: pl.DataFrame) -> None:
    back = cw.Community(small).events
    assert back.select("time", "member", "kind", "channel").equals(small.select("time", "member", "kind", "channel"))


def test_members_come_back(small: pl.DataFrame) -> None:
    members = pl.DataFrame({"member": ["ana", "bo"], "department": ["IT", None]})
    back = cw.Community(small, members).members
    assert back is not None
    assert back.select("member", "department").equals(members)


def test_filter_keeps_members_and_as_of(community: cw.Community) -> None:
    posts = community.filter(pl.col("kind") == "post", pl.col("member").is_not_null())
    assert set(posts.events["kind"]) == {"post"}
    assert posts.as_of == community.as_of
    assert posts.members is not None
    assert community.members is not None
    assert posts.members.equals(community.members)


def test_filter_leaves_nulls_out(small: pl.DataFrame) -> None:
    c = cw.Community(small.with_columns(score=pl.Series([1, None, 3, None, 5])))
    assert c.filter(pl.col("score") > 2).n_events == 2
    assert c.filter().n_events == 5
    assert c.filter(pl.lit(value=True)).n_events == 5


def test_affiliations_survive_a_filter(small: pl.DataFrame) -> None:
    affiliations = pl.DataFrame(
        {"member": ["ana"], "dimension": ["team"], "value": ["red"], "from": [None], "to": [None]}
    )
    c = cw.Community(
        small, affiliations=affiliations.cast({"from": pl.Datetime("us", "UTC"), "to": pl.Datetime("us", "UTC")})
    )
    teams = c.filter(pl.col("kind") == "post").engagement.activity(by="team")["team"].to_list()
    assert set(teams) == {None, "red"}


def test_between_takes_dates_in_the_zone(small: pl.DataFrame) -> None:
    c = cw.Community(small)
    assert c.between(date(2026, 1, 5), "2026-01-06").n_events == 5
    assert c.between(NOON, NOON + timedelta(hours=1)).n_events == 2


def test_between_ends_observation(small: pl.DataFrame) -> None:
    cut = cw.Community(small).between(NOON, NOON + timedelta(hours=2))
    assert cut.as_of == NOON + timedelta(hours=2)
    assert cut.response.first_response().select("n", "answered").row(0) == (2, 1)


def test_between_needs_an_order(small: pl.DataFrame) -> None:
    with pytest.raises(OptionError, match=r"^end must be after start"):
        cw.Community(small).between("2026-01-06", "2026-01-05")


def test_append_is_the_whole(small: pl.DataFrame) -> None:
    whole = cw.Community(small)
    grown = cw.Community(small.head(2)).append(small.tail(3))
    assert grown.n_events == whole.n_events
    assert grown.response.first_response().equals(whole.response.first_response())


def test_partition_keeps_every_event(community: cw.Community) -> None:
    for key in ("member", "thread"):
        parts = community.partition(4, key)  # type: ignore[arg-type]
        assert sum(part.n_events for part in parts) == community.n_events


@pytest.mark.parametrize(("n", "key"), [(0, "member"), (True, "member"), (2, "channel")])
def test_partition_options(community: cw.Community, n: Any, key: Any) -> None:
    with pytest.raises(OptionError):
        community.partition(n, key)


def test_what_is_no_table() -> None:
    for wrong in (3, "events.csv", {"time": []}, [1]):
        with pytest.raises(SchemaError, match=r"^events must be a table with the Arrow PyCapsule interface"):
            cw.Community(wrong)  # type: ignore[arg-type]
    with pytest.raises(SchemaError, match=r"^events is a LazyFrame; call .collect\(\) on it first"):
        cw.Community(events().lazy())  # type: ignore[arg-type]
    with pytest.raises(SchemaError, match=r"^events must be a table, got a column"):
        cw.Community(events()["time"])  # type: ignore[arg-type]


def test_families_show_their_kpis(community: cw.Community) -> None:
    assert repr(community.engagement).startswith("<engagement: activity")
    assert "curve, " in repr(community.response)


def test_several_kpis_are_those_of_each(community: cw.Community) -> None:
    asked = {"response.first_response": {"by": "channel"}, "response.curve": {}, "adoption.growth": {"every": "1mo"}}
    tables = community.compute_all(asked)
    assert list(tables) == list(asked)
    # Asked in another order, and of a community that knows nothing yet.
    fresh = cw.Community(community.events, community.members, tz=community.tz, as_of=community.as_of)
    for name, options in reversed(asked.items()):
        assert tables[name].equals(fresh.compute(name, options))
    assert community.compute_all(["adoption.growth"])["adoption.growth"].equals(community.adoption.growth())


def test_by_one_or_several(community: cw.Community) -> None:
    one, two = community.engagement.activity(by="channel"), community.engagement.activity(by=["channel", "kind"])
    assert one.columns[0] == "channel"
    assert two.columns[:2] == ["channel", "kind"]


def test_members_get_columns_of_a_directory(small: pl.DataFrame) -> None:
    people = pl.DataFrame({"member": ["ana", "bo", "cy"], "username": ["a1", "b1", None]})
    c = cw.Community(small, people, tz="Europe/Berlin", as_of="2026-02-01")
    directory = pl.DataFrame({"username": ["a1", "b1", "z9"], "department": ["Sales", "IT", "Law"]})
    joined = c.with_members(directory, on="username")
    assert joined.members is not None
    assert joined.members.rows() == [("ana", "a1", "Sales"), ("bo", "b1", "IT"), ("cy", None, None)]
    assert (joined.tz, joined.as_of, joined.n_events) == (c.tz, c.as_of, c.n_events)
    active = joined.adoption.active_members(every=None, by="department")
    assert dict(active.select("department", "active").iter_rows()) == {None: 1, "IT": 1, "Sales": 1}
    assert joined.response.first_response().equals(c.response.first_response())


def test_members_where_none_were_given_are_those_who_acted(small: pl.DataFrame) -> None:
    joined = cw.Community(small).with_members(pa.table({"member": ["ana"], "floor": [3]}))
    assert joined.members is not None
    assert dict(joined.members.iter_rows()) == {"ana": 3, "bo": None, "cy": None}


@pytest.mark.parametrize(
    ("table", "on", "said"),
    [
        ({"name": ["ana"]}, "member", r'on: there is no column "member" in the table, which has name'),
        ({"email": ["a@b"]}, "email", r'on: there is no column "email" in the members table, which has member'),
        ({"member": ["ana", "ana"]}, "member", r"'ana' is there more than once"),
        ({"member": ["ana"], "role": ["staff"]}, "member", r"the members have already: role"),
    ],
)
def test_what_columns_of_members_cannot_be(small: pl.DataFrame, table: Any, on: str, said: str) -> None:
    c = cw.Community(small, pl.DataFrame({"member": ["ana"], "role": ["member"]}))
    with pytest.raises(SchemaError, match=said):
        c.with_members(pl.DataFrame(table), on=on)


def test_a_kpi_asked_of_the_community_is_told_its_family(community: cw.Community) -> None:
    with pytest.raises(AttributeError, match=r"'Community' object has no attribute 'growth'; it is \.adoption\.growth"):
        community.growth()  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match=r"has no attribute 'groth'$"):
        community.groth()  # type: ignore[attr-defined]
    assert not hasattr(community, "_nothing")
