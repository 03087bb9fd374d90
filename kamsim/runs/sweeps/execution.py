"""Points carried out as joblib tasks: on processes of this machine, or on a Dask cluster.

joblib gives up all of its results when a worker is killed. Here each point is on disk as soon as it is done,
so what is lost is what the workers had in hand. Who was in hand is suspect: those points run again one by
one, so that a point that kills its worker is found out and its neighbours are not blamed.
"""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import CancelledError
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

import joblib

from kamsim.errors import BundleError, MissingExtraError, SweepError
from kamsim.runs.sweeps.content import code_version
from kamsim.runs.sweeps.points import Point
from kamsim.runs.sweeps.store import Store
from kamsim.runs.sweeps.tasks import Task

Tell = Callable[[int, int, int], None]
"""Called with points done, points to do, and those of the done that failed."""

MOST_LOSSES = 3
"""Workers that a point may cost, once in company and then alone, before it counts as failed."""

MOST_IN_VAIN = 10
"""Workers that may end one after the other without a point being done or given up in between."""

PATIENCE = 10.0
"""Seconds to wait for a scheduler."""


@dataclass(frozen=True)
class Workers:
    """Where points run: so many at a time, on this machine or on the cluster of a Dask scheduler."""

    number: int
    scheduler: str | None = None

    @contextmanager
    def ready(self) -> Iterator[tuple[type[BaseException], ...]]:
        """Have joblib use these workers; give the errors by which it says that one was lost."""
        with ExitStack() as stack:
            if self.scheduler is None:
                # With one, joblib would run the points in this very process, and die with them.
                processes, threads = max(self.number, 2), max(1, joblib.cpu_count() // self.number)
                stack.enter_context(
                    joblib.parallel_config("loky", n_jobs=processes, inner_max_num_threads=threads)
                )
                yield (BrokenProcessPool,)
            else:
                client = stack.enter_context(_connect(self.scheduler))
                stack.enter_context(joblib.parallel_config(backend="dask", client=client))
                killed = import_module("distributed.scheduler").KilledWorker
                yield (killed, CancelledError, OSError)


def carry_out(
    task: Task, points: Sequence[Point], store: Store, workers: Workers, tell: Tell | None = None
) -> dict[str, str]:
    """Run points, each to its folder in the store; what fails or kills its worker stops no other.

    Parameters
    ----------
    task : Task
    points : sequence of Point
    store : Store
    workers : Workers
    tell : callable, optional
        Told of each point that is done.

    Returns
    -------
    dict of str to str
        Error of each point that failed, by key.

    Raises
    ------
    SweepError
        When workers keep ending without anything being done, or the cluster cannot be reached.
    MissingExtraError
        When a scheduler is asked for, and Dask is not installed.
    """
    ledger, in_vain = _Ledger(points, tell), 0
    while ledger.waiting:
        before = len(ledger.waiting)
        with workers.ready() as lost, closing(_spread(task, ledger, store, workers.number)) as finished:
            try:
                for key, error in finished:
                    ledger.close(key, error)
            except lost as caught:
                ledger.note_loss(store, type(caught).__name__)
                in_vain = 0 if len(ledger.waiting) < before else in_vain + 1
        if in_vain >= MOST_IN_VAIN:
            raise SweepError(f"workers ended {in_vain} times without finishing a point: {ledger.say_left()}")
    return ledger.failed


class _Ledger:
    """Which points are still to be done, which failed, and which cost a worker."""

    def __init__(self, points: Sequence[Point], tell: Tell | None) -> None:
        self.waiting = {point.key: point for point in points}
        self.losses = Counter[str]()
        self.failed: dict[str, str] = {}
        self._points = len(points)
        self._tell = tell

    def close(self, key: str, error: str | None) -> None:
        """Take a point off the list."""
        if self.waiting.pop(key, None) is None:
            return
        if error is not None:
            self.failed[key] = error
        if self._tell is not None:
            self._tell(self._points - len(self.waiting), self._points, len(self.failed))

    def note_loss(self, store: Store, how: str) -> None:
        """Find out what a lost worker left: points that are done all the same, and those it had in hand."""
        self.losses.update(store.clear_begun())
        for key in list(self.waiting):
            if store.holds(key):
                self.close(key, None)
            elif self.losses[key] >= MOST_LOSSES:
                self.close(key, f"ended its worker {self.losses[key]} times ({how})")

    def say_left(self) -> str:
        """Say how many points are left."""
        first = next(iter(self.waiting.values()))
        return f"{len(self.waiting)} points are left, the first of them number {first.number}"


def _spread(
    task: Task, ledger: _Ledger, store: Store, workers: int
) -> Generator[tuple[str, str | None], None, None]:
    """Run the points that are above suspicion side by side, and then the others one by one."""
    waiting = list(ledger.waiting.values())
    clear = [point for point in waiting if not ledger.losses[point.key]]
    suspect = [point for point in waiting if ledger.losses[point.key]]
    for some, at_once in ((clear, workers), (suspect, 1)):
        tasks = (joblib.delayed(run_point)(task, point, store, code_version(), os.getpid()) for point in some)
        # What is not dispatched cannot be lost, and a batch would be lost as one.
        settings = {"batch_size": 1, "pre_dispatch": at_once, "return_as": "generator_unordered"}
        yield from joblib.Parallel(**settings)(tasks)


def run_point(task: Task, point: Point, store: Store, code: str, owner: int) -> tuple[str, str | None]:
    """Run one point in a worker, and write its result.

    Returns
    -------
    str
        Its key.
    str or None
        Why it failed, in a line.
    """
    _end_with(owner)
    if code_version() != code:
        return point.key, "its worker has another version of kamsim or of the packages it rests on"
    started, clock = datetime.now(UTC), time.perf_counter()
    try:
        with store.aside(point.key) as folder:
            measures = task.run(point.parameters, folder)
            facts = {
                "parameters": point.parameters,
                "content": task.content(point.parameters),
                "code": code,
                "started": started.isoformat(timespec="seconds"),
                "wall_seconds": round(time.perf_counter() - clock, 3),
            }
            store.record(folder, point.key, measures, facts)
    except BundleError as caught:
        # A worker that outlived a killed sweep may have written this very point in the meantime.
        return point.key, None if store.holds(point.key) else _line(caught)
    except Exception as caught:  # noqa: BLE001
        # Whatever a point does, the others go on; its row says what it was.
        return point.key, _line(caught)
    return point.key, None


_WATCHED: list[int] = []


def _end_with(owner: int) -> None:
    """End this worker when the sweep that started it is gone: nobody else would."""
    if os.getppid() != owner or _WATCHED or os.name == "nt":  # a worker of a cluster is not the sweep's
        return
    _WATCHED.append(owner)

    def watch() -> None:
        while os.getppid() == owner:
            time.sleep(0.5)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def _connect(scheduler: str) -> Iterator[Any]:
    try:
        distributed = import_module("distributed")
    except ModuleNotFoundError:
        raise MissingExtraError(
            "--scheduler wants Dask, which is not installed: pip install 'kamsim[cluster]'"
        ) from None
    try:
        client = distributed.Client(scheduler, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as caught:
        raise SweepError(f"scheduler {scheduler}: cannot be reached ({_line(caught)})") from None
    with client:
        if not client.ncores():
            raise SweepError(f"scheduler {scheduler}: it has no workers")
        yield client


def _line(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return text if isinstance(error, BundleError | SweepError) else f"{type(error).__name__}: {text}"
