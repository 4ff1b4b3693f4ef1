"""Routing against the truth of the simulated hub, and against its definition, written down once more by thread."""

from typing import Any

import polars as pl
import pytest
from conftest import SHARED

import commonweal as cw


@pytest.fixture(scope="module")
def simulated() -> cw.Community:
    return cw.datasets.simulate(members=3_000, seed=5)


def test_the_truth_of_the_hub_is_found(simulated: cw.Community) -> None:
    truth = cw.datasets.truth(members=3_000, seed=5)["routing"]
    handed = simulated.events.filter(pl.col("kind") == "assign")["thread"].unique()
    community = simulated.filter(pl.col("thread").is_in(handed.implode()))
    assert sorted(community.events["channel"].unique()) == sorted(truth["channels"])
    row = community.response.routing(hub=truth["hub"], right="resolved", confidence=0.999).row(0, named=True)
    assert row["known"] == row["resolved"] > 400
    assert row["first_touch_right_low"] < truth["first_right"] < row["first_touch_right_high"]
    solved = community.events.filter(pl.col("kind") == "resolve")["thread"].unique()
    whole = community.filter(pl.col("thread").is_in(solved.implode()))
    row = whole.response.routing(hub=truth["hub"]).row(0, named=True)
    # Wrong departments before the right one: none with probability f, else one and a geometric number more.
    first, then = truth["first_right"], truth["next_right"]
    variance = (1 - first) * (2 - then) / then**2 - truth["handoffs"] ** 2
    assert row["handoffs_per_post"] == pytest.approx(truth["handoffs"], abs=3.3 * (variance / row["touched"]) ** 0.5)
    load = whole.response.load(hub=truth["hub"])
    assert load["first_touch_right"].mean() == pytest.approx(first, abs=0.15)


def ways(community: cw.Community, unit: str, hub: set[str], responder: str) -> list[dict[str, Any]]:
    """The definition of `docs/kpis/response.routing.md`, over plain lists."""
    people = {} if community.members is None else {row["member"]: row for row in community.members.to_dicts()}
    role = lambda who: (people.get(who) or {}).get("role") or "member"  # noqa: E731
    unit_of = lambda who: role(who) if unit == "role" else (people.get(who) or {}).get(unit)  # noqa: E731
    accepted_roles = {"any": {"member", "staff"}, "staff": {"staff"}, "peer": {"member"}}[responder]
    events = community.events
    absent = [name for name in ("id", "parent", "target", "time_quality") if name not in events.columns]
    events = events.with_columns(pl.lit(None, pl.String).alias(name) for name in absent)
    found = []
    for (thread,), part in events.group_by("thread", maintain_order=True):
        every = part.sort("time").to_dicts()
        rows = [row for row in every if row["time_quality"] != "inherited"]
        posts = [row for row in rows if row["kind"] == "post" and role(row["member"]) != "bot"]
        if thread is None:
            found += [{"touches": [], "right": None, "resolved": False} for _ in posts]
            continue
        if not posts:
            continue
        post = posts[0]
        later = [row for row in rows if row["time"] >= post["time"]]

        def other(row: dict[str, Any], asker: object = post["member"]) -> str | None:
            who = row["member"]
            return unit_of(who) if who is not None and who != asker and role(who) != "bot" else None

        def helper(row: dict[str, Any]) -> str | None:
            return other(row) if role(row["member"]) in accepted_roles else None

        touches = []
        for row in later:
            if row["kind"] == "assign" and row["target"] is not None:
                name = unit_of(row["target"]) if row["target"] in people else row["target"]
                touches.append((row["time"], 0, name))
            if row["kind"] == "reply":
                touches.append((row["time"], 1, helper(row)))
        replies = {row["id"]: row for row in later if row["kind"] == "reply" and row["id"] is not None}
        resolves = [
            row
            for row in every
            if row["kind"] == "resolve" and row["time"] >= post["time"] and role(row["member"]) != "bot"
        ]
        resolves = [row for row in resolves if row in rows or row["parent"] in replies]
        told, end, asker_does_not_say = None, None, False
        last = max(resolves, key=lambda row: (row["time"], row["parent"] or "", row["member"] or ""), default=None)
        reopens = [row for row in later if row["kind"] == "reopen" and role(row["member"]) != "bot"]
        if last and any(row["time"] > last["time"] for row in reopens):
            last = None
        if last:
            accepted = replies.get(last["parent"])
            says = accepted or last
            told, end = other(says), says["time"]
            if accepted is None:
                touches.append((end, 1, helper(last)))
                asker_does_not_say = last["member"] is not None and last["member"] == post["member"]
        touches = sorted(touch for touch in touches if touch[2] is not None and (end is None or touch[0] <= end))
        if told not in hub and any(touch[2] not in hub for touch in touches):
            touches = [touch for touch in touches if touch[2] not in hub]
        assigned = [touch for touch in touches if touch[1] == 0]
        guess = touches if asker_does_not_say else [] if last else assigned or touches
        right = told if told is not None else (guess[-1][2] if guess else None)
        found.append({"touches": [touch[2] for touch in touches], "right": right, "resolved": last is not None})
    return found


REAL = {"discourse-urho3d": "role", "stackexchange-quantumcomputing-2018": "role"}


@pytest.mark.parametrize("responder", ["any", "staff"])
@pytest.mark.parametrize("name", ["simulated", *REAL])
@pytest.mark.parametrize("hub", [None, "Community", "staff"])
def test_as_defined(simulated: cw.Community, name: str, hub: str | None, responder: str) -> None:
    if name != "simulated" and not (SHARED / "data" / name).is_dir():
        pytest.skip(f"{SHARED / 'data' / name} is not here: no real community to compare on")
    community = simulated if name == "simulated" else cw.read(SHARED / "data" / name)
    unit = REAL.get(name, "department")
    if hub and (hub == "staff") != (unit == "role"):
        with pytest.raises(cw.exceptions.OptionError, match=f'hub must be units of "{unit}".*got "{hub}"'):
            community.response.routing(unit=unit, hub=hub)
        return
    naive = ways(community, unit, {hub} if hub else set(), responder)
    handoffs = [sum(a != b for a, b in zip(way["touches"], way["touches"][1:], strict=False)) for way in naive]
    row = community.response.routing(unit=unit, hub=hub, responder=responder).row(0, named=True)
    assert row["n"] == len(naive) > 300
    assert row["touched"] == sum(bool(way["touches"]) for way in naive)
    assert row["resolved"] == sum(way["resolved"] for way in naive)
    assert row["known"] == sum(way["right"] is not None for way in naive)
    assert row["handoffs"] == sum(handoffs)
    right = sum(bool(way["touches"]) and way["touches"][0] == way["right"] for way in naive)
    assert row["first_touch_right"] == (pytest.approx(right / row["known"]) if row["known"] else None)
    load = community.response.load(unit=unit, hub=hub, responder=responder)
    for unit_row in load.iter_rows(named=True):
        assert unit_row["posts"] == sum(unit_row["unit"] in way["touches"] for way in naive)
        assert unit_row["right"] == sum(way["right"] == unit_row["unit"] for way in naive)
