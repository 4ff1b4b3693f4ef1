r"""Labelled sets to one file of lines for the training program: `prepare.py DATA OUT`.

DATA holds one folder a set, as the model card names them; none of it is in this repository. A line of OUT is
`split task domain set label text`, parted by tabs; the text's own line ends and tabs are written `\n` and `\t`.

Only sets whose terms allow it train the weights that ship. The others are for validation, and have the split `check`.
A tenth of the two largest sets has the split `hold`: it trains nothing, and nothing is chosen by it.
"""

import csv
import hashlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

csv.field_size_limit(1 << 30)

NEGATIVE, NEUTRAL, POSITIVE = 0, 1, 2
POSITIVE_EMOTIONS = {0, 1, 4, 5, 8, 13, 15, 17, 18, 20, 21, 23}
NEGATIVE_EMOTIONS = {2, 3, 9, 10, 11, 12, 14, 16, 19, 24, 25}
ANGER = {2, 3, 11}
SECOND_PERSON = re.compile(r"\b(you|your|you'?re|yours|yourself|u|ur)\b", re.IGNORECASE)

# No labelled chat may train what ships; messages of at most so many characters stand in for it.
SHORT = 60

# Who people are is no reason to score what they write: in training these words are all one.
IDENTITY = re.compile(
    r"\b(gays?|lesbians?|bisexuals?|transgender|trans|queer|lgbtq?|homosexuals?|heterosexuals?|muslims?|islam|"
    r"islamic|christians?|"
    r"jew|jews|jewish|hindus?|buddhists?|atheists?|catholics?|protestants?|sikhs?|black|white|asians?|africans?|"
    r"african[ -]americans?|hispanics?|latin[oax]s?|mexicans?|arabs?|chinese|indians?|native|immigrants?|"
    r"migrants?|refugees?|"
    r"females?|males?|woman|women|man|men|girls?|boys?|feminists?|deaf|blind|disabled|autistic|elderly|teenagers?|"
    r"americans?|british|canadians?|europeans?|russians?|germans?|french|japanese|koreans?|israelis?|palestinians?|turkish|"
    r"iranians?|nigerians?|polish|blacks|whites|foreigners?|old|young|straight)\b",
    re.IGNORECASE,
)

Line = tuple[str, str, str, str, int, str]


def is_held_out(key: str, one_in: int) -> bool:
    """Whether a key falls in the held-out part: by a hash, so that it stays where it is."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:4], "big") % one_in == 0


def pairs(folder: Path, split: str) -> Iterator[tuple[int, str]]:
    """The labels and texts of a folder with `SPLIT_labels.txt` and `SPLIT_text.txt`."""
    labels = (folder / f"{split}_labels.txt").read_text().split()
    texts = (folder / f"{split}_text.txt").read_text().split("\n")
    yield from zip(map(int, labels), texts, strict=False)


def _semeval(data: Path) -> Iterator[Line]:
    checked = set()
    for label, text in pairs(data / "labels-tweeteval/sentiment", "val"):
        checked.add(text.strip())
        yield "val", "sentiment", "social", "tweeteval", label, text
    for line in (data / "labels-semeval-sentiment/train.tsv").read_text().splitlines():
        label, text = line.split("\t", 1)
        if text.strip() not in checked:
            split = "hold" if is_held_out(text, 10) else "train"
            yield split, "sentiment", "social", "semeval", int(label), text


def _goemotions(data: Path) -> Iterator[Line]:
    for split, name in (("train", "train"), ("val", "dev")):
        for line in (data / f"labels-goemotions/{name}.tsv").read_text().splitlines():
            text, labels, _ = line.split("\t")
            part = "hold" if split == "train" and is_held_out(text, 10) else split
            emotions = {int(label) for label in labels.split(",")}
            positive, negative = emotions & POSITIVE_EMOTIONS, emotions & NEGATIVE_EMOTIONS
            if not (positive and negative):
                label = POSITIVE if positive else NEGATIVE if negative else NEUTRAL
                yield part, "sentiment", "forum", "goemotions", label, text
            if emotions & ANGER and SECOND_PERSON.search(text):
                yield part, "attack", "forum", "goemotions-anger", 1, text
            elif not negative:
                yield part, "attack", "forum", "goemotions-anger", 0, text


def _vader(data: Path) -> Iterator[Line]:
    folder = data / "labels-vader-groundtruth/hutto_ICWSM_2014"
    kinds = {
        "tweets": "social",
        "amazonReviewSnippets": "reviews",
        "movieReviewSnippets": "reviews",
        "nytEditorialSnippets": "news",
    }
    for name, domain in kinds.items():
        for line in (folder / f"{name}_GroundTruth.txt").read_text(encoding="utf-8", errors="replace").splitlines():
            fields = line.split("\t", 2)
            if len(fields) < 3:
                continue
            key, rating, text = fields
            mean = float(rating)
            label = POSITIVE if mean >= 0.5 else NEGATIVE if mean <= -0.5 else NEUTRAL
            split = "val" if is_held_out(name + key.split("_")[0], 10) else "train"
            yield split, "sentiment", domain, f"vader-{name}", label, text


def _senti4sd(data: Path) -> Iterator[Line]:
    folder = data / "labels-senti4sd-stackoverflow/Senti4SD_GoldStandard_and_DSM/Senti4SD_Train_Test_Partitions"
    names = {"negative": NEGATIVE, "neutral": NEUTRAL, "positive": POSITIVE}
    for split, name in (("train", "train3098itemPOLARITY.csv"), ("val", "test1326itemPOLARITY.csv")):
        for line in (folder / name).read_text(encoding="utf-8", errors="replace").splitlines():
            fields = line.split(";", 2)
            if len(fields) == 3 and fields[1] in names:
                yield split, "sentiment", "developer", "senti4sd", names[fields[1]], fields[2]


def _sa4se(data: Path) -> Iterator[Line]:
    for name in ("gh", "api", "so"):
        for line in (data / f"labels-sa4se/se_{name}_train.tsv").read_text().splitlines():
            label, text = line.split("\t", 1)
            yield "check", "sentiment", "developer", f"sa4se-{name}", int(label), text


def _airline(data: Path) -> Iterator[Line]:
    names = {"negative": NEGATIVE, "neutral": NEUTRAL, "positive": POSITIVE}
    with (data / "labels-airline-tweets/Tweets.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            yield "check", "sentiment", "social", "airline", names[row["airline_sentiment"]], row["text"]


def _tweeteval_offensive(data: Path) -> Iterator[Line]:
    for split in ("train", "val"):
        for label, text in pairs(data / "labels-tweeteval/offensive", split):
            yield split, "offensive", "social", "tweeteval-offensive", label, text


def _davidson(data: Path) -> Iterator[Line]:
    with (data / "labels-hate-offensive-davidson/data/labeled_data.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            text = re.sub(r"&amp;", "&", row["tweet"])
            split = "val" if is_held_out(text, 10) else "train"
            yield split, "offensive", "davidson", "davidson", int(row["class"] != "2"), text


def _toxic_spans(data: Path) -> Iterator[Line]:
    """All these comments are toxic: the comment without what the raters marked is an example of the contrary."""
    for split, name in (("train", "tsd_train.csv"), ("val", "tsd_trial.csv")):
        with (data / f"labels-toxic-spans/{name}").open(newline="") as file:
            for row in csv.DictReader(file):
                marked = set(json.loads(row["spans"]))
                if not marked or len(marked) * 2 > len(row["text"]):
                    continue
                rest = "".join(" " if at in marked else c for at, c in enumerate(row["text"]))
                yield split, "offensive", "spans", "toxic-spans", 1, " ".join(row["text"].split())
                yield split, "offensive", "spans", "toxic-spans", 0, " ".join(rest.split())


def _incivility(data: Path) -> Iterator[Line]:
    with (data / "labels-github-incivility/annotated_comment_level.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            split = "val" if is_held_out(row["issue_id"], 5) else "train"
            label = int(row["tbdf"] not in ("None", ""))
            yield split, "attack", "developer", "github-incivility", label, row["comment_body"]


def _wikitactics(data: Path) -> Iterator[Line]:
    for dispute in json.loads((data / "labels-wikitactics/train.json").read_text()):
        for turn in dispute["utterances"]:
            attack = any(label.startswith(("DH0", "DH1")) for label in turn["rebuttal_labels"])
            yield "check", "attack", "wiki", "wikitactics", int(attack), turn["text"]


def _conda(data: Path) -> Iterator[Line]:
    with (data / "labels-conda/CONDA_train.csv").open(newline="") as file:
        for row in csv.DictReader(file):
            yield (
                "check",
                "offensive",
                "chat",
                "conda",
                int(row["intentClass"] in ("E", "I")),
                row["utterance"].replace("[SEPA]", " "),
            )


READERS = (
    _semeval,
    _goemotions,
    _vader,
    _senti4sd,
    _sa4se,
    _airline,
    _tweeteval_offensive,
    _davidson,
    _toxic_spans,
    _incivility,
    _wikitactics,
    _conda,
)


def _main() -> None:
    data, out = Path(sys.argv[1]), Path(sys.argv[2])
    with out.open("w", newline="\n") as file:
        for reader in READERS:
            for split, task, domain, name, label, text in reader(data):
                is_short = split in ("train", "val") and len(text) <= SHORT and domain in ("social", "forum")
                if split == "train":
                    text = IDENTITY.sub("people", text)
                text = text.encode("utf-8", "replace").decode().strip()
                text = (
                    text.replace("\\", "\\\\")
                    .replace("\r\n", "\n")
                    .replace("\r", "\n")
                    .replace("\n", "\\n")
                    .replace("\t", "\\t")
                )
                if text:
                    file.write(f"{split}\t{task}\t{domain}\t{name}\t{label}\t{text}\n")
                    if is_short and task != "attack":
                        file.write(f"{split}\t{task}\tchat\tshort-{name}\t{label}\t{text}\n")


if __name__ == "__main__":
    _main()
