"""The command, as a process: output, exit codes, no tracebacks."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import polars as pl
import pytest

Files = Callable[[str], Path]


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "commonweal", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, encoding="utf-8", check=False)
    assert "Traceback" not in done.stderr
    return done


def test_kpi_as_csv(table_file: Files) -> None:
    done = run("kpi", "response.first_response", table_file("e.parquet"), "--within", "1h", "--within", "1d")
    assert (done.returncode, done.stderr) == (0, "")
    header, first, second = done.stdout.splitlines()
    assert header.split(",")[:4] == ["within_seconds", "n", "answered", "unanswered"]
    assert first.startswith("3600.0,3,2,1,")
    assert second.startswith("86400.0,3,2,1,")


def test_kpi_as_json(table_file: Files) -> None:
    done = run("kpi", "engagement.activity", table_file("e.csv"), "--every", "1d", "--format", "json")
    (row,) = json.loads(done.stdout)
    assert (row["period"], row["posts"], row["replies"]) == ("2026-01-05", 3, 2)


def test_kpi_as_parquet(table_file: Files, tmp_path: Path) -> None:
    done = run("kpi", "response.curve", table_file("e.ndjson"), "-o", tmp_path / "c.parquet")
    assert (done.returncode, done.stdout) == (0, "")
    assert pl.read_parquet(tmp_path / "c.parquet").schema["time"] == pl.Duration("us")


def test_small_groups_are_suppressed_by_default(table_file: Files) -> None:
    source = table_file("e.parquet")
    suppressed = run("kpi", "engagement.activity", source, "--by", "channel", "--format", "json")
    assert all(row["suppressed"] and row["posts"] is None for row in json.loads(suppressed.stdout))
    shown = run("kpi", "engagement.activity", source, "--by", "channel", "--min-group", 0, "--format", "json")
    assert [(row["channel"], row["posts"]) for row in json.loads(shown.stdout)] == [("general", 1), ("help", 2)]


def test_one_length_is_no_list(table_file: Files) -> None:
    source = table_file("e.parquet")
    done = run("kpi", "engagement.conversations", source, "--within", "2h", "--format", "json")
    # The third post was made as observation ended.
    assert [(row["threads"], row["replies"]) for row in json.loads(done.stdout)] == [(2, 1)]


def test_any_option_by_name(table_file: Files) -> None:
    source = table_file("e.parquet")
    wide, narrow = (
        json.loads(run("kpi", "adoption.active_members", source, "--every", "1y", "--format", "json", *more).stdout)
        for more in (("--option", "confidence=0.99"), ())
    )
    assert wide[0]["active"] == narrow[0]["active"] == 3


def test_kpis() -> None:
    done = run("kpis")
    assert done.returncode == 0
    assert "response.first_response" in done.stdout


def test_simulate_and_report(tmp_path: Path) -> None:
    folder, page = tmp_path / "simulated", tmp_path / "r.html"
    assert run("simulate", "-o", folder, "--members", 80, "--days", 60, "--seed", 3).returncode == 0
    assert sorted(path.name for path in folder.iterdir()) == ["events.parquet", "members.parquet", "truth.json"]
    done = run("report", folder, "-o", page, "--title", "Ours")
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, str(page), "")
    text = page.read_text(encoding="utf-8")
    assert "<title>Ours</title>" in text
    assert "Who answers" in text


def test_simulate_one_file(tmp_path: Path) -> None:
    assert run("simulate", "-o", tmp_path / "e.csv", "--members", 20, "--days", 20).returncode == 0
    assert pl.read_csv(tmp_path / "e.csv").height > 0


def test_members_and_mapping(table_file: Files, tmp_path: Path) -> None:
    table = pl.read_parquet(table_file("e.parquet")).rename({"member": "user_id"})
    table.write_parquet(tmp_path / "m.parquet")
    (tmp_path / "people.csv").write_text("member,role\nana,staff\nbo,bot\n")
    done = run(
        *("kpi", "adoption.active_members", tmp_path / "m.parquet", "--every", "1y", "--format", "json"),
        *("--mapping", '{"member": "user_id"}', "--members", tmp_path / "people.csv"),
    )
    assert json.loads(done.stdout)[0]["active"] == 2


FAULTS = [
    (1, ["kpi", "quality", "nowhere.parquet"], "nowhere.parquet: there is no such file or folder"),
    (1, ["report", "nowhere"], "nowhere: there is no such file or folder"),
    (2, ["kpi", "response.speed", "E"], "there is no KPI 'response.speed'; the KPIs are "),
    (2, ["kpi", "response.first_respons", "E"], "'response.first_respons'; did you mean response.first_response?"),
    (2, ["kpi", "adoption.active", "E"], "'adoption.active'; did you mean adoption.active_members"),
    (2, ["kpi", "grwth", "E"], "there is no KPI 'grwth'; did you mean adoption.growth?"),
    (2, ["kpi", "E", "quality"], "is a file or a folder: the name of a KPI comes before it"),
    (2, ["kpi", "growth", "E"], "there is no KPI 'growth'; did you mean adoption.growth?"),
    (2, ["kpi", "quality", "E", "--within", "1h"], "quality has no option --within; its options are "),
    (2, ["kpi", "engagement.activity", "E", "--every", "5x"], "--every must be one of '1d', '1w', "),
    (2, ["kpi", "engagement.activity", "E", "--by", "shoe_size"], "shoe_size"),
    (2, ["kpi", "engagement.activity", "E", "--option", "bots"], "--option must be name=value, got 'bots'"),
    (2, ["kpi", "engagement.activity", "E", "--format", "xlsx"], "--format must be one of csv, parquet, json"),
    (2, ["kpi", "engagement.activity", "E", "-o", "x.xlsx"], "--output must end in .csv, .parquet, .json"),
    (2, ["kpi", "engagement.activity", "E", "--mapping", "{"], "--mapping must be JSON or the path of a JSON file"),
    (2, ["kpi", "engagement.activity", "E", "--tz", "Mars/Base"], "--tz must be the name of an IANA time zone"),
    (2, ["kpi", "engagement.activity", "E", "--as-of", "soon"], "--as-of must be a datetime with a zone, a date"),
    (1, ["report", "E", "-o", "no/such/folder/r.html"], "no/such/folder/r.html: No such file or directory"),
    (2, ["report"], "Missing argument"),
    (2, ["bake"], "No such command"),
    (2, ["report", "a=E", "a=E"], "each INPUT needs a name of its own, got a, a"),
    (2, ["report", "E", "E", "--members", "E"], "--members goes with one INPUT"),
    (2, ["report", "E", "--keep", "team"], "--keep goes with --pseudonymise-key-file"),
    (2, ["report", "E", "--query", "SELECT 1"], "--preset and --query are for an INPUT that is a database"),
    (
        2,
        ["report", "E", "--identities", "phone"],
        "--identities must be some of 'account', 'email', 'handle', 'name', got 'phone'",
    ),
    (1, ["report", "E", "--pseudonymise-key-file", "no.key"], "no.key: No such file or directory"),
    (2, ["watch", "sqlite:///x.db", "--query", "x"], "a database or an address cannot be watched"),
    (2, ["kpi", "quality", "mysql://ana:s3cr3t@host/db", "--query", "x"], "such as postgresql://user@host/name"),
    (
        2,
        ["simulate", "-o", "x.parquet", "--members", "0"],
        "--members must be a whole number from 20 to 10000000, got 0",
    ),
]


@pytest.mark.parametrize(("code", "arguments", "message"), FAULTS, ids=[" ".join(f[1]) for f in FAULTS])
def test_faults(code: int, arguments: list[str], message: str, table_file: Files) -> None:
    source = str(table_file("e.parquet"))
    done = run(*(argument.replace("E", source) if argument in ("E", "a=E") else argument for argument in arguments))
    assert message in done.stderr
    assert (done.returncode, done.stdout) == (code, "")
    assert "s3cr3t" not in done.stderr


def test_several_sources_are_one_community(table_file: Files) -> None:
    forum, chat = table_file("e.parquet"), table_file("f.csv")
    options = ("--by", "source", "--min-group", "0", "--format", "json")
    named = run("kpi", "engagement.activity", f"forum={forum}", f"chat={chat}", *options)
    assert [(row["source"], row["posts"], row["contributors"]) for row in json.loads(named.stdout)] == [
        ("chat", 3, 3),
        ("forum", 3, 3),
    ]
    apart = run("kpi", "adoption.active_members", forum, chat, "--every", "1y", "--format", "json")
    assert json.loads(apart.stdout)[0]["active"] == 6


def test_accounts_of_one_person_are_joined(table_file: Files, small: pl.DataFrame, tmp_path: Path) -> None:
    for name in ("e", "f"):
        mails = small.with_columns(pl.col("member") + "@example.org")
        mails.write_parquet(tmp_path / f"{name}.parquet")
    both = (f"forum={tmp_path / 'e.parquet'}", f"list={tmp_path / 'f.parquet'}")
    for rules, active in (((), 6), (("--identities", "email,handle"), 3), (("--identities", "handle"), 6)):
        done = run("kpi", "adoption.active_members", *both, *rules, "--every", "1y", "--format", "json")
        assert json.loads(done.stdout)[0]["active"] == active


def test_privacy(table_file: Files, small: pl.DataFrame, tmp_path: Path) -> None:
    source, key = tmp_path / "e.parquet", tmp_path / "secret.key"
    small.with_columns(text=pl.lit("write to ana@example.org"), team=pl.lit("blue")).write_parquet(source)
    key.write_text("a key that nobody guesses\n")
    members = ("kpi", "engagement.members", source, "--min-group", "0", "--format", "json")
    plain = json.loads(run(*members).stdout)
    hidden = json.loads(run(*members, "--pseudonymise-key-file", key).stdout)
    assert sorted(row["member"] for row in plain) == ["ana", "bo", "cy"]
    assert all(row["member"].startswith("m-") and len(row["member"]) == 34 for row in hidden)
    again = json.loads(run(*members, "--pseudonymise-key-file", key, "--keep", "team", "--by", "team").stdout)
    assert {row["member"] for row in again} == {row["member"] for row in hidden}
    assert {row["team"] for row in again} == {"blue"}
    gone = json.loads(run(*members, "--erase", "ana").stdout)
    assert sorted(row["member"] for row in gone) == ["bo", "cy"]
    quality = ("kpi", "quality", source, "--format", "json")
    counts = {row["check"]: row["count"] for row in json.loads(run(*quality, "--drop-text").stdout)}
    assert counts["messages without text"] == 5
    both = run(*members, "--pseudonymise-key-file", key, "--identities", "email")
    assert (both.returncode, "--identities needs the names" in both.stderr) == (2, True)
    key.write_text("short")
    done = run(*members, "--pseudonymise-key-file", key)
    assert done.returncode == 2
    assert "--pseudonymise-key-file must hold 16 letters or more" in done.stderr


def test_a_database(small: pl.DataFrame, tmp_path: Path) -> None:
    path = tmp_path / "chat.db"
    with closing(sqlite3.connect(path)) as chat:
        chat.execute("CREATE TABLE said (time TEXT, member TEXT, kind TEXT, thread TEXT)")
        rows = small.select(pl.col("time").dt.strftime("%Y-%m-%dT%H:%M:%SZ"), "member", "kind", "thread").rows()
        chat.executemany("INSERT INTO said VALUES (?, ?, ?, ?)", rows)
        chat.commit()
    asked = tmp_path / "asked.sql"
    asked.write_text("SELECT * FROM said;\n")
    for query in ("SELECT * FROM said", asked):
        done = run(
            "kpi", "engagement.activity", f"sqlite:///{path}", "--query", query, "--every", "1d", "--format", "json"
        )
        assert [(row["posts"], row["replies"]) for row in json.loads(done.stdout)] == [(3, 2)]


def test_a_reader_that_goes_away(table_file: Files) -> None:
    command = f"{sys.executable} -m commonweal kpi sentiment.messages {table_file('e.parquet')} | true"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=100, check=False)
    assert done.stderr == ""


def test_version_and_help() -> None:
    assert run("--version").stdout.startswith("commonweal")
    assert "Exit codes" in run("--help").stdout


def test_a_report_of_one_time_beside_another(table_file: Files, tmp_path: Path) -> None:
    target = tmp_path / "r.html"
    times = ("--between", "2026-01-05T13:00:00Z..2026-01-06", "--compare", "2026-01-05..2026-01-05T13:00:00Z")
    done = run("report", table_file("e.parquet"), "-o", target, "--theme", "dark", *times)
    assert (done.returncode, done.stdout.strip()) == (0, str(target))
    html = target.read_text(encoding="utf-8")
    assert "How does this community differ from 2026-01-05 to 2026-01-05T13:00:00Z?" in html
    other = run(
        "report", table_file("e.parquet"), "-o", target, "--compare", table_file("f.csv"), "--compare-name", "it"
    )
    assert other.returncode == 0
    assert "How does this community differ from it?" in target.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--theme", "pink"), "--theme must be one of light, dark, auto, got 'pink'"),
        (("--between", "2026-01-05"), "--between must be START..END, such as 2026-01-01..2026-04-01"),
        (("--compare", "2026-01-05.."), "--compare must be START..END"),
        (("--between", "soon..2026-01-06"), "the START of --between must be a datetime with a zone, a date, or either"),
        (("--between", "2026-01-05..2026-01-06T12:00"), "the END of --between must be a datetime with a zone: add"),
        (
            ("--compare", "2026-01-06..2026-01-05"),
            "the END of --compare must be after the START of --compare (2026-01-06T00:00:00+00:00), got '2026-01-05T00",
        ),
        (("--logo", "logo.gif"), "--logo must be a picture that ends in .png"),
    ],
)
def test_what_a_report_cannot_take(table_file: Files, options: tuple[str, ...], message: str) -> None:
    done = run("report", table_file("e.parquet"), *options)
    assert done.returncode == 2
    assert message in done.stderr


def test_watch_writes_again_when_the_input_changes(table_file: Files, small: pl.DataFrame, tmp_path: Path) -> None:
    source, target = table_file("e.parquet"), tmp_path / "live.html"
    options = ("-o", target, "--every", "0.05", "--renders", "2")
    command = [sys.executable, "-m", "commonweal", "watch", str(source), *map(str, options)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as watching:
        assert watching.stdout is not None
        assert watching.stdout.readline().strip().endswith(str(target))
        assert "5 events" in target.read_text(encoding="utf-8")
        small.head(4).write_parquet(source)
        assert watching.stdout.readline().strip().endswith(str(target))
        assert watching.wait(timeout=60) == 0
    assert "4 events" in target.read_text(encoding="utf-8")
    assert not list(tmp_path.glob(".*.part"))


def test_watch_outlives_a_file_that_is_no_good_yet(tmp_path: Path) -> None:
    source = tmp_path / "e.csv"
    source.write_text("no,events\n1,2\n")
    done = run("watch", source, "-o", tmp_path / "r.html", "--renders", 1)
    assert done.returncode == 0
    assert "commonweal: " in done.stderr
    assert not (tmp_path / "r.html").exists()


def test_within_a_limit_of_memory(table_file: Files, small: pl.DataFrame, tmp_path: Path) -> None:
    source = table_file("e.parquet")
    kpi = ("kpi", "response.first_response", source, "--by", "channel", "--min-group", 0)
    assert run(*kpi, "--memory-limit", "1GB").stdout == run(*kpi).stdout
    assert run("kpi", "quality", source, "--memory-limit", "1GB").stdout == run("kpi", "quality", source).stdout
    pages = tmp_path / "a.html", tmp_path / "b.html"
    times = ("--between", "2026-01-05..2026-01-06", "--compare", "2026-01-01..2026-01-05T13:30Z")
    for page, more in zip(pages, ((), ("--memory-limit", "1GB")), strict=True):
        done = run("report", source, "-o", page, *times, *more)
        assert (done.returncode, done.stderr) == (0, "")
    assert pages[0].read_bytes() == pages[1].read_bytes()
    for code, arguments, message in (
        (2, (source, source), "--memory-limit goes with one INPUT that is a table"),
        (2, (source, "--infer-threads"), "--infer-threads compares messages of the whole table"),
        (2, (source, "--between", "2026-01-06..soon"), "the END of --between must be a datetime with a zone, a date"),
        (2, (source, "--format-in", "slack"), "--memory-limit is for tables: Parquet, CSV or NDJSON, not slack"),
    ):
        done = run("report", *arguments, "--memory-limit", "1GB")
        assert (done.returncode, done.stdout) == (code, "")
        assert message in done.stderr
    done = run("report", source, "--memory-limit", "much")
    assert done.returncode == 2
    assert "--memory-limit must be a number of bytes, or a size such as" in done.stderr
