"""Cohorts, power users and levels against DuckDB, on real communities."""

import duckdb
import polars as pl
import pytest
from conftest import SHARED
from polars.testing import assert_frame_equal

import commonweal as cw
from commonweal.exceptions import OptionError
from commonweal.typing import Cohort, RetentionKind

DATA = SHARED / "data"
PLACES = ["stackexchange-quantumcomputing-2018", "zulip-lean", "stackexchange-beer-2017"]
ACTS = """
    acts as (
        select e.member, e.time, e.kind, e.thread,
            date_trunc('month', e.time) as month, date_trunc('day', e.time) as day
        from events e
        where e.member is not null and e.member not in (select member from bots)
          and coalesce(e.time_quality, 'exact') <> 'inherited'
    ),
    given as (select * from acts where kind in ('post', 'reply', 'reaction'))
"""


@pytest.fixture(scope="module", params=PLACES)
def place(request: pytest.FixtureRequest) -> cw.Community:
    if not (DATA / request.param).exists():
        pytest.skip(f"{DATA / request.param} is not here")
    return cw.read(DATA / request.param)


def ask(community: cw.Community, query: str) -> pl.DataFrame:
    """A query on `events`, `members` and `bots`, in UTC."""
    database = duckdb.connect()
    database.execute("set timezone = 'UTC'")
    events = community.events
    missing = [pl.lit(None, pl.String).alias(name) for name in ("time_quality", "thread") if name not in events.columns]
    database.register("events", events.with_columns(missing).to_arrow())
    people = community.members
    if people is None:
        people = pl.DataFrame(schema={"member": pl.String})
    extra = {"joined": pl.Datetime("us", "UTC"), "role": pl.String}
    people = people.with_columns(pl.lit(None, kind).alias(n) for n, kind in extra.items() if n not in people.columns)
    database.register("members", people.to_arrow())
    database.execute("create view bots as select member from members where role = 'bot'")
    return database.sql(f"with {ACTS} {query}").pl()


@pytest.mark.parametrize("cohort", ["first_active", "joined"])
@pytest.mark.parametrize("kind", ["bounded", "unbounded"])
def test_retention(place: cw.Community, cohort: Cohort, kind: RetentionKind) -> None:
    first = {
        "first_active": "select member, min(month) as cohort from given group by member",
        "joined": """select member, date_trunc('month', joined) as cohort from members
                     where joined is not null and member not in (select member from bots)""",
    }[cohort]
    within = {
        "bounded": "g.month = c.cohort + to_months(k::int)",
        "unbounded": "g.month >= c.cohort + to_months(k::int)",
    }
    if cohort == "joined" and (place.members is None or "joined" not in place.members.columns):
        with pytest.raises(OptionError, match="nothing tells when members joined"):
            place.adoption.retention(cohort="joined")
        return
    theirs = ask(
        place,
        f""", cohorts as ({first}),
        sizes as (select cohort, count(*) as size from cohorts group by cohort),
        cells as (
            select cohort, size,
                unnest(range(0, 1 + datediff('month', cohort, (select max(time) from events)))) as k from sizes
        )
        select cell.cohort::date as cohort, cell.k::bigint as "offset", any_value(size) as size,
               count(distinct g.member) as active
        from cells cell join cohorts c using (cohort)
        left join given g on g.member = c.member and {within[kind]}
        group by all order by 1, 2""",
    )
    ours = place.adoption.retention(every="1mo", cohort=cohort, kind=kind).filter(pl.col("size") > 0)
    assert ours.height > 20
    assert_frame_equal(ours.select("cohort", "offset", "size", "active"), theirs, check_dtypes=False)


def test_power_users(place: cw.Community) -> None:
    theirs = ask(
        place,
        """, days as (
            select member, count(distinct day) as days from given
            where day > date_trunc('day', (select max(time) from events)) - interval 28 days group by member
        )
        select days, count(*) as members from days group by days order by days""",
    )
    ours = place.adoption.power_users().filter(pl.col("members") > 0).select("days", "members")
    assert ours.height > 0
    assert_frame_equal(ours, theirs, check_dtypes=False)


def test_levels_and_gravity(place: cw.Community) -> None:
    theirs = ask(
        place,
        """, own as (select member, thread, min(time) as opened from events where kind = 'post' group by all),
        done as (
            select a.member, a.month,
                   count(distinct a.day) filter (a.kind in ('post', 'reply', 'reaction')) as days,
                   count(*) filter (a.kind in ('post', 'reply', 'reaction')) as contributions,
                   count(*) filter (a.kind = 'reply' and a.thread is not null
                                    and (o.opened is null or o.opened > a.time)) as answers
            from acts a left join own o on o.member = a.member and o.thread = a.thread
            where a.kind <> 'leave' group by a.member, a.month
        ),
        levels as (
            select month, member, case when days >= 10 and answers >= 10 then 'advocate'
                when days >= 7 or answers >= 5 then 'contributor'
                when contributions >= 1 then 'participant' else 'observer' end as level
            from done
        )
        select month::date as period, level, count(*) as members from levels group by all order by 1, 2""",
    )
    table = place.adoption.lifecycle()
    ours = table.filter(pl.col("level") != "away", pl.col("members") > 0).select("period", "level", "members")
    assert_frame_equal(ours.sort("period", "level"), theirs, check_dtypes=False)
    # Gravity is the change of the sum of squared weights, told from the levels alone; members known never fall.
    pull = pl.col("level").replace_strict(
        {"away": 0, "observer": 1, "participant": 16, "contributor": 49, "advocate": 100}
    )
    months = table.group_by("period", maintain_order=True).agg(
        (pull * pl.col("members")).sum().alias("pull"),
        pl.col("known").first(),
        pl.col("members").sum().alias("all"),
        pl.col("gravity").first(),
        pl.col("complete").first(),
    )
    assert (months["known"] == months["all"]).all()
    assert months["known"].is_sorted()
    told = months.with_columns(told=pl.col("pull").diff() / pl.col("known")).filter("complete").drop_nulls("told")
    assert told.height > 3
    assert (told["gravity"] - told["told"]).abs().max() < 1e-9
    assert months.filter(~pl.col("complete"))["gravity"].null_count() == 1
