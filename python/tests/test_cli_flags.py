"""The command tells of an option as it is typed, wherever it is refused."""

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from commonweal.cli import app

Files = Callable[[str], Path]

FIRST, MEMBERS = "kpi response.first_response E", "kpi adoption.active_members E"
KEY = "kpi quality E --pseudonymise-key-file K"
DATABASE = "kpi quality sqlite:///x.db"

REFUSED = [
    (FIRST, "--min-group -1", "--min-group must be a whole number of members, 0 to"),
    (KEY, "--min-group -1", "--min-group must be a whole number, 0 or more"),
    ("report E -o R", "--min-group -1", "--min-group must be a whole number of members, 0 or more"),
    ("watch E -o R --renders 1", "--min-group -1", "--min-group must be a whole number of members, 0 or more"),
    (FIRST, "--every 5x", "--every must be one of '1d', '1w', '1mo', '1q', '1y', or all, got '5x'"),
    (FIRST, "--option bots=3", "--option bots must be true or false, got 3"),
    ("kpi response.backlog E", "--every all", "--every must be one of"),
    (FIRST, "--by nope", '--by: there is no column "nope"'),
    (FIRST, "--by channel --by channel", "--by must be columns that differ"),
    (FIRST, "--within soon", "--within must be a length"),
    (FIRST, "--within 1h --within 1h", "--within must be lengths that differ"),
    ("kpi network.flow E", "--within 1h", "network.flow has no option --within; its options are "),
    ("kpi adoption.funnel E", "--within 1h --within 2h", "--within must be one length, of adoption.funnel, got 1h, 2h"),
    (FIRST, "--responder me", "--responder must be one of"),
    (FIRST, '--hours {"zone":"x"}', "--hours: zone must be an IANA time zone"),
    (FIRST, '--hours {"zone":"UTC","week":{"x":[]}}', "--hours: week must be by weekdays"),
    ("kpi adoption.rolling_active E", "--window 0d", "--window must be a length"),
    (MEMBERS, "--activity x", "--activity must be one of"),
    (MEMBERS, "--activity present", '--activity must be "contributing" for events without views'),
    (FIRST, "--window 1d", "has no option --window; its options are --bots, --by, --option confidence, --every,"),
    ("kpi response.curve E", "--option speed=1", "has no option --option speed; its options are "),
    (FIRST, "--option confidence=7", "--option confidence must be between 0 and 1"),
    (FIRST, "--within 1h --option within=soon", "--option within must be a length"),
    (FIRST, "--format-in xlsx", "--format-in must be one of"),
    (FIRST, '--mapping {"x":"y"}', "--mapping must be a mapping of our columns"),
    (FIRST, '--mapping {"member":3}', "--mapping['member'] must be the name of a column"),
    (FIRST, "--time-zone Mars", "--time-zone must be the name of an IANA time zone"),
    (FIRST, "--tz Mars", "--tz must be the name of an IANA time zone"),
    (FIRST, "--as-of soon", "--as-of must be a datetime with a zone, a date"),
    (FIRST, "--as-of soon --memory-limit 1GB", "--as-of must be a datetime with a zone, a date"),
    (FIRST, "--memory-limit much", "--memory-limit must be a number of bytes"),
    (FIRST, "--identities phone", "--identities must be some of"),
    (DATABASE, "--preset x", "--preset must be one of"),
    (DATABASE, "--preset discourse --query x", "--query and --preset must be one of the two"),
    ("report E -o R", "--logo x.gif", "--logo must be a picture"),
    ("bench E", "--tz Mars", "--tz must be the name of an IANA time zone"),
    ("bench E", '--kpi response.curve={"confidence":7}', "--kpi response.curve: confidence must be between"),
    ("bench E", '--kpi network.silos={"unit":"x"}', "--kpi network.silos: unit must be one of"),
    ("simulate -o S", "--members 0", "--members must be a whole number"),
    ("simulate -o S", "--days 0", "--days must be a whole number"),
    ("simulate -o S", "--seed -1", "--seed must be a whole number"),
    ("kpi quality", "", "INPUT must be a file, a folder"),
]


@pytest.mark.parametrize(("command", "options", "message"), REFUSED, ids=[f"{c} {o}" for c, o, _ in REFUSED])
def test_an_option_is_told_as_it_is_typed(
    command: str, options: str, message: str, table_file: Files, tmp_path: Path
) -> None:
    key = tmp_path / "secret.key"
    key.write_text("a key that nobody guesses\n")
    places = {"E": table_file("e.parquet"), "K": key, "R": tmp_path / "r.html", "S": tmp_path / "s.csv"}
    typed = [str(places.get(word, word)) for word in f"{command} {options}".split(" ")]
    done = CliRunner().invoke(app, typed)
    assert done.exit_code == 2
    assert done.output.startswith("commonweal: ")
    assert message in done.output
    if "has no option" not in message:
        assert done.output.startswith(f"commonweal: {message}")


def test_what_a_file_lacks_is_told_as_it_is_typed(tmp_path: Path) -> None:
    source = tmp_path / "e.csv"
    source.write_text("time,member,kind\n2026-01-05 12:00:00,ana,post\n")
    for more in ([], ["--memory-limit", "1GB"]):
        done = CliRunner().invoke(app, ["kpi", "quality", str(source), *more])
        assert done.exit_code == 1
        assert "name it with the option --time-zone, as in" in done.output


def test_a_file_that_is_called_like_an_option_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["kpi", "quality", "members"])
    assert (done.exit_code, done.output) == (1, "commonweal: members: there is no such file or folder\n")
