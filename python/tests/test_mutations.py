"""Broken exports of every reader: an error that says so, or an account that adds up; no panic, no end without a word.

Small exports in the form of the platform are broken at random, and read. The generator is seeded, so that each case can
be had again: the message of a failure names it. Twelve seeds run by default; `COMMONWEAL_MUTATIONS=600` goes on for ten
minutes, with seeds that begin at `COMMONWEAL_SEED`.
"""

import faulthandler
import gzip
import io
import itertools
import json
import os
import random
import re
import shutil
import time
import zipfile
from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import polars as pl
import pytest

import commonweal as cw
from commonweal.exceptions import CommonwealError

RUST = Path(__file__).parents[2] / "crates" / "commonweal-sources" / "tests"
LONGEST_FAULT = 2_000
"""Letters of a message, which may quote what is broken, and shortens it."""
SEEDS = 12
LONGEST = 10.0
"""CPU seconds that a small export may take, however broken."""

EARLIEST, LATEST = (
    datetime(1, 1, 1, tzinfo=timezone.utc),
    datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=timezone.utc),
)


def constant(file: str, name: str) -> str:
    """An export out of the readers' own tests in Rust, where all traps of the format are in it."""
    text = (RUST / file).read_text(encoding="utf-8")
    match = re.search(rf'const {name}: &str =\s*(?:r(#+)"(.*?)"\1|"((?:[^"\\]|\\.)*)");', text, re.DOTALL)
    assert match is not None, f"{file} has no constant {name}"
    if match[2] is not None:
        return match[2]
    plain = re.sub(r"\\\n\s*", "", match[3])
    escapes = {"n": "\n", "r": "\r", "t": "\t", "0": "\0", '"': '"', "\\": "\\", "'": "'"}

    def letter(found: re.Match[str]) -> str:
        return chr(int(found[1] or found[2], 16)) if found[1] or found[2] else escapes[found[3]]

    return re.sub(r"\\(?:u\{([0-9A-Fa-f]+)\}|x([0-9A-Fa-f]{2})|(.))", letter, plain)


def items() -> str:
    """Items of Perceval, of several backends."""
    hub = {
        "number": 1,
        "title": "It burns",
        "created_at": "2020-05-01T10:00:00Z",
        "closed_at": "2020-05-02T10:00:00Z",
        "user": {"login": "ann"},
        "comments_data": [{"id": 1, "created_at": "2020-05-01T11:00:00Z", "user": {"login": "bo"}, "body": "Water"}],
    }
    item = {"backend_name": "GitHub", "backend_version": "1", "category": "issue", "origin": "https://x/a/b"}
    return json.dumps([item | {"data": hub}] * 2)


def packed(name: str, text: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, text)
    return target.getvalue()


def samples() -> dict[str, dict[str, bytes]]:
    """For each reader the files of a small export; the first is the one that is broken."""
    table = "time,member,kind,id,text\n2021-07-01T12:00:00Z,a,post,1,hi\n2021-07-01T12:00:00.5+02:00,b,reply,2,\n"
    rows = "".join(
        json.dumps({"time": 1_700_000_000 + n, "member": f"m{n % 3}", "kind": "post", "id": n, "score": n / 3}) + "\n"
        for n in range(6)
    )
    frame = pl.DataFrame({"time": [1_700_000_000 + n for n in range(40)], "member": ["a", "b"] * 20, "kind": "post"})
    parquet = io.BytesIO()
    frame.write_parquet(parquet)
    plain = {
        "stackexchange": {"Posts.xml": constant("support/samples.rs", "POSTS")},
        "discourse": {"3.json": constant("support/samples.rs", "TOPIC")},
        "mbox": {"club/2020-May.txt": constant("support/samples.rs", "MAY")},
        "mbox of June": {"club/2020-June.txt": constant("support/samples.rs", "JUNE")},
        "discord csv": {"x/1.csv": constant("platforms/discord.rs", "CSV")},
        "discord html": {"x/1.html": constant("platforms/discord.rs", "OLD_PAGE")},
        "discord html of today": {"x/1.html": constant("platforms/discord.rs", "NEW_PAGE")},
        "discord json": {"x/1.json": constant("platforms/discord.rs", "CHANNEL")},
        "slack": {
            "general/2020-05-01.json": constant("platforms/slack.rs", "MAY"),
            "users.json": constant("platforms/slack.rs", "USERS"),
            "channels.json": constant("platforms/slack.rs", "CHANNELS"),
        },
        "mattermost": {"import.jsonl": constant("platforms/mattermost.rs", "EXPORT")},
        "telegram": {"result.json": constant("platforms/telegram.rs", "GROUP")},
        "zulip": {
            "export/messages-000001.json": constant("platforms/realm.rs", "FIRST"),
            "export/realm.json": constant("platforms/realm.rs", "REALM"),
        },
        "zulip's realm": {
            "export/realm.json": constant("platforms/realm.rs", "REALM"),
            "export/messages-000001.json": constant("platforms/realm.rs", "FIRST"),
        },
        "zulip-archive": {
            "1-a/b.json": '[{"content": "<p>a</p>", "id": 1, "sender_full_name": "Ann", "timestamp": 1600000000}]'
        },
        "irc": {"logs/#club.log": constant("platforms/irc.rs", "IRSSI")},
        "wordpress": {"site.xml": constant("platforms/wordpress.rs", "SITE")},
        "github": {"archive.json": constant("platforms/github.rs", "ARCHIVE")},
        "gharchive": {"2020-05-01-10.json": constant("platforms/github.rs", "HOUR")},
        "mediawiki": {"club.xml": constant("platforms/mediawiki.rs", "DUMP")},
        "reddit": {"RC_2020-05": constant("platforms/reddit.rs", "DUMP")},
        "perceval": {"items.json": items()},
        "git": {"cake/log.txt": constant("platforms/git.rs", "FULLER")},
        "x": {"data/tweets.js": constant("platforms/personal.rs", "TWEETS")},
        "facebook": {
            "comments.json": '{"comments_v2": [{"timestamp": 1588320060, "title": "Ann replied to Bo\'s comment.",'
            ' "data": [{"comment": {"comment": "Yes \\u00c3\\u00a9", "author": "Ann"}}]}]}'
        },
        "linkedin": {"Shares.csv": "Date,ShareLink,ShareCommentary\n2020-05-01 10:00:00,urn:li:share:1,a\n"},
        "yammer": {"Messages.csv": constant("platforms/personal.rs", "MESSAGES")},
        "csv": {"x.csv": table},
        "ndjson": {"x.ndjson": rows},
    }
    found = {name: {file: text.encode() for file, text in files.items()} for name, files in plain.items()}
    found["parquet"] = {"x.parquet": parquet.getvalue()}
    found["zip"] = {"x.zip": packed("x.csv", table)}
    found["zip of a dump"] = {"dump.zip": packed("Posts.xml", plain["stackexchange"]["Posts.xml"])}
    found["gzip"] = {"x.csv.gz": gzip.compress(table.encode(), mtime=0)}
    return found


SAMPLES = samples()
NUMBERS = (
    b"0",
    b"-1",
    b"99999999999999999999999",
    b"9223372036854775807",
    b"1e400",
    b"300000",
    b"NaN",
    b"-0.0",
    b"1e-9",
)
PIECES = (
    b"\0",
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"\\ud800",
    b"<![CDATA[",
    b"&a;",
    b"<!DOCTYPE a [<!ENTITY a '&a;'>]>",
    b"null",
    b"[]",
    b"{}",
    b'"',
    b"\n\n",
    b"\r",
    b"-->",
    b"[" * 3000,
    b"<a>" * 3000,
    b'{"a":' * 3000,
    b"../",
    b"9" * 400,
    "\N{ZERO WIDTH JOINER}\N{RIGHT-TO-LEFT OVERRIDE}".encode(),
)


def broken(content: bytes, dice: random.Random) -> bytes:
    """The content with one to six faults."""
    spoilt = bytearray(content)
    for _ in range(dice.randint(1, 6)):
        at, to = sorted((dice.randint(0, len(spoilt)), dice.randint(0, len(spoilt))))
        to = min(to, at + 200)
        match dice.randrange(9):
            case 0 if spoilt:
                spoilt[min(at, len(spoilt) - 1)] ^= 1 << dice.randrange(8)
            case 1:
                del spoilt[at:to]
            case 2:
                spoilt[at:at] = spoilt[at:to] * dice.choice((1, 1, 2, 50))
            case 3:
                place = dice.randint(0, len(spoilt))
                spoilt[place:place] = spoilt[at:to]
            case 4:
                spoilt[at:at] = dice.choice(PIECES)
            case 5:
                runs = list(re.finditer(rb"-?\d+(?:\.\d+)?", bytes(spoilt)))
                if runs:
                    run = dice.choice(runs)
                    spoilt[run.start() : run.end()] = dice.choice(NUMBERS)
            case 6:
                values = list(re.finditer(rb'"[^"]*"', bytes(spoilt)))
                if values:
                    value = dice.choice(values)
                    spoilt[value.start() : value.end()] = dice.choice((b"null", b"[]", b"{}", b"7", b"true", b'""'))
            case 7 if dice.random() < 0.3:
                del spoilt[at:]
            case _:
                # Bytes that may be lengths.
                spoilt[at : at + 4] = dice.choice((b"\xff\xff\xff\x7f", b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x80" * 4))
    return bytes(spoilt)


def cases(seconds: float, first: int) -> Iterator[tuple[str, int]]:
    """Each reader with each of twelve seeds, and on until the time is over."""
    end = time.monotonic() + seconds
    for seed in itertools.count(first):
        if seed >= first + SEEDS and time.monotonic() > end:
            return
        for name in SAMPLES:
            yield name, seed


def attempt(name: str, seed: int, folder: Path) -> bool:
    """Reads a broken export; whether it could be read."""
    (target, content), *others = SAMPLES[name].items()
    dice = random.Random(f"{name} {seed}")
    for file, whole in ((target, broken(content, dice)), *others):
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(whole)
    source = folder if others or dice.random() < 0.5 else folder / target
    began = time.process_time()
    try:
        community = cw.read(source, time_zone="UTC")
    except CommonwealError as error:
        community, fault = None, str(error)
    assert time.process_time() - began < LONGEST
    if community is None:
        assert 0 < len(fault) < LONGEST_FAULT
        return False
    counts = dict(community.quality().select("check", "count").iter_rows())
    # An export in which nothing was found has no account.
    assert counts.get("rows kept", 0) == community.n_events == community.events.height
    if community.span is not None:
        assert EARLIEST <= community.span[0] <= community.span[1] <= LATEST
    return True


@pytest.mark.parametrize("name", SAMPLES)
def test_whole_exports_are_read(name: str, tmp_path: Path) -> None:
    for file, whole in SAMPLES[name].items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_bytes(whole)
    (file, *others) = SAMPLES[name]
    assert cw.read(tmp_path if others else tmp_path / file, time_zone="UTC").n_events > 0


@pytest.mark.parametrize("name", [name for name in SAMPLES if next(iter(SAMPLES[name].values()))[:1] in b"[{"])
def test_half_an_emoji_spoils_no_export_of_json(name: str, tmp_path: Path) -> None:
    # A platform that cuts texts after so many UTF-16 units leaves the first half of a pair.
    halves = 0
    for file, whole in SAMPLES[name].items():
        spoilt, found = re.subn(rb'("(?:text|content|message|body|cooked|name|username)": ?")', rb"\1\\ud83d", whole)
        halves += found
        for folder, content in (("whole", whole), ("spoilt", spoilt)):
            (tmp_path / folder / file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / folder / file).write_bytes(content)
    (file, *others) = SAMPLES[name]
    read = {
        folder: cw.read(tmp_path / folder / ("" if others else file), time_zone="UTC") for folder in ("whole", "spoilt")
    }
    assert read["spoilt"].n_events == read["whole"].n_events
    noted = dict(read["spoilt"].quality().select("check", "count").iter_rows())
    assert noted.get("note: halves of surrogate pairs, replaced by U+FFFD", 0) == halves


def test_broken_exports_are_refused_or_accounted_for(tmp_path: Path) -> None:
    seconds = float(os.environ.get("COMMONWEAL_MUTATIONS", "0"))
    first = int(os.environ.get("COMMONWEAL_SEED", "0"))
    tried = {name: [0, 0] for name in SAMPLES}
    # Where a reading never ends, this ends it and says where.
    faulthandler.dump_traceback_later(seconds + 300, exit=True)
    try:
        for name, seed in cases(seconds, first):
            folder = tmp_path / "export"
            folder.mkdir()
            try:
                tried[name][attempt(name, seed, folder)] += 1
            except BaseException as error:
                raise AssertionError(f"{name}, seed {seed}: {type(error).__name__}: {error}") from error
            shutil.rmtree(folder)
    finally:
        faulthandler.cancel_dump_traceback_later()
    refused, read = (sum(counts[side] for counts in tried.values()) for side in (0, 1))
    assert min(refused, read) >= 50, f"{read} read, {refused} refused: both must be tried"
