"""Nothing is sent anywhere: the kernel ends the process at the first socket to the network, whoever asks for it."""

import platform
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from test_mutations import SAMPLES

import commonweal as cw

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in ("x86_64", "aarch64"),
    reason="the network is cut off by seccomp, which is Linux's",
)

CUT_OFF = """
import ctypes, platform, struct, sys

LOAD, EQUALS, RETURN = 0x20, 0x15, 0x06
KILL, ALLOW = 0x80000000, 0x7FFF0000
SOCKET = {"x86_64": 41, "aarch64": 198}[platform.machine()]
steps = [
    (LOAD, 0, 0, 0),         # the number of the call
    (EQUALS, 0, 3, SOCKET),  # all but this one may pass
    (LOAD, 0, 0, 16),        # its first argument: where the socket leads to
    (EQUALS, 1, 0, 1),       # within the machine (AF_UNIX)
    (RETURN, 0, 0, KILL),
    (RETURN, 0, 0, ALLOW),
]

class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("steps", ctypes.c_char_p)]

program = Program(len(steps), b"".join(struct.pack("HBBI", *step) for step in steps))
libc = ctypes.CDLL(None, use_errno=True)
# No way back, for this thread and all that come of it: PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP.
if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, ctypes.byref(program)):
    sys.exit(f"seccomp: error {ctypes.get_errno()}")
"""


def alone(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs a program that can reach nothing."""
    command = [sys.executable, "-c", CUT_OFF + program, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    if done.stderr.startswith("seccomp: "):
        pytest.skip(f"the network cannot be cut off here: {done.stderr.strip()}")
    return done


@pytest.mark.parametrize(
    "program",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9')",
        "ctypes.CDLL(None).socket(2, 2, 0)",  # as a library that is not Python's would
        "import threading; t = threading.Thread(target=lambda: libc.socket(10, 1, 0)); t.start(); t.join()",
    ],
)
def test_the_network_is_cut_off(program: str) -> None:
    assert alone("import os, pathlib; os.cpu_count()").returncode == 0
    assert alone(program).returncode == -signal.SIGSYS


def test_every_reader_and_every_kpi_does_without(tmp_path: Path) -> None:
    sources = []
    for name, files in SAMPLES.items():
        folder = tmp_path / "exports" / name
        for file, content in files.items():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_bytes(content)
        sources.append(str(folder if len(files) > 1 else folder / next(iter(files))))
    program = """
import contextlib, pathlib
import commonweal as cw

key = cw.Privacy(pseudonymise="a key that nobody guesses", keep_text=True)
scratch, *sources = sys.argv[1:]
for source in sources:
    read = cw.read(source, time_zone="UTC", privacy=key)
    read.quality()
    print("read", read.n_events)
community = cw.datasets.simulate(members=150, days=120, seed=7)
for kpi in cw.kpis()["kpi"]:
    with contextlib.suppress(cw.exceptions.DeclinedError):
        print("computed", community.compute(kpi).height)
community.health(), community.alerts(), community.infer_threads()
cw.identities(community), cw.bots(community), cw.erase(community, community.events["member"][0])
events = pathlib.Path(scratch, "events.ndjson")
community.events.with_columns(time=community.events["time"].dt.to_string("iso:strict")).write_ndjson(events)
with cw.scan(events, memory_limit="2GB") as scanned:
    scanned.response.first_response()
cw.report(community, pathlib.Path(scratch, "report.html"))
from commonweal.cli import main
sys.argv = ["commonweal", "report", str(events), "-o", str(pathlib.Path(scratch, "again.html"))]
main()
"""
    done = alone(program, str(tmp_path), *sources)
    assert done.returncode == 0, done.stderr
    told = [line.partition(" ") for line in done.stdout.splitlines()]
    read = [int(count) for what, _, count in told if what == "read"]
    assert len(read) == len(SAMPLES)
    assert min(read) > 0
    assert len([what for what, *_ in told if what == "computed"]) > len(cw.kpis()) * 0.8
    assert (tmp_path / "report.html").stat().st_size > 100_000
    assert (tmp_path / "again.html").stat().st_size > 100_000
