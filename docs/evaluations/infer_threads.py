"""How good the conversations are that `infer_threads` finds: `python docs/evaluations/infer_threads.py`.

Against the links that people marked in irc-disentanglement: on the dev part, which took no part in learning or choosing
anything, and on the fifth of the train part that the weights were not learnt from (on which their ridge was chosen).
"""

import math
import sys
import tarfile
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import irc_logs
import polars as pl

import commonweal as cw

DATA = Path(__file__).parents[3] / "shared" / "data"
Parents = dict[str, str | None]
"""The id of each message's parent, None where it opens a conversation."""
Links = set[tuple[str, str]]


def inferred(events: pl.DataFrame, **options: object) -> pl.DataFrame:
    """The events with the links of `infer_threads`."""
    return cw.Community(events).infer_threads(**options).events


def parents(events: pl.DataFrame) -> Parents:
    """The links that the events have."""
    return dict(events.select("id", "parent").iter_rows())


def previous(events: pl.DataFrame, by_another: bool = False, minutes: float = math.inf) -> Parents:
    """The message before; or the last by another author; or none where that is more than so many minutes ago."""
    found: Parents = {}
    for _, log in events.group_by("channel", maintain_order=True):
        last: dict[str | None, tuple[str, object]] = {}
        before: list[tuple[str, str | None, object]] = []
        for name, member, time in log.select("id", "member", "time").iter_rows():
            near = before if not by_another else [item for item in before if item[1] != member]
            parent = near[-1] if near else None
            late = parent is not None and (time - parent[2]).total_seconds() > 60 * minutes
            found[name] = None if parent is None or late else parent[0]
            # The last messages of two authors are all it takes.
            before = [item for item in before if item[1] != member][-1:] if by_another else []
            before.append((name, member, time))
            last[member] = (name, time)
    return found


def mention_rule(events: pl.DataFrame) -> Parents:
    """What one writes in an afternoon.

    The last message of whoever is named first, or else the own last one within five minutes, or else the last by
    another within five minutes, or else none.
    """
    fallback = previous(events, by_another=True, minutes=5)
    found: Parents = {}
    for _, log in events.group_by("channel", maintain_order=True):
        last: dict[str, tuple[str, object]] = {}
        for name, member, time, text in log.select("id", "member", "time", "text").iter_rows():
            first = (text or "").split(" ", 1)[0].rstrip(":,").lstrip("@").lower()
            own = last.get((member or "").lower())
            if first in last and (text or "").split(" ", 1)[0].rstrip(":,") != (text or "").split(" ", 1)[0]:
                found[name] = last[first][0]
            elif own and (time - own[1]).total_seconds() <= 300:
                found[name] = own[0]
            else:
                found[name] = fallback[name]
            if member:
                last[member.lower()] = (name, time)
    return found


def pairs(found: Parents, ids: Iterable[str]) -> Links:
    """Links as the data set has them: what opens a conversation is linked to itself."""
    return {(name, found.get(name) or name) for name in ids}


def scores(found: Links, gold: Links) -> tuple[float, float, float]:
    """Precision, recall and F1."""
    right = len(found & gold)
    precision, recall = right / len(found), right / len(gold)
    return precision, recall, 2 * precision * recall / (precision + recall) if right else 0.0


def components(links: Links) -> dict[str, str]:
    """A name of the conversation of each message."""
    up: dict[str, str] = {}

    def root(name: str) -> str:
        while up.setdefault(name, name) != name:
            up[name] = up[up[name]]
            name = up[name]
        return name

    for a, b in links:
        up[root(a)] = root(b)
    return {name: root(name) for name in list(up)}


def cluster_scores(found: dict[str, str], gold: dict[str, str], names: list[str]) -> tuple[float, float, float]:
    """1 − VI over its maximum, log n; the adjusted Rand index; F1 of conversations of two or more that are the same.

    Of these messages; conversations may be held together by others before them.
    """
    n = len(names)
    joint = Counter((found[name], gold[name]) for name in names)
    ours, theirs = Counter(found[name] for name in names), Counter(gold[name] for name in names)

    def entropy(counts: Counter) -> float:
        return -sum(k / n * math.log2(k / n) for k in counts.values())

    def two(counts: Counter) -> int:
        return sum(math.comb(k, 2) for k in counts.values())

    vi = 2 * entropy(joint) - entropy(ours) - entropy(theirs)
    expected = two(ours) * two(theirs) / math.comb(n, 2)
    rand = (two(joint) - expected) / ((two(ours) + two(theirs)) / 2 - expected)
    same = sum(k > 1 and ours[a] == k == theirs[b] for (a, b), k in joint.items())
    big = [sum(k > 1 for k in counts.values()) for counts in (ours, theirs)]
    return 1 - vi / math.log2(n), rand, 2 * same / sum(big)


def first_response(events: pl.DataFrame, judged: list[str], found: Links, questions: bool = False) -> dict[str, object]:
    """The first response of the conversations that begin among the judged messages, within one minute and five."""
    threads = components(found)
    opens = {a for a, b in found if a == b}
    shown = events.filter(pl.col("id").is_in(judged)).select(
        "id",
        "time",
        "member",
        "text",
        kind=pl.when(pl.col("id").is_in(list(opens))).then(pl.lit("post")).otherwise(pl.lit("reply")),
        thread=pl.col("id").replace_strict(threads),
    )
    bots = pl.DataFrame({"member": list(irc_logs.BOTS), "role": "bot"})
    table = cw.Community(shown, bots).response.first_response(within=["1m", "5m"], questions_only=questions)
    if table.is_empty():
        return {"n": 0}
    first, second = table.iter_rows(named=True)
    return first | {"attained_5m": second["attained"]}


class Marked:
    """Logs whose links people have marked."""

    def __init__(self, logs: list[irc_logs.Log]) -> None:
        self.events = irc_logs.events(logs)
        said = set(self.events["id"])
        self.gold_lines: Links = {
            (f"{log.name}:{line}", f"{log.name}:{other}")
            for log in logs
            for line, others in log.links.items()
            for other in others
        }
        self.lines = sorted({a for a, _ in self.gold_lines})
        self.judged = [name for name in self.lines if name in said]
        known = set(self.judged)
        self.gold = {(a, b) for a, b in self.gold_lines if a in known}

    def methods(self) -> dict[str, Parents]:
        """Every way to find the links."""
        return {
            "previous message": previous(self.events),
            "previous message by another": previous(self.events, by_another=True),
            "previous message by another, within 5 minutes": previous(self.events, by_another=True, minutes=5),
            "who is named, or the own last, or another's, within 5 minutes": mention_rule(self.events),
            "`infer_threads`, without text": parents(inferred(self.events.drop("text"))),
            "`infer_threads`": parents(inferred(self.events)),
        }


def reliability(events: pl.DataFrame, judged: list[str], gold: Links) -> pl.DataFrame:
    """Of messages by confidence: how many, how sure on average, which share is right."""
    known = set(judged)
    rows = [
        (sure, (name, parent or name) in gold)
        for name, parent, sure in events.select("id", "parent", "parent_confidence").iter_rows()
        if name in known
    ]
    table = pl.DataFrame(rows, schema=["sure", "right"], orient="row")
    return (
        table.with_columns(bin=(pl.col("sure") * 10).floor().clip(0, 9).cast(pl.Int64))
        .group_by("bin")
        .agg(n=pl.len(), sure=pl.col("sure").mean(), right=pl.col("right").mean())
        .sort("bin")
    )


def dev() -> Marked:
    """The dev part."""
    return Marked(irc_logs.read_all(_there("dev")))


def held_out() -> Marked:
    """The logs of the train part that were not learnt from."""
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(_there("train.tar.gz")) as archive:
            archive.extractall(folder, filter="data")
        return Marked(irc_logs.read_all(Path(folder) / "train")[:: irc_logs.HOLD_OUT])


def _there(name: str) -> Path:
    path = DATA / "irc-disentanglement" / name
    if not path.exists():
        sys.exit(f"nothing to evaluate on: {path} is not there")
    return path


def seconds(value: object) -> str:
    """A length as the tables have it."""
    return "not reached" if value is None else f"{value.total_seconds():.0f} s"


def report(name: str, part: Marked) -> None:
    """The tables of one part."""
    found = part.methods()
    print(
        f"\n{name}: {len(part.lines)} lines were judged ({len(part.judged)} messages), {len(part.gold_lines)} links\n"
    )
    print(
        "| method | precision | recall | F1 | F1, messages alone | 1 − VI | adjusted Rand | whole conversations, F1 |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for method, links in found.items():
        p, r, f = scores(pairs(links, part.lines), part.gold_lines)
        alone = scores(pairs(links, part.judged), part.gold)[2]
        conversations = components(pairs(links, part.lines)), components(part.gold_lines)
        vi, rand, same = cluster_scores(*conversations, part.lines)
        print(f"| {method} | {p:.1%} | {r:.1%} | {f:.1%} | {alone:.1%} | {vi:.1%} | {rand:.1%} | {same:.1%} |")

    print("\n| conversations | begun | answered | within 1 min | within 5 min | median | error of the median |", end="")
    print(" questions begun | within 5 min | median |\n|---|---|---|---|---|---|---|---|---|---|")
    marked = first_response(part.events, part.judged, part.gold)
    all_links = {"marked by people": part.gold} | {m: pairs(links, part.judged) for m, links in found.items()}
    for method, links in all_links.items():
        row, asked = (first_response(part.events, part.judged, links, questions) for questions in (False, True))
        cells = [row["n"]]
        if row["n"]:
            cells += [f"{row['answered'] / row['n']:.1%}", f"{row['attained']:.1%}", f"{row['attained_5m']:.1%}"]
            known = row["median"] is not None and marked["median"] is not None
            error = f"{(row['median'] - marked['median']).total_seconds():+.0f} s" if known else "–"
            cells += [seconds(row["median"]), error]
        else:
            cells += ["–"] * 5
        cells += [asked["n"], *([f"{asked['attained_5m']:.1%}", seconds(asked["median"])] if asked["n"] else ["–"] * 2)]
        print(f"| {method} | {' | '.join(map(str, cells))} |")

    print("\n| confidence | messages | mean confidence | right |\n|---|---|---|---|")
    for row in reliability(inferred(part.events), part.judged, part.gold).iter_rows(named=True):
        low = row["bin"] / 10
        print(f"| {low:.1f}–{low + 0.1:.1f} | {row['n']} | {row['sure']:.1%} | {row['right']:.1%} |")


if __name__ == "__main__":
    report("The dev part", dev())
    report("A fifth of the train part, not learnt from", held_out())
