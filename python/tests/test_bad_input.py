"""Input that breaks the contract: the exact error, or the documented result."""

from datetime import datetime, timedelta

import polars as pl
import pytest
from conftest import NOON, events, with_flags

import commonweal as cw
from commonweal.exceptions import CommonwealError, OptionError, SchemaError

NO_KIND = (
    'events, column "kind": is missing; the table has "time", "member", "thread", "channel"; '
    'add it, or rename the column that holds it to "kind"'
)
NO_ZONE = (
    'events, column "time": has no time zone; name the zone, as in '
    'pl.col("time").dt.replace_time_zone("UTC"), or another if the clock was local'
)


def refusal(events: pl.DataFrame, members: pl.DataFrame | None = None) -> str:
    with pytest.raises(SchemaError) as caught:
        cw.Community(events, members)
    return str(caught.value)


def test_missing_column(small: pl.DataFrame) -> None:
    assert refusal(small.drop("kind")) == NO_KIND


def test_naive_time(small: pl.DataFrame) -> None:
    assert refusal(small.with_columns(pl.col("time").dt.replace_time_zone(None))) == NO_ZONE


def test_every_fault_in_one_error(small: pl.DataFrame) -> None:
    faults = small.drop("kind").with_columns(pl.col("time").dt.replace_time_zone(None))
    assert refusal(faults, pl.DataFrame({"name": ["Ana"]})).splitlines() == [
        NO_ZONE,
        NO_KIND,
        'members, column "member": is missing; the table has "name"; '
        'add it, or rename the column that holds it to "member"',
    ]


def test_null_time(small: pl.DataFrame) -> None:
    gap = pl.when(pl.int_range(pl.len()) == 2).then(None).otherwise(pl.col("time")).alias("time")
    assert refusal(small.with_columns(gap)) == (
        'events, column "time": is null (row 2, counted from 0); give each act its time, or leave the rows out'
    )


def test_unknown_kind(small: pl.DataFrame) -> None:
    message = refusal(small.with_columns(kind=pl.Series(["post", "dance", "post", "reply", "post"])))
    assert message.startswith('events, column "kind": has "dance" beside "post", "reply", "reaction", ')
    assert message.endswith("(row 1, counted from 0); map each to one of these, or leave the rows out")


def test_duplicate_ids(small: pl.DataFrame) -> None:
    assert refusal(small.with_columns(id=pl.Series(["a", "b", "a", "c", "d"]))) == (
        'events, column "id": repeats a value given before, "a" first (row 2, counted from 0); '
        'keep one row of each act, as in events.unique("id")'
    )


def test_duplicate_members(small: pl.DataFrame) -> None:
    assert refusal(small, pl.DataFrame({"member": ["ana", "ana"]})) == (
        'members, column "member": repeats a value given before, "ana" first (row 1, counted from 0); '
        'keep one row of each member, as in members.unique("member")'
    )


def test_unknown_role(small: pl.DataFrame) -> None:
    assert refusal(small, pl.DataFrame({"member": ["ana"], "role": ["king"]})) == (
        'members, column "role": has "king" beside "member", "staff", "bot" (row 0, counted from 0); '
        "map each to one of these, or leave the rows out"
    )


def test_future_times(small: pl.DataFrame) -> None:
    later = small.with_columns(pl.col("time") + timedelta(days=36_500))
    assert refusal(later) == (
        'events, column "time": lies in the future (rows 0, 1, 2, 3, 4, counted from 0); '
        "mend them, or say with as_of when observation ended; what is later is then left out"
    )
    assert cw.Community(later, as_of=NOON).n_events == 0


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


# The Bass model needs periods enough, aspects a subject; events alone have no departments.
EMPTY_OPTIONS = {
    "network.bridges": {"unit": "role"},
    "network.flow": {"unit": "role"},
    "network.silo_matrix": {"unit": "role"},
    "network.silos": {"unit": "role"},
    "adoption.diffusion": {"every": "1d"},
    "adoption.diffusion_curve": {"every": "1d"},
    "response.handoffs": {"unit": "role"},
    "response.load": {"unit": "role"},
    "response.routing": {"unit": "role"},
    "sentiment.aspects": {"terms": {"tables": "table*"}},
}


def test_an_empty_frame(community: cw.Community) -> None:
    c = cw.Community(events())
    assert (c.n_events, c.n_members, c.span) == (0, 0, None)
    names = cw.kpis()["kpi"].to_list()
    assert len(names) >= 9
    for name in names:
        options = EMPTY_OPTIONS.get(name, {})
        empty = c.compute(name, options)
        full = with_flags(community) if name == "moderation.workload" else community
        assert empty.schema == full.compute(name, options).schema
        assert name == "quality" or empty.is_empty()


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
    assert refusal(small.with_columns(time=pl.lit("2026-01-05"))) == (
        'events, column "time": has the type str, not timestamp; '
        'parse it into timestamps with a time zone, as in .str.to_datetime(time_zone="UTC")'
    )
    assert refusal(small.with_columns(member=pl.lit(3.5))) == (
        'events, column "member": has the type f64, not string; '
        'cast it, as in events.with_columns(pl.col("member").cast(pl.String))'
    )


def test_times_far_away() -> None:
    old = events((0, "ana", "post", "t")).with_columns(
        time=pl.Series([datetime(1970, 1, 1)]).dt.replace_time_zone("UTC").cast(pl.Datetime("us", "UTC"))
    )
    assert cw.Community(old).adoption.active_members(every="1y").height == 1


@pytest.mark.parametrize(
    ("kpi", "option"),
    [
        ("response.routing", "unit"),
        ("response.load", "unit"),
        ("response.handoffs", "unit"),
        ("response.experts", "unit"),
        ("network.flow", "unit"),
        ("response.compare", "between"),
        ("response.retention_effect", "adjust"),
    ],
)
def test_a_column_that_is_not_there_is_told_of_the_option_that_named_it(
    small: pl.DataFrame, kpi: str, option: str
) -> None:
    with pytest.raises(OptionError) as error:
        cw.Community(small).compute(kpi, {option: "chanel"})
    assert str(error.value) == f'{option} must be one of the columns channel, kind, role, thread, got "chanel"'


def test_what_there_is_but_cannot_be_grouped_by(small: pl.DataFrame) -> None:
    with pytest.raises(OptionError, match=r'^by: there is no column "time" to group by; the dimensions .* channel,'):
        cw.Community(small).response.curve(by="time")
    lists = small.with_columns(tags=pl.concat_list("channel"))
    with pytest.raises(OptionError, match=r'^by must be a column of single values: .*, got "tags", a column of list'):
        cw.Community(lists).response.curve(by="tags")


def test_one_value_where_an_option_takes_no_more(small: pl.DataFrame) -> None:
    with pytest.raises(OptionError, match=r'^within must be a text such as "30d", got \["1h","1d"\]$'):
        cw.Community(small).compute("adoption.funnel", {"within": ["1h", "1d"]})


def test_nothing_is_minus_nothing(small: pl.DataFrame) -> None:
    with pytest.raises(cw.exceptions.DeclinedError, match=r"; there are 0 in 0: "):
        cw.Community(small).adoption.diffusion()


def test_without_a_resolve_nothing_is_told_of_resolving(small: pl.DataFrame) -> None:
    with pytest.raises(cw.exceptions.DeclinedError, match=r"^response.resolution needs acts of the kind resolve"):
        cw.Community(small).response.resolution()


@pytest.mark.parametrize("dtype", [pl.Decimal(5, 2), pl.Int128, pl.Array(pl.Int8, 1)])
def test_a_type_that_is_not_read_is_named(small: pl.DataFrame, dtype: pl.DataType) -> None:
    value = [1] if isinstance(dtype, pl.Array) else 1
    odd = small.with_columns(price=pl.Series([value] * small.height, dtype=dtype))
    with pytest.raises(CommonwealError, match=r'the column "price" has the type .* cast it'):
        cw.Community(odd)
