"""Tables on an object store: one of our own, that speaks as much of S3 as is asked of it."""

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

import polars as pl
import pytest
from typer.testing import CliRunner

import commonweal as cw
from commonweal.cli import app
from commonweal.exceptions import OptionError, SourceError

ENTRY = (
    "<Contents><Key>{}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>1</ETag>"
    "<Size>{}</Size></Contents>"
)


@dataclass
class Store:
    """The files of a folder as the objects of the bucket `club`."""

    folder: Path
    options: dict[str, str]
    asked: list[str] = field(default_factory=list)

    def listed(self, prefix: str) -> bytes:
        paths = [path for path in sorted(self.folder.rglob("*")) if path.is_file()]
        keys = [(path.relative_to(self.folder).as_posix(), path.stat().st_size) for path in paths]
        entries = "".join(ENTRY.format(escape(key), size) for key, size in keys if key.startswith(prefix))
        return f"<ListBucketResult><IsTruncated>false</IsTruncated>{entries}</ListBucketResult>".encode()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    folder = tmp_path / "club"
    folder.mkdir()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            pass

        def do_GET(self) -> None:
            url = urlsplit(self.path)
            asked = parse_qs(url.query)
            there.asked.append(url.path)
            path = folder.parent / unquote(url.path).lstrip("/")
            headers = {"ETag": "1", "Last-Modified": "Thu, 01 Jan 2026 00:00:00 GMT", "Accept-Ranges": "bytes"}
            status = 200
            if "list-type" in asked:
                content = there.listed(asked.get("prefix", [""])[0])
            elif path.is_file():
                content = path.read_bytes()
                if span := re.fullmatch(r"bytes=(\d*)-(\d*)", self.headers.get("Range", "")):
                    size = len(content)
                    start = int(span[1]) if span[1] else max(0, size - int(span[2]))
                    end = min(int(span[2]) + 1, size) if span[1] and span[2] else size
                    headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
                    content, status = content[start:end], 206
            else:
                content, status = b"<Error><Code>NoSuchKey</Code></Error>", 404
            self.send_response(status)
            for name, value in (headers | {"Content-Length": str(len(content))}).items():
                self.send_header(name, value)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(content)

        def do_HEAD(self) -> None:
            self.do_GET()

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        options = {
            "aws_endpoint_url": f"http://127.0.0.1:{server.server_port}",
            "aws_allow_http": "true",
            "aws_access_key_id": "ana",
            "aws_secret_access_key": "s3cr3t",
            "aws_region": "eu-north-1",
        }
        there = Store(folder, options)
        yield there
        server.shutdown()


def fill(store: Store, community: cw.Community, suffix: str) -> None:
    frame = community.events.with_columns(time=pl.col("time").dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ"))
    (store.folder / "events").mkdir()
    for part in range(3):
        path = store.folder / "events" / f"2026-{part}.{suffix}"
        rows = frame.gather_every(3, part)
        if suffix == "parquet":
            rows.write_parquet(path)
        elif suffix == "csv":
            rows.write_csv(path, separator=";")
        else:
            rows.write_ndjson(path)


@pytest.mark.parametrize("suffix", ["parquet", "csv", "ndjson"])
def test_tables_are_what_they_are_as_files(store: Store, community: cw.Community, suffix: str) -> None:
    fill(store, community, suffix)
    assert community.members is not None
    community.members.write_parquet(store.folder / "people.parquet")
    here = cw.read(store.folder / "events", members=store.folder / "people.parquet")
    there = cw.read(
        f"s3://club/events/2026-*.{suffix}", members="s3://club/people.parquet", storage_options=store.options
    )
    assert here.n_events == there.n_events == community.n_events
    assert there.events.sort("id").select(here.events.columns).equals(here.events.sort("id"))
    assert there.response.first_response(by="department").equals(here.response.first_response(by="department"))
    one = cw.read(f"s3://club/events/2026-1.{suffix}", storage_options=store.options)
    assert one.n_events == cw.read(store.folder / "events" / f"2026-1.{suffix}").n_events


def test_columns_and_privacy_hold(store: Store, community: cw.Community) -> None:
    fill(store, community, "parquet")
    key = cw.Privacy(pseudonymise="a key that nobody guesses")
    where = Path("s3://club/events/2026-0.parquet")
    few = cw.read(where, columns=["time", "member", "kind"], privacy=key, storage_options=store.options)
    assert few.events["member"].drop_nulls().str.starts_with("m-").all()
    assert few.events["channel"].null_count() == few.n_events
    with pytest.raises(SourceError, match=r"s3://club/events/2026-0\.parquet: columns names \"salary\"") as caught:
        cw.read(where, columns=["time", "member", "kind", "salary"], storage_options=store.options)
    assert "commonweal-" not in str(caught.value)


def test_over_the_web(store: Store, community: cw.Community) -> None:
    fill(store, community, "parquet")
    where = store.options["aws_endpoint_url"] + "/club/events/2026-2.parquet"
    assert cw.read(where).n_events == cw.read(store.folder / "events" / "2026-2.parquet").n_events
    with pytest.raises(SourceError) as caught:
        cw.read(where.replace("2026-2", "2027-2") + "?signature=s3cr3t")
    assert "s3cr3t" not in str(caught.value)
    assert "2027-2.parquet: cannot be read (" in str(caught.value)


def test_the_command_line(store: Store, community: cw.Community, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(store, community, "parquet")
    for name, value in store.options.items():
        monkeypatch.setenv(name.upper(), value)
    ran = CliRunner().invoke(app, ["kpi", "engagement.activity", "s3://club/events/*.parquet", "--min-group", "0"])
    assert ran.exit_code == 0, ran.output
    posts = cw.read(store.folder / "events").engagement.activity()["posts"].item()
    assert ran.output.splitlines()[1].startswith(f"{posts},")


@pytest.mark.parametrize(
    ("where", "options", "error", "message"),
    [
        ("s3://club/none.parquet", {}, SourceError, r"^s3://club/none\.parquet: cannot be read \(.*not found"),
        ("s3://club/none/*.parquet", {}, SourceError, r"^s3://club/none/\*\.parquet: cannot be read \("),
        ("s3://club/table", {}, SourceError, r"^s3://club/table: does not say what it is; name it with format="),
        ("s3://club/export.zip", {}, SourceError, "does not say what it is.* Other exports are read from files"),
        ("s3://club/x.parquet", {"format": "slack"}, OptionError, "for an address: other exports are read from files"),
        ("s3://club/x.parquet", {"format": "what"}, OptionError, "format must be one of"),
        ("s3://club/no.csv", {}, SourceError, "^s3://club/no.csv: no column for `time`"),
    ],
)
def test_faults(store: Store, where: str, options: dict[str, Any], error: type[Exception], message: str) -> None:
    (store.folder / "no.csv").write_text("a,b\n1,2\n")
    with pytest.raises(error, match=message) as caught:
        cw.read(where, storage_options=store.options, **options)
    assert "s3cr3t" not in str(caught.value)


def test_options_for_files_are_no_options_for_stores(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("time,member,kind\n2026-01-05T12:00:00Z,ana,post\n")
    with pytest.raises(OptionError, match="storage_options is for an address") as caught:
        cw.read(tmp_path / "x.csv", storage_options={"aws_secret_access_key": "s3cr3t"})
    assert "s3cr3t" not in str(caught.value)
    with pytest.raises(SourceError, match=r"^s3://club/x\.csv: is an address, and scan reads files"):
        cw.scan("s3://club/x.csv")
