"""commonweal.spark on a cluster of processes on loopback: workers that die, workers of another version."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import commonweal as cw
from commonweal import _core
from commonweal.exceptions import StateError

pytestmark = [pytest.mark.cluster, pytest.mark.filterwarnings("ignore")]


class Cluster:
    """A standalone master and two workers, each a process of its own with executors of its own."""

    def __init__(self, folder: Path) -> None:
        import pyspark

        self.home = Path(pyspark.__file__).parent
        self.folder = folder
        self.port = free_port()
        self.master = f"spark://127.0.0.1:{self.port}"
        self.processes: list[subprocess.Popen[bytes]] = []
        self._start("master.Master", "--host", "127.0.0.1", "--port", str(self.port), "--webui-port", "0")
        wait_for(lambda: accepts(self.port), "the master")
        for _ in range(2):
            self.add_worker()

    def add_worker(self) -> subprocess.Popen[bytes]:
        work = self.folder / f"work{len(self.processes)}"
        arguments = ["--host", "127.0.0.1", "--cores", "1", "--memory", "1g", "--webui-port", "0", "-d", str(work)]
        return self._start("worker.Worker", *arguments, self.master)

    def _start(self, what: str, *arguments: str) -> subprocess.Popen[bytes]:
        env = os.environ | {
            "PYSPARK_PYTHON": sys.executable,
            "SPARK_DAEMON_MEMORY": "256m",
            "SPARK_HOME": str(self.home),
            "SPARK_LOCAL_IP": "127.0.0.1",
            "SPARK_NO_DAEMONIZE": "1",
        }
        command = [str(self.home / "bin" / "spark-class"), f"org.apache.spark.deploy.{what}", *arguments]
        with (self.folder / f"log{len(self.processes)}").open("wb") as log:
            process = subprocess.Popen(command, env=env, stdout=log, stderr=log, start_new_session=True)
        self.processes.append(process)
        return process

    def session(self, **settings: str) -> Any:
        from pyspark.sql import SparkSession

        given = {
            "spark.cores.max": "2",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "127.0.0.1",
            "spark.executor.cores": "1",
            "spark.executor.memory": "512m",
            "spark.sql.session.timeZone": "UTC",
            "spark.ui.enabled": "false",
        } | {name.replace("__", "."): value for name, value in settings.items()}
        builder = SparkSession.builder.master(self.master).appName("commonweal")
        for name, value in given.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
        session.sparkContext.setLogLevel("OFF")
        return session

    def stop(self) -> None:
        for process in reversed(self.processes):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
        end = time.monotonic() + 20
        while any(process.poll() is None for process in self.processes) and time.monotonic() < end:
            time.sleep(0.1)
        for process in self.processes:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture(scope="module")
def cluster(java: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    made = Cluster(tmp_path_factory.mktemp("cluster"))
    try:
        yield made
    finally:
        made.stop()


@pytest.fixture
def stored(community: cw.Community, tmp_path: Path) -> Path:
    """The events in files, as a cluster has them; one member with half of all."""
    hub = pl.when(pl.int_range(pl.len()) % 2 == 0).then(pl.lit("hub")).otherwise("member")
    folder = tmp_path / "events"
    folder.mkdir()
    events = community.events.with_columns(member=hub)
    for part in range(6):
        events.gather_every(6, part).write_parquet(folder / f"{part}.parquet")
    return folder


def dying(folder: Path, kill: str) -> Any:
    """A stage that, the first time a partition of it runs, kills what runs it in the middle of its rows."""

    def stage(batches: Iterator[Any]) -> Iterator[Any]:
        import os
        import signal
        from pathlib import Path

        from pyspark import TaskContext

        context = TaskContext.get()
        assert context is not None
        sign = Path(folder) / str(context.partitionId())
        for batch in batches:
            yield batch.slice(0, batch.num_rows // 2)
            if context.partitionId() in (0, 1) and not sign.exists():
                sign.touch()
                # The Python worker; or its executor, which is the parent of the daemon that forks workers.
                victim = os.getpid() if kill == "python" else parent(os.getppid())
                os.kill(victim, signal.SIGKILL)
            yield batch.slice(batch.num_rows // 2)

    def parent(pid: int) -> int:
        return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])

    return stage


@pytest.mark.parametrize("kill", ["python", "executor"])
def test_what_dies_in_mid_job_is_done_again(
    cluster: Cluster, community: cw.Community, stored: Path, tmp_path: Path, kill: str
) -> None:
    signs = tmp_path / "signs"
    signs.mkdir()
    session = cluster.session(spark__sql__execution__arrow__maxRecordsPerBatch="200")
    try:
        events = session.read.parquet(str(stored))
        cut = events.repartition(4).mapInArrow(dying(signs, kill), events.schema)
        tables = cw.spark.compute_all(
            cut, ["adoption.growth", "engagement.activity", "network.edges"], members=community.members, partitions=6
        )
    finally:
        session.stop()
    assert len(list(signs.iterdir())) == 2
    whole = cw.Community(pl.read_parquet(stored / "*.parquet"), community.members)
    for kpi, table in tables.items():
        assert table.equals(whole.compute(kpi)), kpi


def test_a_worker_of_another_version_is_refused_and_told_why(cluster: Cluster, stored: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    package = Path(cw.__file__).parent
    shutil.copytree(package, other / "commonweal", ignore=shutil.ignore_patterns("__pycache__"))
    core = other / "commonweal" / Path(_core.__file__).name
    ours = json.loads(cw.Spec("quality").to_json())["commonweal"].encode()
    theirs = b"commonweal 0.0.9"
    assert len(ours) == len(theirs)
    code = core.read_bytes()
    assert ours in code
    core.unlink()
    core.write_bytes(code.replace(ours, theirs))
    session = cluster.session(spark__executorEnv__PYTHONPATH=str(other))
    try:
        with pytest.raises(StateError) as refused:
            cw.spark.compute(session.read.parquet(str(stored)), "adoption.growth", partitions=2)
    finally:
        session.stop()
    told = f"the job was made by {ours.decode()}, this is {theirs.decode()}: install one version"
    assert told in str(refused.value)


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port: int = s.getsockname()[1]
        return port


def accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


def wait_for(there: Any, what: str, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < end, f"{what} did not start"
        time.sleep(0.1)
