"""The mood after a reply of staff, against the same computed with polars and numpy."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

import commonweal as cw

WITHIN, LANDMARK, BELOW = 20, 1, -0.3


@pytest.fixture(scope="module")
def community() -> cw.Community:
    """Moods that go on, complaints, and staff who reply to some: to the message, to the thread, or too late."""
    rng = np.random.default_rng(11)
    rows, start = [], pl.datetime(2025, 1, 6, time_zone="UTC")
    mood = rng.normal(0, 0.3, 250)
    for day in range(150):
        mood = 0.9 * mood + 0.13 * rng.normal(size=250)
        for who in np.flatnonzero(rng.random(250) < 0.25):
            for _ in range(1 + rng.poisson(0.4)):
                score = float(np.clip(0.1 + mood[who] + rng.normal(0, 0.25), -1, 1))
                thread, name = f"t{day}-{rng.integers(6)}", f"e{len(rows)}"
                opens = not any(row["thread"] == thread for row in rows[-300:])
                at = 86_400 * day + int(rng.integers(20_000, 80_000))
                kind = "post" if opens else "reply"
                rows.append({"at": at, "member": f"m{who}", "kind": kind, "id": name, "thread": thread, "score": score})
                if rng.random() < 0.25:
                    rows.append(
                        {
                            "at": at + int(rng.integers(1, 250_000)),
                            "member": f"staff{rng.integers(2)}",
                            "kind": "reply",
                            "id": f"e{len(rows)}",
                            "thread": thread,
                            "parent": name if rng.random() < 0.7 else None,
                            "score": float(rng.uniform(-1, 1)),
                        }
                    )
    frame = pl.DataFrame(rows, infer_schema_length=None)
    events = frame.with_columns(time=start + pl.duration(seconds=pl.col("at"))).drop("at")
    staff = pl.DataFrame({"member": ["staff0", "staff1"], "role": ["staff", "staff"]})
    return cw.Community(events, members=staff)


def answers(events: pl.DataFrame, staff: pl.Expr, answer: str) -> pl.DataFrame:
    """Messages with the time of each reply of staff to them."""
    said = events.filter(~staff).select("id", "thread", author="member", written="time")
    replies = events.filter(staff, pl.col("kind") == "reply").select("thread", "parent", answered="time")
    if answer == "thread":
        return said.join(replies, on="thread").filter(pl.col("written") <= pl.col("answered"))
    posts = events.filter(pl.col("kind") == "post").sort("time", "member")
    opening = posts.group_by("thread", maintain_order=True).agg(opening=pl.col("id").first())
    replies = replies.join(opening, on="thread", how="left").with_columns(id=pl.coalesce("parent", "opening"))
    both = said.join(replies.select("id", "thread", "answered"), on=["id", "thread"])
    return both.filter(pl.col("written") <= pl.col("answered"))


@pytest.mark.parametrize("answer", ["reply", "thread"])
def test_the_effect_is_that_of_a_join(community: cw.Community, answer: str) -> None:
    table = community.sentiment.reply_effect(
        within=f"{WITHIN}d", landmark=f"{LANDMARK}d", below=BELOW, answer=answer, model="score"
    )
    row = table.row(0, named=True)
    events, staff = community.events, pl.col("member").str.starts_with("staff")
    day = pl.col("time").dt.date().cast(pl.Int32)
    said = events.filter(~staff).with_columns(day=day)
    votes = said.group_by("member", "day", hour=pl.col("time").dt.truncate("1h")).agg(pl.col("score").mean())
    complaints = said.filter(pl.col("score") <= BELOW)
    hits = answers(events, staff, answer).join(complaints.select("id", "day"), on="id")
    firsts = hits.group_by(member="author", day="day").agg(on=pl.col("answered").dt.date().cast(pl.Int32).min())
    days = (
        complaints.group_by("member", "day").agg(pl.col("score").min()).join(firsts, on=["member", "day"], how="left")
    )
    start, end = said["day"].min(), (community.as_of + timedelta(microseconds=1)).date()
    last = (end - date(1970, 1, 1)).days - 1
    strata: dict[tuple[int, ...], tuple[list[tuple[float, float]], list[tuple[float, float]]]] = {}
    names = ("answered", "early", "censored", "without_before", "silent")
    counts = dict.fromkeys(names, 0)
    for (member,), own in days.sort("day").group_by("member"):
        mine = votes.filter(pl.col("member") == member)
        at, score = mine["day"].to_numpy(), mine["score"].to_numpy()
        answered_on = own["on"].to_list()
        for i, (d, worst, on) in enumerate(zip(own["day"], own["score"], answered_on, strict=True)):
            if any(before is not None and d - WITHIN <= before <= d + LANDMARK for before in answered_on[:i]):
                continue
            treated = on is not None and on <= d + LANDMARK
            before = score[(at >= d - WITHIN) & (at < d)]
            after = score[(at > d + LANDMARK) & (at <= d + LANDMARK + WITHIN)]
            counts["answered"] += treated
            if d - WITHIN < start:
                counts["early"] += treated
            elif d + LANDMARK + WITHIN > last:
                counts["censored"] += treated
            elif not before.size:
                counts["without_before"] += treated
            elif not after.size:
                counts["silent"] += treated
            else:
                month = date(1970, 1, 1) + timedelta(days=d)
                bins = (int(np.floor(5 * worst)), int(np.floor(5 * before.mean())), before.size.bit_length())
                pair = strata.setdefault((month.year, month.month, *bins), ([], []))
                pair[0 if treated else 1].append((before.mean(), after.mean()))
    matched = [(np.array(t), np.array(c)) for t, c in strata.values() if t and c]
    assert {name: row[name] for name in names} == counts
    assert row["matched"] == sum(len(t) for t, _ in matched) > 50
    assert row["unmatched"] == sum(len(t) for t, c in strata.values() if not c)
    assert row["controls"] == sum(len(c) for _, c in matched)
    change = [len(t) * ((t[:, 1] - t[:, 0]).mean() - (c[:, 1] - c[:, 0]).mean()) for t, c in matched]
    assert row["difference"] == pytest.approx(sum(change) / row["matched"], abs=1e-9)
    naive = sum((t[:, 1] - t[:, 0]).sum() for t, _ in matched) / row["matched"]
    assert row["before_after"] == pytest.approx(naive, abs=1e-9)
