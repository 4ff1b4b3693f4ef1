"""What several tests share."""

import gc
import os
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import commonweal as cw

NOON = datetime(2026, 1, 5, 12, tzinfo=timezone.utc)
"""A Monday."""

SHARED = Path(__file__).parents[3] / "shared"
"""Real communities and results of other implementations, beside the clone; tests that need them skip where not."""

Row = tuple[Any, ...]


def events(*rows: Row, **columns: list[Any]) -> pl.DataFrame:
    """Events of (hours after NOON, member, kind, thread)."""
    schema = {"time": pl.Datetime("us", "UTC"), "member": pl.String, "kind": pl.String, "thread": pl.String}
    times = [(NOON + timedelta(hours=hours), *rest) for hours, *rest in rows]
    return pl.DataFrame(times, schema=schema, orient="row").with_columns(
        **{name: pl.Series(values) for name, values in columns.items()}
    )


@pytest.fixture(scope="session")
def community() -> cw.Community:
    """A simulated community with staff, bots, channels, departments and text."""
    return cw.datasets.simulate(members=150, days=120, seed=7)


@pytest.fixture(scope="session")
def few() -> cw.Community:
    """A smaller one, for tests that compute every KPI many times."""
    return cw.datasets.simulate(members=90, days=120, seed=7)


@pytest.fixture
def small() -> pl.DataFrame:
    """Three posts: one answered within the hour, one after five hours, one never."""
    return events(
        (0, "ana", "post", "t1"),
        (0.5, "bo", "reply", "t1"),
        (1, "bo", "post", "t2"),
        (6, "cy", "reply", "t2"),
        (7, "cy", "post", "t3"),
        channel=["general", "general", "help", "help", "help"],
    )


@pytest.fixture
def table_file(tmp_path: Path, small: pl.DataFrame) -> Callable[[str], Path]:
    """Writes the small events as a file of this name."""

    def write(name: str) -> Path:
        path = tmp_path / name
        if path.suffix == ".csv":
            small.with_columns(pl.col("time").dt.strftime("%Y-%m-%dT%H:%M:%SZ")).write_csv(path)
        elif path.suffix == ".ndjson":
            small.with_columns(pl.col("time").dt.strftime("%Y-%m-%dT%H:%M:%SZ")).write_ndjson(path)
        else:
            small.write_parquet(path)
        return path

    return write


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """As little room as if the limit of a scan were tight, so that there are many pieces and parts."""
    monkeypatch.setattr("commonweal._scan.memory.room", lambda most: most)


@pytest.fixture(scope="session")
def java() -> Iterator[None]:
    """Spark needs Java; CI installs it, so there it must be."""
    if not shutil.which("java") and "JAVA_HOME" not in os.environ:
        why = "Spark needs Java 17 or newer: install openjdk-17-jre-headless or the like"
        pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        yield


@pytest.fixture(scope="module")
def spark(java: None) -> Iterator[Any]:
    """Spark in this process and its Python workers, on two cores."""
    from pyspark.sql import SparkSession

    settings = {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "1g",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "2",
        "spark.ui.enabled": "false",
    }
    builder = SparkSession.builder.master("local[2]").appName("commonweal")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    yield session
    with warnings.catch_warnings():
        # Sockets that py4j leaves to the collector are no fault of the tests that come next.
        warnings.simplefilter("ignore")
        session.stop()
        gc.collect()


def with_flags(community: cw.Community) -> cw.Community:
    """The community in which every fifth message is reported after an hour or two, and most of that handled."""
    messages = community.events.filter(pl.col("kind").is_in(["post", "reply"])).gather_every(5).head(60)
    acts = [
        messages.gather_every(every).select(
            pl.col("time") + pl.duration(hours=hours),
            pl.lit(who).alias("member"),
            pl.lit(kind).alias("kind"),
            pl.col("id").alias("parent"),
            "thread",
            "channel",
        )
        for who, kind, hours, every in (("fay", "flag", 1, 1), ("gil", "flag", 2, 3), ("mod", "moderate", 9, 2))
    ]
    as_of = community.as_of
    return community.append(pl.concat(acts).filter(pl.col("time") <= as_of))


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL of our own, on a socket in a folder of its own; skips where there is none."""
    places = ["/usr/local/bin", *sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True)]
    found = shutil.which("initdb", path=os.pathsep.join([os.environ.get("PATH", ""), *places]))
    if found is None:
        pytest.skip("PostgreSQL is missing (Debian: apt install postgresql)")
    programs = Path(found).resolve().parent
    folder = Path(tempfile.mkdtemp(prefix="commonweal-"))
    # A server refuses to run as root.
    who: dict[str, Any] = {}
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        import pwd

        account = pwd.getpwnam("nobody")
        os.chown(folder, account.pw_uid, account.pw_gid)
        who = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}

    def run(program: str, *arguments: str) -> None:
        command = [str(programs / program), "-D", str(folder / "data"), *arguments]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False, **who)
        if done.returncode:
            log = folder / "log"
            pytest.fail(f"{program}: {done.stderr}{log.read_text() if log.exists() else ''}")

    secret = folder / "secret"
    secret.write_text("a-long-s3cret\n")
    secret.chmod(0o644)
    try:
        run(
            "initdb", "-U", "ana", "--auth=scram-sha-256", f"--pwfile={secret}", "-E", "UTF8", "--locale=C", "--no-sync"
        )
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off"
        run("pg_ctl", "-w", "-s", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield f"postgresql://ana:a-long-s3cret@/postgres?host={folder}"
        finally:
            run("pg_ctl", "-w", "-s", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
