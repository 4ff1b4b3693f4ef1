"""The network against polars, networkx and lifelines, on real communities."""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import networkx as nx
import polars as pl
import pytest
from conftest import NOON, SHARED
from lifelines import KaplanMeierFitter
from polars.testing import assert_frame_equal

import commonweal as cw

DATA = SHARED / "data"
REAL = ["stackexchange-beer-2017", "discourse-urho3d", "pipermail-twisted", "zulip-lean"]


def read(name: str) -> cw.Community:
    if not (DATA / name).exists():
        pytest.skip(f"{DATA / name} is not here")
    return cw.read(DATA / name)


@pytest.fixture(scope="module")
def messages() -> cw.Community:
    """The private messages of a college, as replies to the first message of whoever gets them."""
    folder = DATA / "network-collegemsg"
    paths = [path for path in sorted(folder.glob("*")) if path.suffix == ".txt"] if folder.exists() else []
    if not paths:
        pytest.skip(f"{folder} is not here")
    return college(paths[0])


def college(path: Path) -> cw.Community:
    rows = pl.read_csv(path, separator=" ", has_header=False, new_columns=["source", "target", "second"])
    rows = rows.with_columns(pl.col("source", "target").cast(pl.String)).with_row_index("n")
    time = pl.from_epoch("second", time_unit="s").dt.cast_time_unit("us").dt.replace_time_zone("UTC")
    id_ = pl.format("m{}", "n")
    posts = rows.select(
        time.alias("time"), member="target", kind=pl.lit("post"), id=id_, parent=pl.lit(None, pl.String)
    )
    replies = rows.select(
        time.alias("time"), member="source", kind=pl.lit("reply"), id=pl.format("r{}", "n"), parent=id_
    )
    return cw.Community(pl.concat([posts, replies]))


def expected(community: cw.Community, *, reactions: bool) -> pl.DataFrame:
    """The definition of `docs/kpis/network.edges.md`, as joins."""
    absent = [name for name in ("id", "parent") if name not in community.events.columns]
    events = community.events.with_columns(pl.lit(None, pl.String).alias(name) for name in absent)
    events = events.select("time", "member", "kind", "id", "parent", "thread")
    acts = events.filter(pl.col("kind").is_in(["reply", "reaction"] if reactions else ["reply"]))
    acts = acts.drop_nulls("thread")
    author = events.drop_nulls("id").select(parent="id", thread="thread", of_parent="member", there=True)
    opener = (
        events.filter(pl.col("kind") == "post")
        .drop_nulls("thread")
        .sort("time", "member")
        .group_by("thread")
        .agg(of_opener=pl.col("member").first())
    )
    tied = (
        acts.join(author, on=["parent", "thread"], how="left")
        .join(opener, on="thread", how="left")
        .with_columns(target=pl.when(pl.col("there")).then("of_parent").otherwise("of_opener"))
        .filter(pl.col("member") != pl.col("target"))
    )
    if community.members is not None and "role" in community.members.columns:
        bots = community.members.filter(pl.col("role") == "bot")["member"]
        tied = tied.filter(~pl.col("member").is_in(bots.implode()), ~pl.col("target").is_in(bots.implode()))
    is_reply = pl.col("kind") == "reply"
    return (
        tied.group_by(source="member", target="target")
        .agg(replies=is_reply.sum().cast(pl.Int64), reactions=(~is_reply).sum().cast(pl.Int64))
        .with_columns(weight=(pl.col("replies") + pl.col("reactions")).cast(pl.Float64))
        .sort(["weight", "source", "target"], descending=[True, False, False])
    )


@pytest.mark.parametrize("reactions", [False, True])
@pytest.mark.parametrize("name", REAL)
def test_edges(name: str, reactions: bool) -> None:
    community = read(name)
    theirs = expected(community, reactions=reactions)
    assert theirs.height > 100
    assert_frame_equal(community.network.edges(reactions=reactions), theirs)


def test_edges_of_the_published_network(messages: cw.Community) -> None:
    ours = messages.network.edges()
    # As published: 59,835 messages among 1,899 people, on 20,296 arcs; none writes to themselves.
    assert ours.height == 20_296
    assert ours["replies"].sum() == 59_835
    assert pl.concat([ours["source"], ours["target"]]).n_unique() == 1_899


def same(ours: pl.Series, members: pl.Series, theirs: dict[str, float]) -> None:
    assert sorted(members) == sorted(theirs)
    assert max(abs(mine - theirs[who]) for who, mine in zip(members, ours, strict=True)) < 1e-9


def arcs(edges: pl.DataFrame) -> nx.DiGraph:
    graph = nx.DiGraph()
    graph.add_weighted_edges_from(edges.select("source", "target", "weight").iter_rows())
    return graph


def against_networkx(community: cw.Community, *, exact: bool = True) -> None:
    options = {"reactions": True, "half_life": "365d"}
    graph = arcs(community.network.edges(**options))  # type: ignore[arg-type]
    assert graph.number_of_nodes() > 50
    plain: dict[str, object] = {"top": None, "bootstrap": 0, "window": None, **options}
    ours = community.network.leaders(direction="attention", **plain)  # type: ignore[arg-type]
    helpers = community.network.leaders(direction="help", betweenness=False, **plain)  # type: ignore[arg-type]
    pagerank = {"alpha": 0.85, "tol": 1e-14, "max_iter": 10_000}
    same(ours["pagerank"], ours["member"], nx.pagerank(graph, **pagerank))
    same(helpers["pagerank"], helpers["member"], nx.pagerank(graph.reverse(), **pagerank))
    both = graph.to_undirected()
    same(ours["core"], ours["member"], nx.core_number(both))
    same(ours["degree"], ours["member"], dict(both.degree()))
    same(ours["in_strength"], ours["member"], dict(graph.in_degree(weight="weight")))
    same(ours["out_strength"], ours["member"], dict(graph.out_degree(weight="weight")))
    assert ours["betweenness_exact"].all()
    if exact:
        same(ours["betweenness"], ours["member"], nx.betweenness_centrality(both))


@pytest.mark.parametrize("name", REAL)
def test_leaders(name: str) -> None:
    # Betweenness of the largest takes networkx minutes.
    against_networkx(read(name), exact=name != "zulip-lean")


def test_leaders_of_the_published_network(messages: cw.Community) -> None:
    against_networkx(messages)


THREADS = """
import commonweal as cw
table = cw.datasets.simulate(members=400, days=200, seed=3).network.leaders(top=None, bootstrap=20, half_life="50d")
print(table.write_json())
"""


def test_leaders_are_the_same_at_any_number_of_threads() -> None:
    def at(threads: int) -> bytes:
        environment = os.environ | {"RAYON_NUM_THREADS": str(threads)}
        return subprocess.run([sys.executable, "-c", THREADS], env=environment, check=True, capture_output=True).stdout

    one = at(1)
    assert len(one) > 10_000
    assert at(3) == one


def waits(community: cw.Community, k: int) -> pl.DataFrame:
    """The definition of `docs/kpis/network.newcomers.md`: how long each newcomer took, and whether they got there."""
    absent = [name for name in ("id", "parent", "time_quality") if name not in community.events.columns]
    events = community.events.with_columns(pl.lit(None, pl.String).alias(name) for name in absent)
    bots = [row["member"] for row in people(community) if row.get("role") == "bot"]
    of = {(row["thread"], row["id"]): row["member"] for row in events.drop_nulls("id").iter_rows(named=True)}
    posts = events.filter(pl.col("kind") == "post").drop_nulls("thread").sort("time", "member")
    opener = dict(posts.select("thread", "member").reverse().iter_rows())
    starts: dict[str, Any] = {}
    firsts: dict[str, dict[str, Any]] = {}
    for row in events.sort("time").iter_rows(named=True):
        who = row["member"]
        if who is None or row["time_quality"] == "inherited" or row["kind"] not in ("post", "reply", "reaction"):
            continue
        if who not in bots:
            starts.setdefault(who, row["time"])
        if row["kind"] != "reply" or row["thread"] is None:
            continue
        target = of.get((row["thread"], row["parent"]), opener.get(row["thread"]))
        if target is not None and target != who and target not in bots and who not in bots:
            firsts.setdefault(who, {}).setdefault(target, row["time"])
            firsts.setdefault(target, {}).setdefault(who, row["time"])
    rows = []
    for who, start in starts.items():
        ties = sorted(firsts.get(who, {}).values())
        end = ties[k - 1] if len(ties) >= k else community.as_of
        rows.append((max(end - start, timedelta(0)), len(ties) >= k))
    return pl.DataFrame(rows, schema={"time": pl.Duration("us"), "tied": pl.Boolean}, orient="row")


def people(community: cw.Community) -> list[dict[str, Any]]:
    return [] if community.members is None else community.members.to_dicts()


@pytest.mark.parametrize("name", REAL)
def test_newcomers(name: str) -> None:
    community = read(name)
    table = community.network.newcomers(k=[1, 3], within=["7d", "30d"])
    for row in table.iter_rows(named=True):
        theirs = waits(community, row["k"])
        assert (row["n"], row["tied"]) == (theirs.height, theirs["tied"].sum())
        seconds = theirs["time"].dt.total_microseconds() / 1e6
        curve = KaplanMeierFitter().fit(seconds.to_numpy(), theirs["tied"].to_numpy())
        at = row["within"].total_seconds()
        assert row["attained"] == pytest.approx(1 - curve.predict(at), abs=1e-9)
        # lifelines gives the interval at the last event before.
        low, high = curve.confidence_interval_.loc[:at].iloc[-1]
        assert (row["attained_low"], row["attained_high"]) == pytest.approx((1 - high, 1 - low), abs=1e-9)
        median = curve.median_survival_time_
        if row["median"] is None:
            assert median == float("inf")
        else:
            assert row["median"].total_seconds() == pytest.approx(median, abs=1e-6)


@pytest.mark.parametrize("name", ["zulip-lean", "discourse-urho3d", "simulated"])
def test_flow(name: str) -> None:
    community = cw.datasets.simulate(members=400, days=200, seed=3) if name == "simulated" else read(name)
    bots = [row["member"] for row in people(community) if row.get("role") == "bot"]
    events = community.events
    if "time_quality" in events.columns:
        events = events.filter(pl.col("time_quality").ne_missing("inherited"))
    stays = (
        events.filter(pl.col("kind").is_in(["post", "reply", "reaction"]), ~pl.col("member").is_in(bots))
        .drop_nulls(["member", "channel"])
        .select("member", "channel", period=pl.col("time").dt.truncate("1mo"))
        .unique()
    )
    end = pl.lit(community.as_of).dt.convert_time_zone("UTC")
    stays_now = stays.filter(pl.col("period").dt.offset_by("2mo") <= end)
    next_ = stays.select("member", target="channel", period=pl.col("period").dt.offset_by("-1mo"), there=True)
    before = stays.select("member", "period", target="channel", already=True)
    pairs = (
        stays_now.join(next_, on=["member", "period"], how="left")
        .join(before, on=["member", "period", "target"], how="left")
        .group_by(source="channel", target="target")
        .agg(
            members=pl.len().cast(pl.Int64),
            moved=(pl.col("target").is_not_null() & pl.col("already").is_null()).sum().cast(pl.Int64),
        )
    )
    n = stays_now.group_by(source="channel").agg(n=pl.len().cast(pl.Int64))
    theirs = pairs.join(n, on="source").with_columns(share=pl.col("members") / pl.col("n"))
    ours = community.network.flow()
    assert theirs.height > 3
    columns = ["source", "target", "n", "members", "moved", "share"]
    assert_frame_equal(ours.select(columns).sort(columns), theirs.select(columns).sort(columns))


def test_what_a_reaction_is_on_is_not_guessed() -> None:
    rows = [("ana", "post", "p", None), ("bo", "reaction", None, "p"), ("cy", "reaction", None, None)]
    rows += [("dee", "reaction", None, "gone"), ("eve", "reply", None, "gone")]
    events = pl.DataFrame(rows, schema=["member", "kind", "id", "parent"], orient="row").with_columns(
        time=pl.datetime_range(NOON, NOON + timedelta(hours=4), "1h", eager=True), thread=pl.lit("p")
    )
    community = cw.Community(events)
    edges = community.network.edges(reactions=True)
    assert edges.select("source", "target").sort("source").rows() == [("bo", "ana"), ("eve", "ana")]
    received = community.engagement.members().filter(pl.col("member") == "ana")["reactions_received"].item()
    assert received == edges["reactions"].sum()
