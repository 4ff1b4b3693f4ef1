"""Does `infer_threads` hold on other chats? `python docs/evaluations/infer_threads_elsewhere.py`.

Nobody marked the links of these chats. But many messages begin with a name, and the name says whose message they
answer. In a tenth of them the name is taken out of the text, the links are found without it, and it is asked to whom
the message speaks by them.
"""

import re
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import infer_threads
import numpy as np
import polars as pl

DATA = Path(__file__).parents[3] / "shared" / "data"


def zig() -> pl.DataFrame:
    """#zig on IRC, 2018, a second's resolution."""
    rows = []
    for path in sorted((DATA / "irc-zig" / "2018").glob("*.txt")):
        for block in path.read_text(encoding="utf-8", errors="replace").split("\n\n"):
            parts = block.strip("\n").split("\n", 2)
            if len(parts) == 3 and parts[0].isdigit():
                rows.append((int(parts[0]), parts[1], parts[2]))
    frame = pl.DataFrame(rows, schema=["time", "member", "text"], orient="row")
    return frame.with_columns(time=pl.from_epoch("time").dt.replace_time_zone("UTC"), channel=pl.lit("zig"))


def komodo() -> pl.DataFrame:
    """Two channels of a Discord server, a minute's resolution."""
    frames = []
    for channel in ("komodo-project/support", "komodo-apps-products/atomicdex-beta"):
        folder = DATA / "discord-komodo" / "before-2019-Dec-05" / "csv" / channel
        for path in sorted(folder.glob("*.csv"), key=lambda path: int(path.stem)):
            frame = pl.read_csv(path, separator=";", infer_schema=False, truncate_ragged_lines=True)
            frames.append(frame.select("Author", "Date", "Content").with_columns(channel=pl.lit(channel)))
    time = pl.col("Date").str.to_datetime("%d-%b-%y %I:%M %p", strict=False, time_zone="UTC")
    whole = pl.concat(frames).select(time=time, member="Author", text="Content", channel="channel")
    return whole.filter(pl.col("time").is_not_null())


def racket() -> pl.DataFrame:
    """A Slack channel; `given` are conversations that another program found."""
    frames = []
    for path in sorted((DATA / "slack-software-chats" / "data" / "racket").glob("*/*.xml")):
        for message in ElementTree.parse(path).getroot().iter("message"):
            cells = [message.findtext(name) or "" for name in ("ts", "user", "text")]
            frames.append((*cells, f"{path.parent.name}:{message.get('conversation_id')}", path.parent.name))
    frame = pl.DataFrame(frames, schema=["time", "member", "text", "given", "channel"], orient="row")
    return frame.with_columns(time=pl.col("time").str.to_datetime(time_zone="UTC", time_unit="us"))


def ubuntu() -> pl.DataFrame:
    """The dev part of the logs that were learnt from, for comparison."""
    return infer_threads.dev().events.select("time", "member", "text", "channel")


CHATS: dict[str, tuple[str, Callable[[], pl.DataFrame]]] = {
    "irc-disentanglement": ("IRC, #ubuntu, the dev part", ubuntu),
    "irc-zig": ("IRC, #zig, 2018", zig),
    "discord-komodo": ("Discord, two channels", komodo),
    "slack-software-chats": ("Slack, racket", racket),
}
_NAMED = re.compile(r"(?:<@([^>|]+)[^>]*>|@?([^\s:,]+))[:,]?\s+(.*)", re.DOTALL)


def _short(member: str | None) -> str:
    return re.sub(r"#\d{4}$", "", member or "").lower()


def prepared(frame: pl.DataFrame) -> pl.DataFrame:
    """Events in order, with ids."""
    ordered = frame.sort("channel", "time", maintain_order=True)
    return ordered.with_columns(kind=pl.lit("post"), id=pl.int_range(pl.len()).cast(pl.String))


def hidden(events: pl.DataFrame, share: float = 0.1, back: int = 100) -> tuple[pl.DataFrame, dict[str, str]]:
    """The events with the name taken out of a tenth of the messages that begin with one, and whom each named.

    Only names of those are taken out who spoke among the last messages, and are not the author.
    """
    draw = np.random.default_rng(7)
    texts, named = events["text"].to_list(), {}
    members, channels = [_short(m) for m in events["member"]], events["channel"].to_list()
    for i, text in enumerate(texts):
        found = _NAMED.fullmatch(text or "")
        # A bare first word is no name: a mark must say so.
        if not found or not re.match(r"<@|@|[^\s:,]+[:,]", text):
            continue
        name = (found[1] or found[2]).lower()
        near = {members[j] for j in range(max(0, i - back), i) if channels[j] == channels[i]}
        if name in near and name != members[i] and draw.random() < share:
            texts[i], named[str(i)] = found[3], name
    return events.with_columns(text=pl.Series(texts)), named


def spoken_to(message: str, found: infer_threads.Parents, author: dict[str, str]) -> str | None:
    """Whom a message answers: the author of its parent, or of the parent's parent where that is the own, and so on."""
    at = found[message]
    while at is not None and author[at] == author[message]:
        at = found[at]
    return None if at is None else author[at]


def main() -> None:
    """A table of each chat."""
    print("| chat | messages | names hidden | method | spoke to the one named |\n|---|---|---|---|---|")
    for folder, (name, load) in CHATS.items():
        if not (DATA / folder).is_dir():
            sys.exit(f"nothing to evaluate on: {DATA / folder} is not there")
        events = prepared(load())
        shown, named = hidden(events)
        author = {k: _short(m) for k, m in events.select("id", "member").iter_rows()}
        methods = {
            "previous message": infer_threads.previous(shown),
            "previous message by another": infer_threads.previous(shown, by_another=True),
            "`infer_threads`": infer_threads.parents(infer_threads.inferred(shown)),
        }
        for method, found in methods.items():
            hits = [spoken_to(k, found, author) == who for k, who in named.items()]
            print(f"| {name} | {events.height} | {len(named)} | {method} | {np.mean(hits):.1%} |")
        whole = infer_threads.inferred(events)
        kinds = whole["kind"].value_counts()
        print(f"\n{name}: {dict(kinds.iter_rows())}, mean confidence {whole['parent_confidence'].mean():.2f}\n")
        if "given" in events.columns:
            given = dict(events.select("id", "given").iter_rows())
            names = events["id"].to_list()
            for method, found in (methods | {"`infer_threads`": infer_threads.parents(whole)}).items():
                clusters = infer_threads.components(infer_threads.pairs(found, names))
                vi, rand, same = infer_threads.cluster_scores(clusters, given, names)
                print(f"{method}: 1 − VI {vi:.1%}, adjusted Rand {rand:.1%}, whole conversations {same:.1%}")


if __name__ == "__main__":
    main()
