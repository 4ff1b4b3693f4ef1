"""Who leads, checked: `python docs/evaluations/leaders.py`, on the real communities beside the clone.

First: which direction of PageRank finds those whom the community itself honours? Rank correlation (Spearman) of both
with what others gave to a member by hand: likes got (Discourse), reputation (Stack Exchange, which comes of votes),
answers accepted (Stack Exchange).

Second: how often is somebody called rising who is not? The times of the acts of the last two windows are shuffled, so
that nobody's standing changes between them; whoever is flagged is a false alarm.
"""

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import polars as pl

import commonweal as cw

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
SHUFFLES, WINDOW = 10, 90


def likes(name: str) -> pl.DataFrame:
    """Likes on the messages of each member."""
    edges = cw.read(DATA / name).network.edges(reactions=True)
    return edges.group_by(member="target").agg(honour=pl.col("reactions").sum())


def accepted(name: str) -> pl.DataFrame:
    """Accepted answers of each member."""
    events = cw.read(DATA / name).events
    authors = events.drop_nulls("id").select(parent="id", answerer="member")
    solved = events.filter(pl.col("kind") == "resolve").join(authors, on="parent")
    return solved.group_by(member="answerer").agg(honour=pl.len())


def reputation(path: Path) -> pl.DataFrame:
    """The reputation of each user, by the number of the account."""
    rows = [row.attrib for row in ElementTree.parse(path).getroot()]
    return pl.DataFrame({"member": [r["Id"] for r in rows], "honour": [int(r["Reputation"]) for r in rows]})


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
    print(agreement("discourse-urho3d", likes("discourse-urho3d")))
    print(agreement("stackexchange-beer-2017", accepted("stackexchange-beer-2017")))
    for path in sorted((DATA / "stackexchange-quantumcomputing-2018").glob("**/Users.xml")):
        print(agreement("stackexchange-quantumcomputing-2018", reputation(path)))
    for name in ("discourse-urho3d", "zulip-lean", "stackexchange-beer-2017", "pipermail-twisted"):
        print(false_alarms(name))
