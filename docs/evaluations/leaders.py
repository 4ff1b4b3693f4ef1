"""Who leads, checked: `python docs/evaluations/leaders.py`, on the real communities beside the clone.

First: which direction of PageRank finds those whom the community itself honours? Rank correlation (Spearman) of both
with what others gave to a member by hand: answers accepted (Stack Exchange, Discourse) and reputation (Stack Exchange,
which comes of votes).

Second: how often is somebody called rising who is not? The times of the acts of the last two windows are shuffled, so
that nobody's standing changes between them; whoever is flagged is a false alarm.
"""

from pathlib import Path

import numpy as np
import polars as pl

import commonweal as cw

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
VOTES = "stackexchange-quantumcomputing-2018"
SHUFFLES, WINDOW = 3, 90


def accepted(name: str) -> pl.DataFrame:
    """Accepted answers of each member."""
    events = cw.read(DATA / name).events
    authors = events.drop_nulls("id").select(parent="id", answerer="member")
    solved = events.filter(pl.col("kind") == "resolve").join(authors, on="parent")
    return solved.group_by(member="answerer").agg(honour=pl.len())


def reputation(name: str) -> pl.DataFrame:
    """The reputation of each member, as the site counts it."""
    members = cw.read(DATA / name).members
    assert members is not None
    return members.select("member", honour=pl.col("reputation").cast(pl.Int64))


def agreement(name: str, honour: pl.DataFrame) -> str:
    """Both directions against the honour, over all who are tied."""
    community = cw.read(DATA / name)
    cells = []
    for direction in ("help", "attention"):
        leaders = community.network.leaders(top=None, direction=direction, bootstrap=0, window=None, betweenness=False)
        both = leaders.join(honour, on="member", how="left").with_columns(pl.col("honour").fill_null(0))
        names = ["pagerank", "in_strength", "out_strength", "degree"] if direction == "help" else ["pagerank"]
        cells += [
            f"{direction} {name} {both.select(pl.corr(name, 'honour', method='spearman')).item():.2f}" for name in names
        ]
    return f"{name}: {both.height} members; " + ", ".join(cells)


def false_alarms(name: str) -> str:
    """How many of the first twenty, all in all and of the last window, are called rising without cause."""
    community = cw.read(DATA / name)
    events = community.events
    start = community.as_of.timestamp() * 1e6 - 2 * WINDOW * 86_400e6
    rng = np.random.default_rng(1)
    flagged = {"rank": 0, "rise": 0}
    listed = {"rank": 0, "rise": 0}
    for _ in range(SHUFFLES):
        late = events.with_row_index("row").filter(
            pl.col("time").dt.epoch("us") > start, pl.col("kind").is_in(["reply", "reaction"])
        )
        times = late["time"].gather(rng.permutation(late.height))
        moved = pl.DataFrame({"row": late["row"], "shuffled": times})
        mixed = (
            events.with_row_index("row")
            .join(moved, on="row", how="left", maintain_order="left")
            .with_columns(time=pl.coalesce("shuffled", "time"))
            .drop("row", "shuffled")
        )
        again = cw.Community(mixed, community.members, as_of=community.as_of)
        for by in ("rank", "rise"):
            table = again.network.leaders(sort_by=by, window=f"{WINDOW}d", betweenness=False)
            if table["rising"].null_count() == 0:
                flagged[by] += int(table["rising"].sum())
                listed[by] += table.height
    shares = [f"by {by}: {flagged[by]} of {listed[by]}" for by in flagged]
    return f"{name}: called rising without cause, " + "; ".join(shares)


if __name__ == "__main__":
    for name in ("stackexchange-beer-2017", "stackexchange-quantumcomputing-2018", "discourse-urho3d"):
        print("accepted answers,", agreement(name, accepted(name)))
    print("reputation,", agreement(VOTES, reputation(VOTES)))
    for name in ("zulip-lean", "stackexchange-beer-2017", VOTES):
        print(false_alarms(name))
