"""Do the threads that `engagement.trending` ranks first go on, and is its surprise calibrated?

    python docs/evaluations/trending.py    # the tables of docs/kpis/engagement.trending.md, in Markdown

Every four weeks a real community is cut with `between`, so that nothing of the future can leak. Of the threads with
three authors in the window, the first `TOP` by surprise stand against the busiest `TOP`, those with the most messages
for one expected, and `TOP` drawn by lot. What came is counted by a group-by, nothing of the KPI: messages, and authors
who are new to the thread, in the seven days after.
"""

from datetime import datetime, timedelta
from itertools import product
from pathlib import Path

import numpy as np
import polars as pl

import commonweal as cw

DATA = Path(__file__).parents[3] / "shared" / "data"
TOP = 5
WINDOWS = (7, 28)
WEEK, STEP = timedelta(days=7), timedelta(days=28)
COMMUNITIES = {
    "zulip-lean": "a chat of mathematicians (Zulip)",
    "discourse-urho3d": "a game engine's forum (Discourse)",
    "pipermail-twisted": "a mailing list",
}


def cuts(community: cw.Community) -> list[datetime]:
    """Every fourth Monday from half a year on, the last one a week before the end of the time observed."""
    first, last = community.events["time"].min(), community.as_of
    assert isinstance(first, datetime)
    day = (first + timedelta(days=182)).replace(hour=0, minute=0, second=0, microsecond=0)
    day += timedelta(days=(-day.weekday()) % 7)
    return [day + i * STEP for i in range((last - WEEK - day) // STEP + 1)]


def after(messages: pl.DataFrame, cut: datetime) -> pl.DataFrame:
    """For each thread, the messages of the week after, and the authors who are new to it."""
    before = messages.filter(pl.col("time") < cut).select("thread", "member").unique()
    next_week = messages.filter(pl.col("time").is_between(cut, cut + WEEK, closed="left"))
    new = next_week.join(before, on=["thread", "member"], how="anti").drop_nulls("member")
    return (
        next_week.group_by("thread")
        .agg(came=pl.len())
        .join(new.group_by("thread").agg(new=pl.col("member").n_unique()), on="thread", how="left")
        .fill_null(0)
    )


def main() -> None:
    """Prints the tables."""
    rows, calibration = [], []
    for (folder, name), days in product(COMMUNITIES.items(), WINDOWS):
        community = cw.read(DATA / folder)
        messages = community.events.filter(pl.col("kind").is_in(["post", "reply"])).select("time", "thread", "member")
        first = community.events["time"].min()
        rng = np.random.default_rng(2026)
        found: dict[str, list[tuple[float, ...]]] = {}
        surprises: list[np.ndarray] = []
        for cut in cuts(community):
            try:
                table = community.between(first, cut).engagement.trending(window=f"{days}d", top=1_000_000, authors=1)
            except cw.exceptions.DeclinedError:
                continue
            surprises.append(table["surprise"].to_numpy())
            table = table.filter(pl.col("authors") >= 3).join(after(messages, cut), on="thread", how="left")
            if table.height < 2 * TOP:
                continue
            ratio = pl.col("messages") / pl.col("expected")
            table = table.with_columns(pl.col("came", "new").fill_null(0), ratio=ratio)
            loudest = table.group_by("channel").agg(n=pl.col("messages").sum()).sort("n", "channel")["channel"][-1]
            rankings = {
                "surprise": table.head(TOP),
                "messages": table.sort("messages", "thread", descending=[True, False]).head(TOP),
                "messages / expected": table.sort("ratio", "thread", descending=[True, False]).head(TOP),
                "by lot": table[rng.choice(table.height, TOP, replace=False)],
            }
            for ranking, best in rankings.items():
                means = best.select(
                    pl.col("messages", "came", "new").mean(),
                    lasting=(pl.col("came") > 0).mean(),
                    quiet=pl.col("channel").ne_missing(loudest).mean(),
                )
                found.setdefault(ranking, []).append(means.row(0))
        all_of_them = np.concatenate(surprises)
        shares = [f"{(all_of_them >= level).mean():.2%}" for level in (1, 2, 3)]
        head = f"| {name} | {days} days | {len(surprises)} | {all_of_them.size:,} |"
        calibration.append(f"{head} {' | '.join(shares)} |")
        for ranking, cut_means in found.items():
            if (n := len(cut_means)) < 10:
                continue
            means = np.mean(cut_means, axis=0)
            error = np.std(np.array(cut_means)[:, 1], ddof=1) / n**0.5
            rows.append(
                f"| {name} | {days} days | {n} | {ranking} | {means[0]:.1f} | {means[1]:.2f} ± {error:.2f} "
                f"| {means[2]:.2f} | {means[3]:.0%} | {means[4]:.0%} |"
            )
    columns = ["messages in it", "in the week after", "new authors", "go on", "outside of the loudest channel"]
    print("| community | window | cuts | first by |", " | ".join(columns), "|")
    print("|---" * 9 + "|")
    print("\n".join(rows))
    print("\n| community | window | cuts | threads | surprise ≥ 1 | ≥ 2 | ≥ 3 |")
    print("|---" * 7 + "|")
    print("\n".join(calibration))


main()
