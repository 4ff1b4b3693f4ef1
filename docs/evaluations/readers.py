"""The readers of Stack Exchange, Discourse and mbox against plain Python: CPU time, and memory on ten times as much.

    pip install --group readers
    python docs/evaluations/readers.py FOLDER

FOLDER holds real communities: `stackexchange-quantumcomputing-2018`, `discourse-urho3d`, `pipermail-twisted`. The
readers in Python are what one would write: lxml, orjson and mailbox, a pass over the files, a table of the same columns
at the end. They do less: nothing is refused or counted, threads of mail are those of `In-Reply-To` alone, quotes are
lines that begin with `>`.

Each reading is a process of its own; its CPU seconds (all threads, without the imports) are the least of three turns,
taken by turns, so that a machine that is busy with other things spoils the ratio little. Memory is the most that a
process held, imports and all.
"""

import email.utils
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl

TURNS = 3
COPIES = 10
COLUMNS = ("time", "member", "kind", "id", "thread", "parent", "channel", "text")
Row = tuple[str | None, ...]


def plain(html: str) -> str:
    """The text of a post."""
    from lxml.html import fragment_fromstring

    if not html.strip():
        return ""
    tree = fragment_fromstring(html, create_parent="div")
    for dropped in tree.xpath(".//pre | .//blockquote | .//aside"):
        dropped.drop_tree()
    return " ".join(tree.text_content().split())


def table(rows: list[Row]) -> pl.DataFrame:
    """The events of rows of text."""
    events = pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")
    return events.with_columns(pl.col("time").str.to_datetime(time_unit="us", time_zone="UTC", format="%+"))


def stackexchange(folder: Path) -> tuple[pl.DataFrame, int]:
    """Posts, comments, votes; and users."""
    from lxml.etree import iterparse

    def each(name: str) -> Iterator[Any]:
        for _, row in iterparse(str(folder / name), tag="row"):
            yield row.attrib
            row.clear()
            while row.getprevious() is not None:
                del row.getparent()[0]

    votes = {"1": "resolve", "2": "reaction", "3": "reaction", "4": "flag", "5": "reaction", "12": "flag"}
    rows: list[Row] = []
    channels: dict[str, str] = {}
    threads: dict[str, str] = {}
    for post in each("Posts.xml"):
        number, at, who = post["Id"], post["CreationDate"] + "Z", post.get("OwnerUserId")
        if post["PostTypeId"] == "1":
            channels[number] = re.findall("<(.*?)>", post.get("Tags", "<>"))[0]
            threads[number] = f"p{number}"
            rows.append((at, who, "post", f"p{number}", f"p{number}", None, channels[number], plain(post["Body"])))
        elif post["PostTypeId"] == "2":
            parent = post["ParentId"]
            threads[number] = f"p{parent}"
            place = (f"p{parent}", f"p{parent}", channels.get(parent))
            rows.append((at, who, "reply", f"p{number}", *place, plain(post["Body"])))
    for note in each("Comments.xml"):
        post = note["PostId"]
        place = (threads.get(post), f"p{post}", channels.get((threads.get(post) or "p")[1:]))
        rows.append((note["CreationDate"] + "Z", note.get("UserId"), "reply", f"c{note['Id']}", *place, note["Text"]))
    for vote in each("Votes.xml"):
        post = vote["PostId"]
        if post in threads and vote["VoteTypeId"] in votes:
            place = (threads[post], f"p{post}", channels.get(threads[post][1:]))
            at = vote["CreationDate"] + "Z"
            rows.append((at, vote.get("UserId"), votes[vote["VoteTypeId"]], f"v{vote['Id']}", *place, None))
    users = [(user["Id"], user["DisplayName"], user["CreationDate"]) for user in each("Users.xml")]
    members = pl.DataFrame(users, schema=["member", "name", "joined"], orient="row")
    rows += [(f"{joined}Z", who, "join", None, None, None, None, None) for who, _, joined in users]
    return table(rows), members.height


def discourse(folder: Path) -> tuple[pl.DataFrame, int]:
    """Posts, likes, accepted answers; and their authors."""
    import orjson

    rows: list[Row] = []
    users: dict[str, str] = {}
    for path in sorted(folder.iterdir()):
        topic = orjson.loads(path.read_bytes())
        posts = topic["post_stream"]["posts"]
        ids = {post["post_number"]: str(post["id"]) for post in posts}
        for post in posts:
            number, who, at = str(post["id"]), str(post["user_id"]), post["created_at"]
            users[who] = post["username"]
            parent = ids.get(post["reply_to_post_number"] or 1) if post["post_number"] > 1 else None
            kind = "moderate" if post["post_type"] != 1 else "post" if post["post_number"] == 1 else "reply"
            place = (f"t{topic['id']}", parent, str(topic["category_id"]))
            rows.append((at, who, kind, number, *place, plain(post["cooked"])))
            place = (f"t{topic['id']}", number, str(topic["category_id"]))
            likes = sum(action["count"] for action in post["actions_summary"] if action["id"] == 2)
            rows += [(at, None, "reaction", None, *place, None)] * likes
            if post.get("accepted_answer"):
                rows.append((at, None, "resolve", None, *place, None))
    return table(rows), len(users)


def mbox(folder: Path) -> tuple[pl.DataFrame, int]:
    """Messages; and their senders."""
    import mailbox

    rows: list[Row] = []
    threads: dict[str, str] = {}
    users: dict[str, str] = {}
    for path in sorted(folder.iterdir()):
        for letter in mailbox.mbox(path, create=False):
            name, sender = email.utils.parseaddr(str(letter["From"] or "").replace(" at ", "@"))
            number, parent = str(letter["Message-ID"]), letter["In-Reply-To"] and str(letter["In-Reply-To"])
            try:
                at = email.utils.parsedate_to_datetime(str(letter["Date"])).isoformat()
            except ValueError:
                continue
            if number in threads:
                continue
            users[sender.lower()] = name
            threads[number] = threads.get(parent or "", parent or number)
            parts = [part for part in letter.walk() if part.get_content_type() == "text/plain"]
            said = b"\n".join(part.get_payload(decode=True) or b"" for part in parts).decode("utf-8", "replace")
            said = "\n".join(line for line in said.splitlines() if not line.startswith(">"))
            kind = "reply" if parent else "post"
            at = at if at[-6] in "+-" else at + "Z"
            rows.append((at, sender.lower(), kind, number, threads[number], parent, folder.name, said))
    return table(rows), len(users)


def ours(folder: Path) -> tuple[pl.DataFrame, int]:
    """What is measured."""
    import commonweal as cw

    read = cw.read(folder)
    return read.events, 0 if read.members is None else read.members.height


FORMATS: dict[str, tuple[str, Callable[[Path], tuple[pl.DataFrame, int]]]] = {
    "Stack Exchange": ("stackexchange-quantumcomputing-2018", stackexchange),
    "Discourse": ("discourse-urho3d/posts/json", discourse),
    "mbox": ("pipermail-twisted/twisted-web", mbox),
}


def one(who: str, name: str, folder: str) -> None:
    """One reading, as a process of its own: what it took, as JSON."""
    reader = ours if who == "ours" else FORMATS[name][1]
    # The imports of either are no part of it.
    import mailbox

    import lxml.etree
    import lxml.html
    import orjson

    import commonweal

    assert all((commonweal, lxml.etree, lxml.html, mailbox, orjson))
    began = time.process_time()
    events, members = reader(Path(folder))
    took = time.process_time() - began
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"cpu": took, "mb": most, "events": events.height, "members": members}))


def asked(who: str, name: str, folder: Path) -> dict[str, float]:
    """What `one` tells."""
    command = [sys.executable, __file__, "--one", who, name, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told: dict[str, float] = json.loads(done.stdout)
    return told


def tenfold(name: str, folder: Path, target: Path) -> None:
    """Ten times as much, as other acts of other people in one export."""
    target.mkdir()
    if name == "Stack Exchange":
        key = re.compile(rb' (Id|ParentId|PostId|AcceptedAnswerId|OwnerUserId|UserId)="(\d+)"')
        for path in folder.glob("*.xml"):
            head, *rows = path.read_bytes().splitlines(keepends=True)
            body = [row for row in rows if row.lstrip().startswith(b"<row")]
            opening, closing = (
                b"".join(row for row in rows if row.lstrip()[: len(mark)] == mark)
                for mark in (b"<" + path.stem.lower().encode(), b"</")
            )
            with (target / path.name).open("wb") as file:
                file.write(head + opening)
                for copy in range(COPIES):
                    shift = copy * 10_000_000
                    for row in body:
                        file.write(key.sub(lambda m, by=shift: b' %s="%d"' % (m[1], int(m[2]) + by), row))
                file.write(closing)
    elif name == "Discourse":
        for path in folder.glob("*.json"):
            topic = json.loads(path.read_bytes())
            for copy in range(COPIES):
                shifted = topic | {"id": topic["id"] + copy * 10_000_000}
                posts = [
                    post | {"id": post["id"] + copy * 10_000_000, "user_id": post["user_id"] + copy * 10_000_000}
                    for post in topic["post_stream"]["posts"]
                ]
                shifted["post_stream"] = topic["post_stream"] | {"posts": posts}
                (target / f"{copy}-{path.name}").write_text(json.dumps(shifted), encoding="utf-8")
    else:
        names = re.compile(rb"^(Message-ID|In-Reply-To|References):.*(\n[ \t].*)*", re.MULTILINE | re.IGNORECASE)
        for path in folder.iterdir():
            whole = path.read_bytes()
            with (target / path.name).open("wb") as file:
                for copy in range(COPIES):
                    mark = b"@%d." % copy
                    file.write(names.sub(lambda m, by=mark: m[0].replace(b"@", by), whole).rstrip(b"\n") + b"\n\n")


def size(folder: Path) -> float:
    """Of the files, in MiB."""
    return sum(path.stat().st_size for path in folder.iterdir()) / 2**20


def main(data: Path) -> None:
    """Prints the table."""
    print("| format | MiB | events | CPU, Python | CPU, ours | ratio | tenfold, MiB | events | CPU | most memory, MB |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for name, (place, _) in FORMATS.items():
        folder = data / place
        turns = [(asked("python", name, folder), asked("ours", name, folder)) for _ in range(TURNS)]
        theirs, mine = (min(turn[side]["cpu"] for turn in turns) for side in (0, 1))
        events = [round(turns[0][side]["events"]) for side in (0, 1)]
        with tempfile.TemporaryDirectory() as scratch:
            large = Path(scratch) / "tenfold"
            tenfold(name, folder, large)
            told = asked("ours", name, large)
            print(
                f"| {name} | {size(folder):.1f} | {events[1]:,} (Python {events[0]:,}) | {theirs:.2f} s "
                f"| {mine:.3f} s | {theirs / mine:.1f} | {size(large):.0f} | {told['events']:,} "
                f"| {told['cpu']:.2f} s | {told['mb']:.0f} |",
                flush=True,
            )


if __name__ == "__main__":
    if sys.argv[1] == "--one":
        one(*sys.argv[2:])
    else:
        main(Path(sys.argv[1]))
