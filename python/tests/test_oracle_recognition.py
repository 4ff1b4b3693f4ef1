"""Milestones, trending threads and the effect of recognition in real communities, against group-bys of polars."""

from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from conftest import SHARED

import commonweal as cw

DATA = SHARED / "data"
REAL = ["stackexchange-beer-2017", "discourse-urho3d", "zulip-lean", "pipermail-twisted"]


@pytest.fixture(scope="module", params=REAL)
def community(request: pytest.FixtureRequest) -> cw.Community:
    path = DATA / request.param
    if not path.is_dir():
        pytest.skip(f"{path} is not here: no real community to compare on")
    return cw.read(path)


def humans(community: cw.Community) -> pl.DataFrame:
    """Acts at times of their own, without those of bots."""
    events = community.events
    if "time_quality" in events.columns:
        events = events.filter(pl.col("time_quality").fill_null("") != "inherited")
    people = community.members
    if people is not None and "role" in people.columns:
        bots = people.filter(pl.col("role") == "bot")["member"].to_list()
        events = events.filter(pl.col("member").is_null() | ~pl.col("member").is_in(bots))
    return events


def test_counts_are_reached_on_the_day_of_the_nth(community: cw.Community) -> None:
    acts = humans(community).drop_nulls("member").sort("time")
    table = community.engagement.recognition(every="1d", counts=[1, 10, 100, 1_000], records=[])
    found = {(m, k, v): d for m, k, v, d in table.select("member", "milestone", "value", "date").iter_rows()}
    kinds = {"first_post": (["post"], [1]), "first_reply": (["reply"], [1]), "replies": (["reply"], [10, 100, 1_000])}
    kinds["messages"] = (["post", "reply"], [10, 100, 1_000])
    seen = 0
    for milestone, (of, counts) in kinds.items():
        dates = (
            acts.filter(pl.col("kind").is_in(of)).group_by("member", maintain_order=True).agg(pl.col("time").dt.date())
        )
        for member, days in dates.iter_rows():
            reached = {n: days[n - 1] for n in counts if len(days) >= n}
            for n, day in reached.items():
                # Of what is reached on one day the greatest is told.
                if any(other > n and reached[other] == day for other in reached):
                    assert (member, milestone, n) not in found
                else:
                    assert found.pop((member, milestone, n)) == day
                    seen += 1
    assert seen > 300
    assert {milestone for _, milestone, _ in found} <= {
        "first_answer",
        "answers",
        "membership_years",
        "streak_days",
        "streak_weeks",
    }


def test_the_longest_streaks_are_those_of_runs(community: cw.Community) -> None:
    acts = humans(community).filter(pl.col("kind").is_in(["post", "reply", "reaction"])).drop_nulls("member")
    days = acts.select("member", day=pl.col("time").dt.date().cast(pl.Int32)).unique().sort("member", "day")
    # Days in a row less their number are one number.
    runs = days.with_columns(run=pl.col("day") - pl.int_range(pl.len()).over("member").cast(pl.Int32))
    longest = runs.group_by("member", "run").len().group_by("member").agg(pl.col("len").max())
    table = community.engagement.recognition(every="1y", counts=[], streak_weeks=[], streak_days=[3, 7], records=[])
    streaks = table.filter(pl.col("milestone") == "streak_days")
    for length in (3, 7):
        expected = set(longest.filter(pl.col("len") >= length)["member"])
        reached = streaks.filter(pl.col("value") >= length)
        assert length > 3 or set(reached["member"]) == expected
        exact = streaks.filter(pl.col("value") == length)
        assert (exact["reached_by"] == len(expected)).all()
    assert streaks.height > 10


def test_trending_counts_what_is_in_the_window(community: cw.Community) -> None:
    # In the middle of its life, since some have died on record.
    first = community.events["time"].min()
    community = community.between(first, first + 0.3 * (community.as_of - first))
    table = community.engagement.trending(window="28d", authors=0, top=100_000)
    messages = humans(community).filter(pl.col("kind").is_in(["post", "reply"]), pl.col("thread").is_not_null())
    last = messages.filter(pl.col("time") > community.as_of - timedelta(days=28), pl.col("time") <= community.as_of)
    over = ["thread", "channel"] if "channel" in messages.columns else ["thread"]
    counted = last.group_by(over).agg(n=pl.len(), first=pl.col("time").min(), last=pl.col("time").max())
    assert table.height == counted.height
    both = table.join(counted, on=over, how="left", nulls_equal=True)
    for own, name in (("messages", "n"), ("first_activity", "first"), ("last_activity", "last")):
        assert (both[own] == both[name]).all()
    assert (table["authors"] <= table["messages"]).all()
    assert table["surprise"].is_sorted(descending=True)
    assert (table["surprise"] >= 0).all()
    assert (table["expected"] > 1).all()


def test_the_effect_is_that_of_a_join(community: cw.Community) -> None:
    # Replies recognise here, as every source has them with time and author.
    within, landmark = 14, 1
    acts = humans(community).drop_nulls(["member"])
    table = community.engagement.recognition_effect(within=f"{within}d", recognition="reply", adjust_every="1mo")
    row = table.row(0, named=True)
    day = pl.col("time").dt.date().cast(pl.Int32)
    own = acts.filter(pl.col("kind").is_in(["post", "reply", "reaction"])).with_columns(day=day)
    message = pl.col("kind").is_in(["post", "reply"])
    days = own.group_by("member", "day").agg(messages=message.sum().cast(pl.Int64)).sort("member", "day")
    events = community.events.with_columns(day=day)
    if "parent" not in events.columns:
        events = events.with_columns(id=pl.lit(None, pl.String), parent=pl.lit(None, pl.String))
    if "time_quality" in events.columns:
        events = events.filter(pl.col("time_quality").fill_null("") != "inherited")
    named = events.drop_nulls(["id", "thread"]).select(
        "thread", parent="id", kind_of="kind", author="member", written="day", at="time"
    )
    opening = events.filter(pl.col("kind") == "post").drop_nulls("thread").sort("time", "member").group_by("thread")
    opening = opening.agg(opener=pl.col("member").first(), opened="time").with_columns(pl.col("opened").list.first())
    replies = acts.filter(pl.col("kind") == "reply").drop_nulls("thread")
    if "parent" not in replies.columns:
        replies = replies.with_columns(parent=pl.lit(None, pl.String))
    hits = replies.join(named, on=["parent", "thread"], how="left").join(opening, on="thread", how="left")
    none = pl.col("kind_of").is_null()
    hits = hits.with_columns(
        author=pl.when(none).then("opener").otherwise("author"),
        at=pl.when(none).then("opened").otherwise("at"),
        written=pl.when(none).then(pl.col("opened").dt.date().cast(pl.Int32)).otherwise("written"),
    ).filter(
        none | pl.col("kind_of").is_in(["post", "reply"]),
        pl.col("author").is_in(acts["member"].unique().implode()),
        pl.col("member") != pl.col("author"),
        pl.col("at") <= pl.col("time"),
    )
    firsts = hits.group_by(member="author", day="written").agg(on=day.min())
    days = days.join(firsts, on=["member", "day"], how="left")
    first_day, as_of = days["day"].min(), community.as_of
    end = (as_of + timedelta(microseconds=1)).date()
    last = (end - timedelta(days=1) - type(end)(1970, 1, 1)).days
    strata: dict[tuple[int, ...], tuple[list[float], list[float]]] = {}
    counts = {"early": 0, "censored": 0}
    for _, part in days.group_by("member"):
        date, n = part["day"].to_numpy(), part["messages"].to_numpy()
        on = part["on"].fill_null(10**6).to_numpy()

        def active(a: int, b: int, date: np.ndarray = date) -> int:
            return int(((date >= a) & (date < b)).sum())

        for i in np.flatnonzero(n > 0):
            d = int(date[i])
            if (on[:i][n[:i] > 0] <= d + landmark).any():
                continue
            treated = bool(on[i] <= d + landmark)
            if d - within < first_day:
                counts["early"] += treated
            elif d + landmark + within > last:
                counts["censored"] += treated
            else:
                before = (date >= d - within) & (date < d)
                month = type(end).fromordinal(d + 719_163).replace(day=1).toordinal()
                ago = (int((date < d - within).sum()).bit_length() + 1) // 2
                key = (month, ago, *(int(x).bit_length() for x in (before.sum(), n[before].sum(), n[i])))
                change = active(d + landmark + 1, d + landmark + 1 + within) - int(before.sum())
                strata.setdefault(key, ([], []))[0 if treated else 1].append(change)
    matched = [(t, c) for t, c in strata.values() if t and c]
    assert row["early"] == counts["early"]
    assert row["censored"] == counts["censored"]
    assert row["matched"] == sum(len(t) for t, _ in matched)
    assert row["unmatched"] == sum(len(t) for t, c in strata.values() if not c)
    assert row["controls"] == sum(len(c) for _, c in matched)
    difference = sum(len(t) * (np.mean(t) - np.mean(c)) for t, c in matched) / row["matched"]
    assert row["difference"] == pytest.approx(difference, abs=1e-9)
