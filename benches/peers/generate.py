"""Writes a generated community of about N events as Parquet, in commonweal's own columns.

Three years of posts, replies, reactions and views in 60 channels: growth, members who leave, weekdays and hours, a
heavy-tailed activity, first answers with a long tail, about one post in six without one. The same N and seed give the
same rows. With `--parts`, PATH is a folder of so many files, in all of about N events: each is drawn by itself, with
members, threads and ids of its own, so that more events than fit into memory can be made.
"""

import argparse
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

START = np.datetime64("2022-01-03T00:00", "us")
HOURS = 156 * 7 * 24
HOUR = 3_600_000_000
WORDS = """
the and for with this that have you about meeting project release server question answer team plan update file data
report error config deploy review please thanks great love awful broken happy sad good bad very not but really never
problem help
""".split()  # noqa: SIM905 (a list would take forty lines)
EXTRAS = ["!", "!!!", "?", ".", " :)", " :(", " but it works", " NOT good", " AWESOME", " 😀", " 💔", ""]


def intensity() -> npt.NDArray[np.float64]:
    """How much happens in each hour, cumulated: weekdays, office hours, growth."""
    hour = np.arange(HOURS)
    weekday = np.array([1, 1.06, 1.08, 1.02, 0.9, 0.36, 0.33])[hour // 24 % 7]
    daytime = 0.2 + np.exp(-0.5 * ((hour % 24 - 14.5) / 3.6) ** 2)
    return np.concatenate([[0], np.cumsum(weekday * daytime * (0.3 + hour / HOURS))])


def generate(n: int, seed: int, part: int = 0) -> pl.DataFrame:
    rng = np.random.default_rng([seed, part] if part else seed)
    cumulated = intensity()
    members = max(200, n // 200)
    talk = np.cumsum(rng.lognormal(0, 1.4, members))  # in order of joining

    def times(size: int) -> npt.NDArray[np.int64]:
        """Microseconds since the start, sorted."""
        hours = np.interp(np.sort(rng.random(size)) * cumulated[-1], cumulated, np.arange(HOURS + 1))
        return np.asarray(hours * HOUR, np.int64)

    def authors(at: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Members who have joined by then and not left, each by how much they talk."""
        share = at / (HOURS * HOUR)
        joined = np.interp(0.05 + 0.95 * share, np.linspace(0, 1, members), talk)
        left = np.interp(0.6 * share**2, np.linspace(0, 1, members), talk)
        return np.searchsorted(talk, left + (joined - left) * rng.random(len(at))).clip(0, members - 1)

    def after(at: npt.NDArray[np.int64], minutes: float, sigma: float) -> npt.NDArray[np.int64]:
        return at + (rng.lognormal(np.log(minutes * 60e6), sigma, len(at)) + 1e6).astype(np.int64)

    posts = int(0.12 * n)
    post_time = times(posts)
    post_author = authors(post_time)
    popular = 1 / (np.arange(60) + 3) ** 0.9
    channel = rng.choice(60, posts, p=popular / popular.sum())

    # Most posts get a first answer; further replies go to few threads.
    answered = np.flatnonzero(rng.random(posts) < 0.85)
    weight = rng.lognormal(0, 1.25, len(answered))
    more = np.repeat(answered, rng.multinomial(int(0.38 * n) - len(answered), weight / weight.sum()))
    thread = np.concatenate([answered, more])
    reply_time = np.concatenate([after(post_time[answered], 38, 1.8), after(post_time[more], 160, 1.7)])
    in_time = reply_time < HOURS * HOUR
    thread, reply_time = thread[in_time], reply_time[in_time]
    reply_author = np.where(rng.random(len(thread)) < 0.08, post_author[thread], authors(reply_time))

    # Reactions and views go to messages: posts first, then replies.
    message_time = np.concatenate([post_time, reply_time])
    message_thread = np.concatenate([np.arange(posts), thread])

    def on_messages(size: int, minutes: float, sigma: float) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        target = rng.integers(0, len(message_time), size)
        at = after(message_time[target], minutes, sigma)
        return target[at < HOURS * HOUR], at[at < HOURS * HOUR]

    reacted, reaction_time = on_messages(int(0.40 * n), 30, 2.0)
    viewed, view_time = on_messages(int(0.10 * n), 300, 1.8)

    kinds = ["post", "reply", "reaction", "view"]
    sizes = [posts, len(thread), len(reacted), len(viewed)]
    time = np.concatenate([post_time, reply_time, reaction_time, view_time])
    of_thread = np.concatenate([message_thread, message_thread[reacted], message_thread[viewed]])
    parent = np.concatenate([np.full(posts, -1), thread, reacted, viewed])
    member = np.concatenate([post_author, reply_author, authors(reaction_time), authors(view_time)])

    drawn = rng.choice(WORDS, (50_000, 24))
    length = rng.integers(4, 24, len(drawn))
    ends = rng.choice(EXTRAS, len(drawn))
    sentences = pl.Series([" ".join(row[:k]) + end for row, k, end in zip(drawn, length, ends, strict=True)])
    text = sentences.gather(rng.integers(0, len(sentences), posts + len(thread)))

    def label(prefix: str, number: npt.NDArray[np.int64], digits: int) -> pl.Series:
        return pl.select(prefix + pl.Series(number).cast(pl.String).str.zfill(digits)).to_series()

    row = np.arange(len(time))
    return pl.DataFrame(
        {
            "time": pl.Series(START + time.astype("timedelta64[us]")).dt.replace_time_zone("UTC"),
            "member": label("u", member + part * members, 7),
            "kind": pl.Series(np.repeat(np.arange(4), sizes)).replace_strict(
                dict(enumerate(kinds)), return_dtype=pl.String
            ),
            "id": label("e", row + part * n, 9),
            "thread": label("e", of_thread + part * n, 9),
            "parent": pl.select(pl.when(pl.Series(parent) >= 0).then(label("e", parent + part * n, 9))).to_series(),
            "channel": label("channel-", channel[of_thread], 2),
            "text": text.extend_constant(None, len(time) - len(text)),
        }
    ).sort("time")


def write(n: int, path: Path, seed: int = 1, part: int = 0) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".partial")
    generate(n, seed, part).write_parquet(partial, row_group_size=1_000_000)
    partial.rename(path)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("n", type=float)
    parser.add_argument("path", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--parts", type=int)
    options = parser.parse_args()
    if options.parts is None:
        files = {0: options.path}
    else:
        files = {part: options.path / f"part-{part:03}.parquet" for part in range(options.parts)}
    for part, path in files.items():
        write(int(options.n) // len(files), path, options.seed, part)
        sys.stdout.write(f"{path}: {path.stat().st_size / 1e6:.0f} MB\n")
