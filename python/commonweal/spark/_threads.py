"""Threads through parents, where the parents are anywhere on a cluster."""

from typing import TYPE_CHECKING

from pyspark.sql import functions as F  # noqa: N812

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame

_LONGEST = 64
"""Rounds: each doubles the steps that are known, so this is never reached but by replies in a circle."""


def filled(events: "DataFrame") -> "DataFrame":
    """The events with their threads. What one row tells by itself costs nothing; the rest a few joins."""
    have = events.columns
    text = {name: F.col(name).cast("string") if name in have else _nothing() for name in ("id", "thread", "parent")}
    own = F.when(F.col("kind").cast("string") == "post", text["id"])
    if "id" not in have:
        # No row can be a parent, so the parent's name is all that is known.
        own = F.when(F.col("kind").cast("string") == "post", _nothing()).otherwise(text["parent"])
    if "id" not in have and "parent" not in have:
        return events.withColumn("thread", text["thread"])
    events = events.withColumn("thread", F.coalesce(text["thread"], own))
    if "id" not in have or "parent" not in have:
        return events
    unknown = F.col("thread").isNull() & (F.col("kind").cast("string") != "post")
    child, root = unknown & F.col("parent").isNotNull(), unknown & F.col("parent").isNull() & F.col("id").isNotNull()
    if not events.where(child | root).head(1):
        return events
    return _through_parents(events, child, root)


def _through_parents(events: "DataFrame", child: "Column", root: "Column") -> "DataFrame":
    events = events.withColumns({name: F.col(name).cast("string") for name in ("id", "parent")})
    # An act that answers nothing, and that others answer, opens their conversation.
    answered = events.where(F.col("parent").isNotNull()).select(F.col("parent").alias("id")).distinct()
    opened = events.where(root).join(answered.withColumn("_opens", F.lit(True)), "id", "left")
    opened = opened.withColumn("thread", F.when(F.col("_opens"), F.col("id"))).select(*events.columns)
    # What is known is false for nulls, too: every row is in one of the three.
    rest = events.where(~F.coalesce(child | root, F.lit(False)))
    known = rest.unionByName(opened)
    names = known.where(F.col("id").isNotNull()).select(F.col("id").alias("name"), F.col("thread").alias("found"))
    children = events.where(child)
    links = children.where(F.col("id").isNotNull()).select(F.col("id").alias("name"), F.col("parent").alias("next"))
    found = names.unionByName(_walked(links, names))
    ended = children.join(found, children["parent"] == found["name"], "left")
    ended = ended.withColumn("thread", F.coalesce(F.col("found"), F.col("parent"))).select(*events.columns)
    return known.unionByName(ended)


def _walked(links: "DataFrame", names: "DataFrame") -> "DataFrame":
    """The thread of every act with an open parent: each round, what was known of one step is known of two."""
    known = names.select(F.col("name").alias("next"), "found", F.lit(True).alias("ends"))
    step = links.join(known, "next", "left").select("name", "next", "found", F.col("ends").isNotNull().alias("ends"))
    lost = step.where(~F.col("ends")).join(links.select(F.col("name").alias("next")), "next", "left_anti")
    lost = lost.select("name", "next", F.col("next").alias("found"), F.lit(True).alias("ends"))
    going = step.where(~F.col("ends")).join(links.select(F.col("name").alias("next")), "next", "left_semi")
    going = going.select("name", "next", F.lit(None).cast("string").alias("found"), F.lit(False).alias("ends"))
    state = step.where("ends").unionByName(lost).unionByName(going).localCheckpoint()
    left = state.where(~F.col("ends")).count()
    for _ in range(_LONGEST):
        if left == 0:
            break
        ahead = state.select(
            F.col("name").alias("next"),
            F.col("next").alias("after"),
            F.col("found").alias("then"),
            F.col("ends").alias("over"),
        )
        moved = state.where(~F.col("ends")).join(ahead, "next")
        moved = moved.select(
            "name", F.col("after").alias("next"), F.col("then").alias("found"), F.col("over").alias("ends")
        )
        state = state.where("ends").unionByName(moved).localCheckpoint()
        now = state.where(~F.col("ends")).count()
        if now == left:
            break
        left = now
    done = state.where("ends").select("name", "found")
    if left == 0:
        return done
    circles = links.join(state.where(~F.col("ends")).select("name"), "name", "left_semi")
    return done.unionByName(_circles(circles))


def _circles(links: "DataFrame") -> "DataFrame":
    """Parents in a circle, and what hangs on one: the least id of the circle. There are few, if any."""
    parent: dict[str, str] = {row.name: row.next for row in links.collect()}
    thread: dict[str, str] = {}
    for start in parent:
        path: list[str] = []
        at = start
        while at not in thread and at not in path:
            path.append(at)
            at = parent[at]
        name = thread[at] if at in thread else min(path[path.index(at) :])
        thread.update(dict.fromkeys(path, name))
    return links.sparkSession.createDataFrame(list(thread.items()), "name string, found string")


def _nothing() -> "Column":
    return F.lit(None).cast("string")
