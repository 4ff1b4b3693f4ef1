"""Who answers, in whose time and in which turn, in real communities, against definitions over plain lists."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

import numpy as np
import polars as pl
import pytest
from conftest import SHARED
from lifelines import KaplanMeierFitter
from lifelines.utils import median_survival_times

import commonweal as cw

DATA = SHARED / "data"
PLACES = ["discourse-urho3d", "zulip-lean", "pipermail-twisted", "stackexchange-beer-2017"]
OFFICE = cw.BusinessHours.weekdays("09:00", "17:00", zone="Europe/Berlin", holidays=["2020-12-25", "2015-01-01"])
Row = dict[str, Any]


@pytest.fixture(scope="module", params=PLACES)
def community(request: pytest.FixtureRequest) -> cw.Community:
    path = DATA / request.param
    if not path.is_dir():
        pytest.skip(f"{path} is not here: no real community to compare on")
    return cw.read(path)


@pytest.fixture(scope="module")
def roles(community: cw.Community) -> dict[str, str]:
    people = community.members
    if people is None or "role" not in people.columns:
        return {}
    return {row["member"]: row["role"] or "member" for row in people.iter_rows(named=True)}


def threads(community: cw.Community, roles: dict[str, str]) -> Iterator[list[Row]]:
    """Messages by thread, those of bots and with an inherited time left out."""
    found: dict[str, list[Row]] = defaultdict(list)
    for number, row in enumerate(community.events.iter_rows(named=True)):
        own_time = row.get("time_quality") != "inherited"
        if row["kind"] in ("post", "reply") and own_time and roles.get(row["member"]) != "bot":
            found[row["thread"] or f"alone {number}"].append(row)
    for rows in found.values():
        yield sorted(rows, key=lambda row: row["time"])


def firsts(community: cw.Community, roles: dict[str, str]) -> Iterator[tuple[Row, Row | None]]:
    """Each post and its first answer: of several at one instant the first by name."""
    for rows in threads(community, roles):
        for post in rows:
            if post["kind"] == "post":
                answers = [
                    row
                    for row in rows
                    if row["kind"] == "reply"
                    and row["member"] not in (None, post["member"])
                    and row["time"] >= post["time"]
                ]
                yield post, min(answers, key=lambda row: (row["time"], row["member"]), default=None)


def test_first_responders_are_those_of_a_list(community: cw.Community, roles: dict[str, str]) -> None:
    waits: dict[tuple[str, str], list[timedelta]] = defaultdict(list)
    for post, answer in firsts(community, roles):
        if answer is not None:
            role = "staff" if roles.get(answer["member"]) == "staff" else "peer"
            waits[answer["member"], role].append(answer["time"] - post["time"])
    table = community.response.responders()
    assert table.height == len(waits) > 20
    answered = sum(len(own) for own in waits.values())
    for row in table.iter_rows(named=True):
        own = waits[row["responder"], row["responder_role"]]
        assert row["first_responses"] == len(own)
        assert row["share"] == pytest.approx(len(own) / answered)
        assert row["answered_median"].total_seconds() == pytest.approx(
            np.median([wait.total_seconds() for wait in own]), abs=1e-5
        )
    sums = Counter[str]()
    for (_, role), own in waits.items():
        sums[role] += len(own)
    by_role = community.response.responders(each="role")
    assert {role: n for role, n in by_role.select("responder_role", "first_responses").iter_rows() if n} == sums
    # The incidence of each role ends at least at its share of all posts, and these are all of its events.
    curves = community.response.incidence().group_by("responder_role").agg(pl.col("responded").sum())
    assert {role: n for role, n in curves.iter_rows() if n} == sums


@pytest.mark.parametrize("responder", ["staff", "peer"])
def test_waits_for_a_role_are_those_of_lifelines(
    community: cw.Community, roles: dict[str, str], responder: Any
) -> None:
    if responder == "staff" and "staff" not in roles.values():
        pytest.skip("no staff on record")
    wanted = {"staff": ("staff",), "peer": ("member",)}[responder]
    keep = {row["member"] for row in community.events.iter_rows(named=True) if row["member"] is not None}
    other = {member for member in keep if roles.get(member, "member") not in wanted}
    wait, done = [], []
    for rows in threads(community, roles):
        for post in rows:
            if post["kind"] != "post":
                continue
            answers = [
                row["time"]
                for row in rows
                if row["kind"] == "reply"
                and row["member"] not in {None, post["member"], *other}
                and row["time"] >= post["time"]
            ]
            done.append(bool(answers))
            wait.append((min(answers, default=community.as_of) - post["time"]) / timedelta(microseconds=1))
    fitter = KaplanMeierFitter().fit(wait, done)
    row = community.response.first_response(within="1d", responder=responder).row(0, named=True)
    assert (row["n"], row["answered"]) == (len(wait), sum(done))
    assert row["attained"] == pytest.approx(1 - fitter.predict(86_400_000_000), abs=1e-9)


def test_open_time_is_measured_post_by_post(community: cw.Community, roles: dict[str, str]) -> None:
    wait, done = [], []
    for post, answer in firsts(community, roles):
        end = community.as_of if answer is None else answer["time"]
        wait.append(OFFICE.between(post["time"], end) / timedelta(microseconds=1))
        done.append(answer is not None)
    fitter = KaplanMeierFitter().fit(wait, done)
    row = community.response.first_response(within="8h", hours=OFFICE).row(0, named=True)
    assert (row["n"], row["answered"]) == (len(wait), sum(done))
    assert row["attained"] == pytest.approx(1 - fitter.predict(8 * 3_600_000_000), abs=1e-9)
    assert row["median"].total_seconds() * 1e6 == pytest.approx(fitter.median_survival_time_, abs=1)
    limits = median_survival_times(fitter.confidence_interval_survival_function_).iloc[0]
    assert [row[f"median_{end}"].total_seconds() * 1e6 for end in ("low", "high")] == pytest.approx(list(limits), abs=1)


def turns(rows: list[Row]) -> Iterator[tuple[datetime, datetime | None]]:
    """The waits of a thread by its askers, one instant after another: first what askers write, then what answers."""
    askers: set[str] = set()
    since: dict[str, datetime] = {}
    unknown: list[datetime] = []
    for now, together in groupby(rows, key=itemgetter("time")):
        here = list(together)
        askers |= {row["member"] for row in here if row["kind"] == "post" and row["member"] is not None}
        for row in here:
            if row["member"] is None and row["kind"] == "post":
                unknown.append(now)
            elif row["member"] in askers:
                since.setdefault(row["member"], now)
        for answer in sorted(row["member"] for row in here if row["kind"] == "reply" and row["member"] is not None):
            for asked in unknown:
                yield asked, now
            unknown = []
            for asker in [asker for asker in since if asker != answer]:
                yield since.pop(asker), now
    for asked in [*unknown, *since.values()]:
        yield asked, None


def test_turns_are_those_of_a_thread_read_in_order(community: cw.Community, roles: dict[str, str]) -> None:
    alone: list[tuple[datetime, datetime | None]] = []
    for rows in threads(community, roles):
        if rows[0]["thread"] is None:
            alone += [(row["time"], None) for row in rows if row["kind"] == "post"]
        else:
            alone += turns(rows)
    done = [answered is not None for _, answered in alone]
    wait = [((answered or community.as_of) - asked) / timedelta(microseconds=1) for asked, answered in alone]
    row = community.response.first_response(within="1d", per="turn").row(0, named=True)
    assert (row["n"], row["answered"]) == (len(alone), sum(done))
    assert row["n"] >= community.response.first_response()["n"].item()
    fitter = KaplanMeierFitter().fit(wait, done)
    assert row["attained"] == pytest.approx(1 - fitter.predict(86_400_000_000), abs=1e-9)


def test_a_reply_received_is_that_of_the_parent_or_of_the_opening_post(
    community: cw.Community, roles: dict[str, str]
) -> None:
    messages = community.events.filter(pl.col("kind").is_in(["post", "reply"]))
    by_id = {row["id"]: row for row in messages.iter_rows(named=True) if row.get("id") is not None}
    posted: dict[str, datetime] = {}
    received: dict[str, datetime] = {}
    replied: dict[str, datetime] = {}

    def least(first: dict[str, datetime], member: str | None, time: datetime) -> None:
        if member is not None:
            first[member] = min(time, first.get(member, time))

    for rows in threads(community, roles):
        posts = [row for row in rows if row["kind"] == "post"]
        opener = min(posts, key=lambda row: (row["time"], row["member"] or ""), default=None)
        for row in rows:
            if row["kind"] == "post":
                least(posted, row["member"], row["time"])
                continue
            least(replied, row["member"], row["time"])
            parent = by_id.get(row.get("parent"))
            to = parent if parent is not None and parent["thread"] == row["thread"] else opener
            if to is not None and row["member"] not in (None, to["member"]) and row["time"] >= to["time"]:
                least(received, to["member"], row["time"])
    as_of = community.as_of
    table = community.adoption.funnel(steps=["post", "first_reply_received", "reply"], within="7d")
    assert table["started"].to_list() == [len(posted)] * 3
    rates = []
    for steps in ([received], [received, replied]):
        wait, done = [], []
        for member, start in posted.items():
            reached = [max(start, step[member]) for step in steps if member in step]
            done.append(len(reached) == len(steps))
            wait.append(((max(reached) if done[-1] else as_of) - start) / timedelta(microseconds=1))
        fitter = KaplanMeierFitter().fit(wait, done)
        rates.append(1 - fitter.predict(7 * 86_400_000_000))
        within = sum(ok and length <= 7 * 86_400_000_000 for ok, length in zip(done, wait, strict=True))
        assert table["members"][len(rates)] == within
    assert table["rate"].to_list()[1:] == pytest.approx(rates, abs=1e-9)
    assert table["step_rate"].to_list()[1:] == pytest.approx([rates[0], rates[1] / rates[0]], abs=1e-9)
