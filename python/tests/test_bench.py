"""commonweal bench: what it measures, and when it says that something has become slower."""

import json
from pathlib import Path

import polars as pl
import pytest
from test_cli import run

import commonweal as cw
from commonweal import _arguments, _bench

GROWTH = 'adoption.growth={"every": "1mo"}'


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory, community: cw.Community) -> Path:
    path = tmp_path_factory.mktemp("bench") / "events.parquet"
    community.events.write_parquet(path)
    return path


def test_a_baseline_is_written_kept_and_broken(source: Path, tmp_path: Path) -> None:
    baseline = tmp_path / "baseline.json"
    how = ("bench", source, "--kpi", GROWTH, "--kpi", "response.waiting", "--runs", 2, "--baseline", baseline)
    done = run(*how)
    assert (done.returncode, done.stderr) == (
        2,
        f"commonweal: --baseline {baseline}: there is no such file; make it with --update\n",
    )
    done = run(*how, "--update")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    told = json.loads(baseline.read_text())
    assert list(told["measured"]) == ["read", "adoption.growth", "response.waiting"]
    assert told["measured"]["adoption.growth"]["options"] == {"every": "1mo"}
    assert told["events"] == pl.read_parquet(source).height
    assert all(it["cpu_seconds"] > 0 and it["runs"] == 2 for it in told["measured"].values())
    # Nothing takes a hundred times as long as just now.
    done = run(*how, "--tolerance", 99, "-o", tmp_path / "now.json")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert json.loads((tmp_path / "now.json").read_text())["slower"] == {}
    # What the baseline does not know is not passed over in silence.
    done = run(*how, "--kpi", "engagement.rhythm", "--tolerance", 99, "-o", tmp_path / "now.json")
    assert (done.returncode, done.stderr) == (
        0,
        "commonweal: the baseline knows nothing of engagement.rhythm; write it anew with --update\n",
    )
    told["measured"]["read"]["relative"] /= 1000
    baseline.write_text(json.dumps(told))
    done = run(*how, "--tolerance", 0)
    now = json.loads(done.stdout)
    assert done.returncode == 3
    assert "read" in now["slower"]
    assert now["slower"]["read"]["change"] > 1
    assert (
        f"commonweal: read takes {now['slower']['read']['change']:.0%} longer than the baseline says\n" in done.stderr
    )
    # What seemed slower was measured again before it was said to be.
    assert now["measured"]["read"]["runs"] == 2 * (1 + _bench.AGAIN)


def test_a_baseline_of_something_else_is_refused(source: Path, tmp_path: Path) -> None:
    baseline = tmp_path / "baseline.json"
    how = ("bench", source, "--runs", 1, "--baseline", baseline)
    baseline.write_text('{"measured": {"read": {}}}')
    assert "is not what commonweal bench wrote" in run(*how, "--kpi", GROWTH).stderr
    measured = {"adoption.growth": {"options": {"every": "1w"}, "relative": 1.0}}
    baseline.write_text(json.dumps({"measured": measured, "events": 7}))
    assert "is of 7 events, the input has" in run(*how, "--kpi", GROWTH).stderr
    events = pl.read_parquet(source).height
    baseline.write_text(json.dumps({"measured": measured, "events": events}))
    done = run(*how, "--kpi", GROWTH)
    assert (done.returncode, done.stdout) == (2, "")
    assert 'adoption.growth was measured with {"every": "1w"}, now with {"every": "1mo"}' in done.stderr


FAULTS = [
    (["--update"], "--update needs --baseline"),
    (["--kpi", "adoption.speed"], "there is no KPI 'adoption.speed'; the KPIs are "),
    (["--kpi", 'adoption.growth={"evry": "1w"}'], "evry"),
    (["--kpi", "adoption.growth=weekly"], "--kpi must be JSON"),
]


@pytest.mark.parametrize(("arguments", "message"), FAULTS, ids=[" ".join(f[0]) for f in FAULTS])
def test_faults(source: Path, arguments: list[str], message: str) -> None:
    done = run("bench", source, *arguments)
    assert message in done.stderr
    assert (done.returncode, done.stdout) == (2, "")


def test_all_kpis_by_default() -> None:
    assert list(_arguments.chosen([])) == list(cw.kpis()["kpi"])


def test_the_least_of_the_turns(community: cw.Community) -> None:
    asked: dict[str, dict[str, object]] = {"adoption.growth": {}, "network.edges": {}, "adoption.diffusion": {}}
    bench = _bench.Bench(lambda: community, asked)
    bench.turn()
    first = bench.relative()
    assert set(first) == {"read", *asked}
    bench.turn(["adoption.growth"])
    assert bench.report()["measured"]["adoption.growth"]["runs"] == 2
    before = {"measured": {"adoption.growth": {"relative": 0.0}, "read": {"relative": 99.0}}}
    changes = {it.name: it for it in _bench.changes(bench, before)}
    assert changes["network.edges"].change is None
    assert changes["read"].change is not None
    assert changes["read"].change < 0


def test_what_is_slower() -> None:
    changes = [
        _bench.Change("same", 1.0, 1.2),
        _bench.Change("slower", 1.0, 1.3),
        _bench.Change("new", None, 9.0),
        _bench.Change("too short to tell", 0.001, 0.02),
    ]
    assert [it.name for it in _bench.slower(changes, 0.25)] == ["slower"]


def test_what_does_not_fit_is_left_out_unless_it_was_asked_for(source: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare.parquet"
    pl.read_parquet(source).head(200).select("time", "member", "kind").write_parquet(bare)
    done = run("bench", bare, "--runs", 1, "-o", tmp_path / "now.json")
    assert done.returncode == 0
    assert "network.silos is left out: unit must be one of the columns" in done.stderr
    measured = json.loads((tmp_path / "now.json").read_text())["measured"]
    assert "adoption.growth" in measured
    assert "network.silos" not in measured
    done = run("bench", bare, "--runs", 1, "--kpi", "network.silos")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("commonweal: --kpi network.silos: unit must be one of the columns")
