"""Sweeps lose no more than their workers had in hand, and end in the same table: 500 points, 20 kills.

The engine is a stub that takes a few milliseconds and logs each time it is begun or done.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
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
        time.sleep(0.01)


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
    out, stub = tmp_path / "out", Stub(tmp_path / "log")
    for moment in moments():
        running = start(out, stub.log)
        wait_until(lambda moment=moment: len(set(stub.times("done"))) >= moment, running)
        time.sleep(float(stream(moment, "evidence", "sweeps").uniform(0, SECONDS)))
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
    assert start(out, stub.log).wait() == 0

    judge(stub, out, undisturbed, record, "the sweep and its workers are killed 20 times")


def test_sweep_goes_on_when_workers_are_killed(undisturbed: bytes, tmp_path: Path, record: Record) -> None:
    """SIGKILL of one worker at 20 moments of one sweep, which is never started again."""
    out, stub = tmp_path / "out", Stub(tmp_path / "log")
    running = start(out, stub.log)
    for moment in moments():
        wait_until(lambda moment=moment: len(set(stub.times("done"))) >= moment, running)
        last = int(stub.log.read_text().splitlines()[-1].split()[-1])
        with suppress(psutil.NoSuchProcess):
            psutil.Process(last).kill()
    assert running.wait() == 0

    judge(stub, out, undisturbed, record, "a worker is killed 20 times, and the sweep goes on")


def test_cluster_that_loses_a_worker_gives_the_same_table(
    undisturbed: bytes, tmp_path: Path, record: Record
) -> None:
    """A scheduler and two workers, each a process of its own; one is killed half-way."""
    distributed = pytest.importorskip("distributed")
    out, stub = tmp_path / "out", Stub(tmp_path / "log")
    options = {"n_workers": WORKERS, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    with distributed.LocalCluster(host="127.0.0.1", silence_logs=logging.CRITICAL, **options) as cluster:
        running = start(out, stub.log, cluster.scheduler_address)
        wait_until(lambda: len(stub.times("done")) >= POINTS // 2, running)
        psutil.Process(int(stub.log.read_text().splitlines()[-1].split()[-1])).kill()
        assert running.wait() == 0

    judge(stub, out, undisturbed, record, "on a Dask cluster, one of two workers is killed", kills=1)


def judge(stub: Stub, out: Path, undisturbed: bytes, record: Record, what: str, kills: int = KILLS) -> None:
    """Hold the points that were redone, and the table, to what is promised."""
    again, most = len(stub.times("begun")) - POINTS, kills * WORKERS
    same = (out / "results.parquet").read_bytes() == undisturbed
    record(f"points of 500 begun again: {what}", again, n=kills, goal=f"<= {most}", met=again <= most)
    record(f"table the same, byte for byte: {what}", float(same), n=1, goal="1", met=same)
    assert set(stub.times("done")) == set(range(POINTS))
    assert again <= most
    assert same
