"""Sweeps lose no more than their workers had in hand, and end in the same table: 500 points, 20 kills.

The engine is a stub that takes a few milliseconds and logs each time it is begun or done.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from kamsim.streams import stream
from tests.runs.sweeps.stub import Stub

Record = Callable[..., None]

pytestmark = pytest.mark.evidence

POINTS, WORKERS, KILLS = 500, 2, 20
SECONDS = 0.04
ROOT = Path(__file__).parents[2]


def start(out: Path, log: Path, *scheduler: str) -> subprocess.Popen[bytes]:
    """Start a sweep of the stub in a process group of its own."""
    words = [str(out), str(log), str(POINTS), str(SECONDS), str(WORKERS), *scheduler]
    command = [sys.executable, "-m", "tests.runs.sweeps.stub", *words]
    return subprocess.Popen(command, cwd=ROOT, start_new_session=True)


def wait_until(ready: Callable[[], bool], running: subprocess.Popen[bytes]) -> None:
    while not ready():
        assert running.poll() is None, "the sweep ended before its time"
        time.sleep(0.005)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The table of a sweep that nobody disturbed."""
    folder = tmp_path_factory.mktemp("undisturbed")
    assert start(folder / "out", folder / "log").wait() == 0
    assert len(Stub(folder / "log").times("begun")) == POINTS
    return (folder / "out" / "results.parquet").read_bytes()


def moments() -> list[int]:
    """Numbers of finished points at which to kill, spread at random over the sweep."""
    drawn = stream(1, "evidence", "sweeps").choice(POINTS - 20, size=KILLS, replace=False)
    return sorted(int(n) + 5 for n in drawn)


def test_killed_sweep_resumes_to_the_same_table(undisturbed: bytes, tmp_path: Path, record: Record) -> None:
    """SIGKILL of the whole process group, workers included, at 20 moments of one sweep."""
    out, stub, worst = tmp_path / "out", Stub(tmp_path / "log"), 0
    for moment in moments():
        running = start(out, stub.log)
        wait_until(lambda moment=moment: len(set(stub.times("done"))) >= moment, running)
        time.sleep(float(stream(moment, "evidence", "sweeps").uniform(0, SECONDS)))
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
    assert start(out, stub.log).wait() == 0

    begun = stub.times("begun")
    again = len(begun) - POINTS
    worst = again / KILLS
    same = (out / "results.parquet").read_bytes() == undisturbed
    record("points redone in all after 20 kills of a sweep of 500", again, n=KILLS, goal="<= 40", met=again <= 40)
    record("redone a kill, on average", round(worst, 2), n=KILLS, goal="<= 2", met=worst <= WORKERS)
    record("table the same, byte for byte", float(same), n=1, goal="1", met=same)
    assert again <= KILLS * WORKERS
    assert same
