"""Texts without labels that the teacher scores, in the form of `prepare.py`: `unlabelled.py DATA LINES OUT`.

Tweets of TweetEval's other tasks, and sentences of communities whose archives have a stated licence: Stack Exchange
(CC BY-SA), Ubuntu's IRC (CC BY 4.0, Kummerfeld et al. 2019), Twisted's mailing list (MIT), issues of an IETF working
group. Of LINES, the labelled texts, tweets and comments are cut in two, and each part told of alone: which of the two a
label is due to, the label does not say. The split is `more`, the label `-`; words for groups of people are masked.
"""

import hashlib
import html
import json
import re
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from prepare import IDENTITY

SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
# As many of each source at most, by a hash, so that they stay the same ones.
MOST = 6_000
CUT, FEWEST_CUT = ("semeval", "goemotions"), 8


def _tweets(data: Path) -> Iterator[str]:
    for task in ("emotion", "hate", "irony"):
        yield from (data / f"labels-tweeteval/{task}/train_text.txt").read_text().split("\n")


def _stack_exchange(data: Path) -> Iterator[str]:
    for name, part in (
        ("quantumcomputing-2018/Comments", "Text"),
        ("quantumcomputing-2018/Posts", "Body"),
        ("beer-2017/Posts", "Body"),
    ):
        for row in ElementTree.parse(data / f"stackexchange-{name}.xml").getroot():
            text = re.sub(r"<(pre|code|blockquote)>.*?</\1>|\$.*?\$", " ", row.get(part, ""), flags=re.DOTALL)
            yield from SENTENCE.split(" ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split()))


def _irc(data: Path) -> Iterator[str]:
    with tarfile.open(data / "irc-disentanglement/train.tar.gz") as archive:
        for member in sorted(archive.getnames()):
            if member.endswith(".raw.txt"):
                file = archive.extractfile(member)
                for line in file.read().decode("utf-8", "replace").splitlines() if file else ():
                    said = re.match(r"\[\d\d:\d\d\] <[^>]+> (.*)", line)
                    if said:
                        yield said[1]


def _mail(data: Path) -> Iterator[str]:
    for path in sorted((data / "pipermail-twisted/twisted-web").glob("*.txt")):
        text = path.read_text(encoding="utf-8", errors="replace")
        for message in re.split(r"^From .* at .*$", text, flags=re.MULTILINE):
            body = message.partition("\n\n")[2]
            for paragraph in body.split("\n\n"):
                if not re.search(r"^\s*(>|[-_+@{}<]|\w+:)|  ", paragraph, re.MULTILINE):
                    yield from SENTENCE.split(" ".join(paragraph.split()))


def _issues(data: Path) -> Iterator[str]:
    archive = json.loads((data / "github-ietf-tls-esni/archive.json").read_text())
    for thread in (*archive["issues"], *archive["pulls"]):
        for said in (thread, *thread.get("comments", ())):
            text = re.sub(r"```.*?```|^>.*$", "", said.get("body") or "", flags=re.DOTALL | re.MULTILINE)
            yield from (" ".join(paragraph.split()) for paragraph in text.split("\n\n"))


def _place(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()


def _halves(lines: Path) -> Iterator[tuple[str, str]]:
    """The domains of texts and their parts before and after a word between three and seven tenths of the way."""
    for line in lines.read_text().split("\n"):
        fields = line.split("\t", 5)
        if fields[0] == "train" and fields[3] in CUT:
            words = fields[5].split()
            if len(words) >= FEWEST_CUT:
                share = _place(fields[5])[0] / 256
                at = round(len(words) * (0.3 + 0.4 * share))
                yield fields[2], " ".join(words[:at])
                yield fields[2], " ".join(words[at:])


SOURCES = (
    ("tweets", "social", _tweets, 20_000),
    ("stackexchange", "developer", _stack_exchange, MOST),
    ("irc", "chat", _irc, MOST),
    ("mail", "developer", _mail, MOST),
    ("issues", "developer", _issues, MOST),
)


def main() -> None:
    """Writes the lines."""
    data, lines, out = map(Path, sys.argv[1:4])
    with out.open("w", newline="\n") as file:
        for name, domain, source, most in SOURCES:
            texts = dict.fromkeys(text.strip() for text in source(data))
            long_enough = (text for text in texts if 4 <= len(text.split()) <= 60)
            for text in sorted(long_enough, key=_place)[:most]:
                text = IDENTITY.sub("people", text).replace("\\", "\\\\").replace("\t", " ")
                file.write(f"more\tsentiment\t{domain}\t{name}\t-\t{text}\n")
        for domain, text in _halves(lines):
            file.write(f"more\tsentiment\t{domain}\thalves\t-\t{text}\n")


if __name__ == "__main__":
    main()
