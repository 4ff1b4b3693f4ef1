"""Who is active, and moves between levels, in real communities, against group-bys and sets."""

from datetime import date, timedelta

import polars as pl
import pytest
from conftest import SHARED

import commonweal as cw
from commonweal.typing import Every

DATA = SHARED / "data"
PLACES = ["zulip-lean", "pipermail-twisted", "discourse-urho3d", "stackexchange-quantumcomputing-2018"]
GIVEN = ["post", "reply", "reaction"]


@pytest.fixture(scope="module", params=PLACES)
def community(request: pytest.FixtureRequest) -> cw.Community:
    path = DATA / request.param
    if not path.is_dir():
        pytest.skip(f"{path} is not here: no real community to compare on")
    return cw.read(path)


def acts(community: cw.Community) -> pl.DataFrame:
    """What members did, bots and inherited times left out."""
    events, people = community.events, community.members
    if "time_quality" in events.columns:
        events = events.filter(pl.col("time_quality").fill_null("exact") != "inherited")
    if people is not None and "role" in people.columns:
        events = events.join(people.filter(pl.col("role") == "bot"), on="member", how="anti")
    return events.filter(pl.col("member").is_not_null())


def by_period(rows: pl.DataFrame, every: Every) -> dict[date, set[str]]:
    periods = rows.group_by(pl.col("time").dt.truncate(every).dt.date()).agg(pl.col("member").unique())
    return {start: set(members) for start, members in periods.iter_rows()}


@pytest.mark.parametrize("every", ["1w", "1mo"])
def test_growth_and_active_members_are_those_of_sets(community: cw.Community, every: Every) -> None:
    active = by_period(acts(community).filter(pl.col("kind").is_in(GIVEN)), every)
    growth = community.adoption.growth(every=every)
    alone = community.adoption.active_members(every=every)
    assert (alone["active"] == growth["active"]).all()
    assert (alone["new"] == growth["new"]).all()
    before: set[str] = set()
    known: set[str] = set()
    for row in growth.iter_rows(named=True):
        now = active.pop(row["period"], set())
        told = (row["active"], row["new"], row["retained"], row["resurrected"], row["churned"])
        assert told == (len(now), len(now - known), len(now & before), len((now & known) - before), len(before - now))
        before, known = now, known | now
    assert not active


def test_rolling_active_is_that_of_sets(community: cw.Community) -> None:
    days = by_period(acts(community).filter(pl.col("kind").is_in(GIVEN)), "1d")
    table = community.adoption.rolling_active(window="28d")
    assert table.height > 100
    for row in table.gather_every(7).iter_rows(named=True):
        last = row["period"]
        windows = [set().union(*(days.get(last - timedelta(d), set()) for d in range(w))) for w in (1, 7, 28)]
        assert [row["dau"], row["wau"], row["mau"]] == [len(members) for members in windows]


def test_moves_between_levels_are_those_of_members_one_by_one(community: cw.Community) -> None:
    rows = (
        acts(community)
        .filter(pl.col("kind") != "leave")
        .with_columns(month=pl.col("time").dt.truncate("1mo").dt.date())
    )
    opened = (
        community.events.filter(pl.col("kind") == "post").group_by("member", "thread").agg(opened=pl.col("time").min())
    )
    given = pl.col("kind").is_in(GIVEN)
    others = pl.col("opened").is_null() | (pl.col("opened") > pl.col("time"))
    done = (
        rows.join(opened, on=["member", "thread"], how="left")
        .group_by("member", "month")
        .agg(
            days=pl.col("time").dt.date().filter(given).n_unique(),
            answers=((pl.col("kind") == "reply") & pl.col("thread").is_not_null() & others).sum(),
            given=given.sum(),
        )
    )
    level = (
        pl.when((pl.col("days") >= 10) & (pl.col("answers") >= 10)).then(pl.lit("advocate"))
        .when((pl.col("days") >= 7) | (pl.col("answers") >= 5)).then(pl.lit("contributor"))
        .when(pl.col("given") >= 1).then(pl.lit("participant")).otherwise(pl.lit("observer"))
    )  # fmt: skip
    levels: dict[date, dict[str, str]] = {}
    for member, month, name in done.select("member", "month", level).iter_rows():
        levels.setdefault(month, {})[member] = name
    table = community.adoption.lifecycle_transitions().filter(pl.col("members") > 0)
    ours = {(row["period"], row["from"], row["to"]): row["members"] for row in table.iter_rows(named=True)}
    theirs: dict[tuple[date, str, str], int] = {}
    last: dict[str, str] = {}
    for month in community.adoption.lifecycle()["period"].unique().sort():
        now = levels.get(month, {})
        for member in last.keys() | now.keys():
            move = (month, last.get(member, "new"), now.get(member, "away"))
            theirs[move] = theirs.get(move, 0) + 1
        last = {member: now.get(member, "away") for member in last.keys() | now.keys()}
    assert len(theirs) > 20
    assert ours == theirs
