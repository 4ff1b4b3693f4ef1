"""Reads the logs of irc-disentanglement: every line, and the links that people marked. Used by the scripts beside it.

J. K. Kummerfeld, S. R. Gouravajhala, J. Peper, V. Athreya, C. Gunasekara, J. Ganhotra, S. S. Patel, L. Polymenakos and
W. S. Lasecki: A Large-Scale Corpus for Conversation Disentanglement. ACL 2019. The data is under CC BY 4.0.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

import polars as pl

BOTS = ("ubottu", "ubotu", "ubot5", "ubot3", "ubot2")
HOLD_OUT = 5
"""Every fifth log of the train part is not learnt from."""
_SAID = re.compile(r"\[(\d\d):(\d\d)\] *(?:<([^>]*)>|\* ?(\S+)|\((\S+?)/\S*\)|-(\S+?):\S*-) ?(.*)", re.DOTALL)


@dataclass
class Log:
    """One file: a row per message (system lines are none), and the links that were marked."""

    name: str
    lines: int
    messages: pl.DataFrame
    """`line`, `time`, `member`, `text`."""
    links: dict[int, set[int]]
    """Of each line that was judged: those that it answers; itself, where it opens a conversation."""


def read(annotation: Path) -> Log:
    """Reads a file of links and the log beside it.

    Logs say the minute alone: the messages of a minute are spread evenly over it. A clock that goes back is midnight.
    """
    name = annotation.name.removesuffix(".annotation.txt")
    raw = annotation.with_name(f"{name}.raw.txt").read_text(encoding="utf-8", errors="replace")
    lines = raw.removesuffix("\n").split("\n")
    year, month, day = map(int, name[:10].split("-"))
    midnight = datetime(year, month, day, tzinfo=timezone.utc)
    rows, last = [], 0
    for number, line in enumerate(lines):
        said = _SAID.fullmatch(line)
        if not said:
            continue
        minute = int(said[1]) * 60 + int(said[2]) + last // 1440 * 1440
        minute += 1440 if minute < last - 720 else 0
        last = max(last, minute)
        author = next((said[i] for i in (3, 4, 5, 6) if said[i] is not None), "").strip()
        rows.append((number, last, author or None, said[7]))
    messages = pl.DataFrame(rows, schema=["line", "minute", "member", "text"], orient="row").select(
        "line",
        time=pl.lit(midnight).dt.cast_time_unit("us")
        + pl.duration(
            microseconds=pl.col("minute") * 60_000_000
            + 60_000_000 * pl.int_range(pl.len()).over("minute") // pl.len().over("minute")
        ),
        member="member",
        text="text",
    )
    links: dict[int, set[int]] = {}
    for line in annotation.read_text(encoding="utf-8").splitlines():
        if line.strip():
            first, second = sorted(int(number) for number in line.split()[:2])
            links.setdefault(second, set()).add(first)
    return Log(name, len(lines), messages, links)


def read_all(folder: Path) -> list[Log]:
    """Every log of a folder."""
    return [read(path) for path in sorted(folder.glob("*.annotation.txt"))]


def events(logs: list[Log]) -> pl.DataFrame:
    """The messages of several logs as events: the log is the `channel`, every message a `post`, its line in `line`.

    All logs end at the same time, so that what is not answered by the end of a log has waited until then.
    """
    end = max(log.messages["time"].max() for log in logs)
    frames = [
        log.messages.with_columns(time=pl.col("time") + (end - pl.col("time").max()), channel=pl.lit(log.name))
        for log in logs
    ]
    return pl.concat(frames).with_columns(kind=pl.lit("post"), id=pl.format("{}:{}", "channel", "line"))
