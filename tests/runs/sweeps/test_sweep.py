"""A sweep from start to table: taken up again, changed, refused, interrupted."""

from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from kamsim.errors import SweepError
from kamsim.runs.faults import FolderInUseError
from kamsim.runs.sweeps import run_sweep
from kamsim.runs.sweeps import sweep as module
from kamsim.runs.sweeps.execution import run_point
from tests.runs.sweeps.stub import Stub, stub_grid

ROOT = Path(__file__).parents[3]


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Run points in this process: what is tested is what is run, not where."""

    def carry_out(task, points, store, workers, tell=None):  # type: ignore[no-untyped-def]
        done = [run_point(task, point, store, _code(), 0) for point in points]
        return {key: error for key, error in done if error is not None}

    monkeypatch.setattr(module, "carry_out", carry_out)


def _code() -> str:
    from kamsim.runs.sweeps.content import code_version

    return code_version()


@pytest.mark.usefixtures("here")
def test_finished_points_are_kept_and_changed_ones_redone(tmp_path: Path) -> None:
    stub = Stub(tmp_path / "log")
    first = run_sweep(stub_grid(4), stub, tmp_path / "out")
    again = run_sweep(stub_grid(6), stub, tmp_path / "out")

    assert (first.run, again.run) == (4, 2)
    assert stub.times("begun") == [0, 1, 2, 3, 4, 5]
    (tmp_path / "out" / "points" / again.points[2].key / "side.txt").write_text("tampered")
    assert run_sweep(stub_grid(6), stub, tmp_path / "out").run == 1
    fewer = run_sweep(stub_grid(5), stub, tmp_path / "out")
    assert fewer.strange == [again.points[5].key], "what is no longer asked for is named, and not removed"
    assert fewer.table["point"].max() == 5
    assert run_sweep(stub_grid(6), stub, tmp_path / "out").run == 0


@pytest.mark.usefixtures("here")
def test_a_failed_point_is_tried_again(tmp_path: Path) -> None:
    stub = Stub(tmp_path / "log", fails=(1,))

    assert run_sweep(stub_grid(3), stub, tmp_path / "out").errors == {2: "ValueError: x is 1"}
    mended = run_sweep(stub_grid(3), dataclasses.replace(stub, fails=()), tmp_path / "out")

    assert (mended.run, mended.errors) == (1, {})


@pytest.mark.usefixtures("here")
def test_a_second_sweep_is_refused_before_it_runs_anything(tmp_path: Path) -> None:
    outer, inner = Stub(tmp_path / "outer"), Stub(tmp_path / "inner")

    class Nested(Stub):
        def run(self, values, folder):  # type: ignore[no-untyped-def]
            with pytest.raises(FolderInUseError, match=f"in use by process {os.getpid()} on "):
                run_sweep(stub_grid(1), inner, tmp_path / "out")
            return super().run(values, folder)

    run_sweep(stub_grid(1), Nested(outer.log), tmp_path / "out")

    assert outer.times("done") == [0]
    assert inner.times("begun") == []


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("workers", "out", "why"), [(0, "out", "must be >= 1"), (1, "file", "cannot be written")]
)
def test_what_cannot_start_is_refused(tmp_path: Path, workers: int, out: str, why: str) -> None:
    (tmp_path / "file").write_text("mine")
    stub = Stub(tmp_path / "log")

    with pytest.raises(SweepError, match=why):
        run_sweep(stub_grid(1), stub, tmp_path / out, workers=workers)
    assert stub.times("begun") == []


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals of Unix")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_workers_end_with_the_sweep_and_what_was_done_stays(tmp_path: Path, number: int) -> None:
    """Ended half-way by each signal, then taken up again: at most as many points are redone as workers."""
    out, stub = tmp_path / "out", Stub(tmp_path / "log", 0.05)
    words = [sys.executable, "-m", "tests.runs.sweeps.stub", str(out), str(stub.log), "60", "0.05", "2"]
    running = subprocess.Popen(words, cwd=ROOT)
    while len(stub.times("done")) < 20:
        assert running.poll() is None
        time.sleep(0.02)
    workers = psutil.Process(running.pid).children(recursive=True)
    running.send_signal(number)

    assert running.wait(60) == (128 + number if number != signal.SIGKILL else -number)
    psutil.wait_procs(workers, timeout=20)
    assert not [w for w in workers if w.is_running() and w.status() != psutil.STATUS_ZOMBIE]
    done = run_sweep(stub_grid(60), stub, out, workers=2)
    assert done.errors == {}
    assert len(stub.times("begun")) - 60 <= 2
