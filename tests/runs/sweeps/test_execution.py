"""Points on workers: what fails or kills its worker stops no other, and is named.

The workers are real processes; starting them is what these tests spend their time on.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kamsim.errors import MissingExtraError, SweepError
from kamsim.runs.sweeps import Sweep, Task, run_sweep
from kamsim.runs.sweeps import execution as module
from kamsim.runs.sweeps.execution import Workers, carry_out, run_point
from kamsim.runs.sweeps.points import points_of
from kamsim.runs.sweeps.store import Store
from tests.runs.sweeps.stub import Stub, stub_grid


@pytest.mark.slow
def test_killed_worker_costs_what_was_in_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker is killed once: the sweep goes on, and its table is that of a sweep without workers."""
    stub = Stub(tmp_path / "log", 0.01, fails=(3,), kills=(7,), kills_times=1)
    told: list[tuple[int, int, int]] = []

    done = run_sweep(stub_grid(16), stub, tmp_path / "out", workers=2, tell=lambda *said: told.append(said))

    assert done.errors == {4: "ValueError: x is 3"}
    assert told[-1] == (16, 16, 1)
    assert 1 <= len(stub.times("begun")) - 16 <= 2
    calm = Stub(tmp_path / "calm", fails=(3,))
    undisturbed = run_here(calm, tmp_path / "undisturbed", monkeypatch)
    assert done.results.read_bytes() == undisturbed.results.read_bytes()


def run_here(stub: Stub, out: Path, monkeypatch: pytest.MonkeyPatch) -> Sweep:
    """Sweep the same points one after the other in this process."""

    def spread(task: Task, ledger: Any, store: Store, workers: int) -> Iterator[tuple[str, str | None]]:
        for point in list(ledger.waiting.values()):
            yield run_point(task, point, store, module.code_version(), 0)

    monkeypatch.setattr(module, "_spread", spread)
    return run_sweep(stub_grid(16), stub, out)


@pytest.mark.slow
def test_a_point_that_kills_its_worker_each_time_is_named_and_tried_again(tmp_path: Path) -> None:
    stub = Stub(tmp_path / "log", 0.01, kills=(7,))

    first = run_sweep(stub_grid(16), stub, tmp_path / "out", workers=2)
    before = stub.times("begun")
    again = run_sweep(stub_grid(16), Stub(stub.log), tmp_path / "out", workers=2)

    assert first.errors == {8: "ended its worker 3 times (TerminatedWorkerError)"}
    assert first.table[first.table["state"] == "failed"]["x"].tolist() == [7]
    assert before.count(7) == 3
    assert len(before) - 16 - 2 <= 1  # it took its neighbour along once; alone it harms nobody
    assert stub.times("begun")[len(before) :] == [7]
    assert (again.run, again.errors) == (1, {})


def test_a_failing_point_is_a_line(tmp_path: Path) -> None:
    stub, store = Stub(tmp_path / "log", fails=(1,)), Store(tmp_path)
    point = points_of(stub_grid(2), stub)[1]

    assert run_point(stub, point, store, module.code_version(), 0) == (point.key, "ValueError: x is 1")
    assert store.keys() == set()


def test_a_worker_with_other_code_does_not_run(tmp_path: Path) -> None:
    stub, store = Stub(tmp_path / "log"), Store(tmp_path)
    point = points_of(stub_grid(1), stub)[0]

    _, error = run_point(stub, point, store, "other", 0)

    assert error is not None
    assert "another version of kamsim" in error
    assert stub.times("begun") == []


def test_a_point_that_another_worker_wrote_meanwhile_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stub, store = Stub(tmp_path / "log"), Store(tmp_path)
    point = points_of(stub_grid(1), stub)[0]
    assert run_point(stub, point, store, module.code_version(), 0)[1] is None
    monkeypatch.setattr("kamsim.bundle.aside._take_place", lambda *_: (_ for _ in ()).throw(OSError(39, "x")))

    assert run_point(stub, point, store, module.code_version(), 0) == (point.key, None)


def test_workers_that_end_without_a_result_are_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from concurrent.futures.process import BrokenProcessPool

    def break_down(*_: object) -> object:
        raise BrokenProcessPool
        yield

    monkeypatch.setattr(module, "_spread", break_down)
    points = points_of(stub_grid(3), Stub(tmp_path / "log"))

    with pytest.raises(SweepError, match="ended 10 times without finishing a point: 3 points are left"):
        carry_out(Stub(tmp_path / "log"), points, Store(tmp_path), Workers(2))


def test_a_cluster_without_dask_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(module, "import_module", absent)

    with pytest.raises(MissingExtraError, match=r"pip install 'kamsim\[cluster\]'"):
        run_sweep(stub_grid(1), Stub(tmp_path / "log"), tmp_path / "out", scheduler="tcp://127.0.0.1:8786")


def test_a_scheduler_that_is_not_there_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed")
    monkeypatch.setattr(module, "PATIENCE", 0.5)
    stub = Stub(tmp_path / "log")

    with pytest.raises(SweepError, match=r"scheduler 127\.0\.0\.1: cannot be reached"):
        run_sweep(stub_grid(1), stub, tmp_path / "out", scheduler="127.0.0.1")
