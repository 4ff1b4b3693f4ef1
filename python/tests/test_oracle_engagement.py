"""Inequality and conversations of real communities, against numpy, plain Python, and what Discourse counts itself."""

import itertools
import json
import math
from collections import Counter, defaultdict
from datetime import timedelta
from statistics import median
from typing import Any

import numpy as np
import polars as pl
import pytest
from conftest import SHARED

import commonweal as cw

DATA = SHARED / "data"
REAL = ["stackexchange-beer-2017", "discourse-urho3d", "zulip-lean", "pipermail-twisted"]
CONTRIBUTIONS = ["post", "reply", "reaction"]


@pytest.fixture(scope="module", params=[*REAL, "simulated"])
def community(request: pytest.FixtureRequest) -> cw.Community:
    if request.param == "simulated":
        return cw.datasets.simulate(members=300, days=200, seed=3)
    path = DATA / request.param
    if not path.is_dir():
        pytest.skip(f"{path} is not here: no real community to compare on")
    return cw.read(path)


def bots(community: cw.Community) -> set[str]:
    members = community.members
    if members is None or "role" not in members.columns:
        return set()
    return set(members.filter(pl.col("role") == "bot")["member"])


def acts(community: cw.Community) -> pl.DataFrame:
    """The acts of people, those of unknown authors among them."""
    events = community.events.with_row_index("row")
    for name in ("id", "parent", "thread", "time_quality"):
        if name not in events.columns:
            events = events.with_columns(pl.lit(None, pl.String).alias(name))
    robot = pl.col("member").is_in(list(bots(community))).fill_null(value=False)
    return events.filter(~robot).with_columns(own=(pl.col("time_quality") != "inherited").fill_null(value=True))


def contributions(community: cw.Community) -> pl.DataFrame:
    known = pl.col("member").is_not_null() & pl.col("own") & pl.col("kind").is_in(CONTRIBUTIONS)
    return acts(community).filter(known)


def gini(x: np.ndarray) -> float:
    x = np.sort(x)
    n = len(x)
    return float(2 * np.sum(np.arange(1, n + 1) * x) / (n * x.sum()) - (n + 1) / n)


def top(x: np.ndarray, parts: int) -> float:
    x = np.sort(x)[::-1]
    return float(x[: math.ceil(len(x) / parts)].sum() / x.sum())


def test_inequality_is_what_numpy_says(community: cw.Community) -> None:
    weekly = contributions(community).with_columns(period=pl.col("time").dt.truncate("1mo").dt.date())
    ours = community.engagement.inequality(every="1mo").filter(pl.col("members") > 0)
    theirs = weekly.group_by("period", "member").len().sort("period", "member")
    assert ours.height == theirs["period"].n_unique()
    for row in ours.iter_rows(named=True):
        x = theirs.filter(pl.col("period") == row["period"])["len"].to_numpy().astype(np.float64)
        descending = np.sort(x)[::-1].cumsum()
        assert row["members"] == len(x)
        assert row["contributions"] == x.sum()
        assert row["gini"] == pytest.approx(gini(x), abs=1e-9)
        assert row["top1_share"] == pytest.approx(top(x, 100), abs=1e-9)
        assert row["top10_share"] == pytest.approx(top(x, 10), abs=1e-9)
        assert row["half_share_members"] == np.argmax(2 * descending >= x.sum()) + 1
        least = np.sort(x)[::-1][row["half_share_members"] - 1]
        assert (row["heavy_from"], row["heavy_members"]) == (least, (x >= least).sum())


def with_errors(x: np.ndarray) -> dict[str, tuple[float, float]]:
    """Each share and its standard error, member by member (Davidson 2009; influence functions for the tops)."""
    x = np.sort(x)
    n = len(x)
    _, alike = np.unique(x, return_inverse=True)
    # Members who have the same share their ranks, and what lies below them.
    rank = np.bincount(alike, np.arange(1, n + 1)) / np.bincount(alike)
    below = np.bincount(alike, np.cumsum(x) - x / 2) / np.bincount(alike)
    own = gini(x)
    says = {"gini": x * ((2 * rank[alike] - 1) / n - own - 1) - 2 * below[alike] / n}
    found = {"gini": own}
    for name, parts in (("top1_share", 100), ("top10_share", 10)):
        size = math.ceil(n / parts)
        least, found[name] = x[n - size], top(x, parts)
        says[name] = np.maximum(x - least, 0) + least * size / n - found[name] * x
    return {name: (found[name], float(np.std(z, ddof=1) / math.sqrt(n) / x.mean())) for name, z in says.items()}


def test_the_bootstrap_is_numpys_but_for_chance(community: cw.Community) -> None:
    x = contributions(community).group_by("member").len()["len"].to_numpy().astype(np.float64)
    row = community.engagement.inequality(bootstrap=2_000, seed=1).row(0, named=True)
    draws = np.random.default_rng(1)
    own = with_errors(x)
    again = [with_errors(draws.choice(x, len(x))) for _ in range(2_000)]
    # Gini needs thirty members, the top of each size ten.
    for name, known in (("gini", len(x) >= 30), ("top1_share", len(x) > 900), ("top10_share", len(x) > 90)):
        share, error = own[name]
        assert (row[f"{name}_low"] is not None) == known
        if not known:
            continue
        distances = [(found[name][0] - share) / found[name][1] for found in again]
        far, near = np.quantile(distances, [0.975, 0.025])
        low, high = share - far * error, share - near * error
        # The ends of 2,000 draws are known to about a thirtieth of the interval's width, on either side.
        assert abs(row[f"{name}_low"] - low) < 0.15 * (high - low), name
        assert abs(row[f"{name}_high"] - high) < 0.15 * (high - low), name


def test_lorenz_curve(community: cw.Community) -> None:
    x = np.sort(contributions(community).group_by("member").len()["len"].to_numpy().astype(np.float64))
    curve = community.engagement.lorenz()
    assert curve["members"].sum() == len(x)
    ends = np.cumsum(curve["members"].to_numpy())
    made = np.concatenate([[0.0], np.cumsum(x)])[ends] / x.sum()
    assert np.allclose(curve["contributions_share"].to_numpy(), made, atol=1e-12, rtol=0)
    under = np.trapezoid(curve["contributions_share"].to_numpy(), curve["members_share"].to_numpy())
    assert community.engagement.inequality()["gini"].item() == pytest.approx(1 - 2 * under, abs=1e-9)


def threads(community: cw.Community) -> list[dict[str, Any]]:
    """Each conversation, told as plainly as can be."""
    messages = acts(community).filter(pl.col("kind").is_in(["post", "reply"]))
    by_thread = defaultdict(list)
    for row in messages.sort("time", maintain_order=True).iter_rows(named=True):
        by_thread[row["thread"] if row["thread"] is not None else ("none", row["row"])].append(row)
    found = []
    for rows in by_thread.values():
        opener = next((row for row in rows if row["kind"] == "post" and row["own"]), None)
        if opener is None:
            continue
        place = {row["id"]: row for row in rows if row["id"] is not None}

        def depth(row: dict[str, Any], place: dict[str, dict[str, Any]] = place) -> int:
            steps = 0
            while row["kind"] == "reply":
                steps += 1
                parent = place.get(row["parent"])
                if parent is None:
                    break
                row = parent
            return steps

        replies = [row for row in rows if row["kind"] == "reply"]
        depths = [depth(row) for row in replies]
        # Of one instant posts come first, then by name.
        own = sorted((r for r in rows if r["own"]), key=lambda r: (r["time"], r["kind"] != "post", r["member"] or ""))
        pairs = [(a, b) for a, b in itertools.pairwise(own) if None not in (a["member"], b["member"])]
        others = [
            row["time"]
            for row in own
            if row["kind"] == "reply"
            and row["member"] not in (None, opener["member"])
            and row["time"] >= opener["time"]
        ]
        back = [row for row in own if row["member"] == opener["member"] and others and row["time"] > min(others)]
        found.append(
            {
                "replies": len(replies),
                "participants": len({row["member"] for row in own} - {None}),
                "depth": max(depths, default=0),
                "breadth": max(Counter(depths).values(), default=0),
                "answered": bool(others),
                "known": opener["member"] is not None,
                "two_way": opener["member"] is not None and bool(back),
                "pairs": len(pairs),
                "changes": sum(a["member"] != b["member"] for a, b in pairs),
                "duration": max(own[-1]["time"] - opener["time"], timedelta(0)) if len(own) > 1 else None,
            }
        )
    return found


def test_conversations_are_what_they_say(community: cw.Community) -> None:
    theirs = threads(community)
    row = community.engagement.conversations().row(0, named=True)
    total = {name: sum(thread[name] for thread in theirs) for name in theirs[0] if name != "duration"}
    assert (row["threads"], row["replies"]) == (len(theirs), total["replies"])
    for name in ("participants", "depth", "breadth"):
        assert row[f"{name}_mean"] == pytest.approx(total[name] / len(theirs), abs=1e-12)
    assert row["depth_max"] == max(thread["depth"] for thread in theirs)
    assert row["answered_share"] == pytest.approx(total["answered"] / len(theirs), abs=1e-12)
    assert row["two_way_share"] == pytest.approx(total["two_way"] / total["known"], abs=1e-12)
    assert row["turn_taking"] == pytest.approx(total["changes"] / total["pairs"], abs=1e-12)
    theirs_median = median(thread["duration"] for thread in theirs if thread["duration"] is not None)
    assert abs(row["duration_median"] - theirs_median) <= timedelta(microseconds=1)


def test_answered_is_that_of_the_first_response(community: cw.Community) -> None:
    response = community.response.first_response(within="1d").row(0, named=True)
    row = community.engagement.conversations().row(0, named=True)
    if row["threads"] == response["n"]:
        assert round(row["answered_share"] * row["threads"]) == response["answered"]
    else:
        # Threads of several posts: each of them waits for an answer of its own.
        assert row["threads"] < response["n"]


def test_turn_taking_interval_is_that_of_the_effective_number(community: cw.Community) -> None:
    talks = [(thread["pairs"], thread["changes"]) for thread in threads(community) if thread["pairs"]]
    n, k = np.array(talks, dtype=float).T
    share, m = k.sum() / n.sum(), len(n)
    variance = m / (m - 1) * ((k - share * n) ** 2).sum() / n.sum() ** 2
    size = min(share * (1 - share) / variance, n.sum())
    z = 1.959963984540054
    centre = (share + z * z / (2 * size)) / (1 + z * z / size)
    half = z / (1 + z * z / size) * math.sqrt(share * (1 - share) / size + z * z / (4 * size * size))
    row = community.engagement.conversations().row(0, named=True)
    assert row["turn_taking_low"] == pytest.approx(centre - half, abs=1e-9)
    assert row["turn_taking_high"] == pytest.approx(centre + half, abs=1e-9)


def test_members_are_what_they_say(community: cw.Community) -> None:
    table = community.engagement.members()
    own = contributions(community).with_columns(day=pl.col("time").dt.date())
    theirs = own.group_by("member").agg(
        first_active=pl.col("time").min(), last_active=pl.col("time").max(), active_days=pl.col("day").n_unique()
    )
    found = table.filter(pl.col("active_days") > 0).select(theirs.columns).sort("member")
    assert found.equals(theirs.sort("member").cast({"active_days": pl.Int64}))
    for kind, column in (("post", "posts"), ("reply", "replies"), ("reaction", "reactions"), ("view", "views")):
        known = acts(community).filter(pl.col("member").is_not_null(), pl.col("kind") == kind)
        assert table[column].sum() == known.height
    runs = (
        own.select("member", "day")
        .unique()
        .sort("member", "day")
        .with_columns(start=(pl.col("day").diff() != timedelta(days=1)).over("member").fill_null(value=True))
        .with_columns(run=pl.col("start").cum_sum())
        .group_by("member", "run")
        .len()
        .group_by("member")
        .agg(longest=pl.col("len").max())
    )
    joined = table.join(runs, on="member", how="left")
    assert (joined["longest_streak"] == joined["longest"].fill_null(0)).all()


def test_discourse_counts_the_same() -> None:
    """Participants and replies of each topic, as the forum itself tells them."""
    folder = DATA / "discourse-urho3d" / "posts" / "json"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not here")
    participants, posts, liked = 0, 0, 0
    for path in folder.iterdir():
        topic = json.loads(path.read_text(encoding="utf-8"))
        participants += topic["participant_count"]
        posts += topic["posts_count"]
        liked += topic["like_count"]
    community = cw.read(folder.parent.parent)
    row = community.engagement.conversations(bots=True).row(0, named=True)
    assert row["threads"] == len(list(folder.iterdir()))
    # Their small actions (closed, renamed) are posts to them, and moderation to us.
    moderated = community.events.filter(pl.col("kind") == "moderate").height
    assert row["replies"] + row["threads"] == posts - moderated
    assert row["participants_mean"] * row["threads"] == pytest.approx(participants, rel=0.02)
    assert community.engagement.members(bots=True)["reactions_received"].sum() <= liked
