"""A sweep from its grid file to its table: checked first, then run where it is not done yet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from kamsim.errors import SweepError
from kamsim.runs.lock import folder_lock
from kamsim.runs.sweeps.execution import Tell, Workers, carry_out
from kamsim.runs.sweeps.gathering import gather, write_results
from kamsim.runs.sweeps.grid import Grid
from kamsim.runs.sweeps.points import Point, points_of
from kamsim.runs.sweeps.store import Store
from kamsim.runs.sweeps.tasks import Task


@dataclass(frozen=True)
class Sweep:
    """A finished sweep.

    Attributes
    ----------
    table : DataFrame
        `kamsim.schemas.sweep_table`: what every point states.
    results : Path
        Where it is written.
    points : list of Point
    run : int
        Points that were run now; the others stood already.
    errors : dict of int to str
        What went wrong, by number of the point.
    strange : list of str
        Folders in the store that belong to no point of this grid: of parameters, code or data before.
    """

    table: pd.DataFrame
    results: Path
    points: list[Point]
    run: int
    errors: dict[int, str]
    strange: list[str]


def run_sweep(
    grid: Grid,
    task: Task,
    out: Path,
    *,
    workers: int = 1,
    scheduler: str | None = None,
    tell: Tell | None = None,
) -> Sweep:
    """Run every point of a grid that `out` does not hold yet, and gather what all of them state.

    Parameters
    ----------
    grid : Grid
    task : Task
        What runs at a point (`task_of`).
    out : Path
        Folder of the sweep; made if absent. Points that are finished there with the same parameters, code
        and data are kept as they are.
    workers : int
        Points at a time.
    scheduler : str, optional
        Address of a Dask scheduler whose workers run the points; they must see `out` under the same path.
    tell : callable, optional
        Told of points done, to do, and failed.

    Returns
    -------
    Sweep

    Raises
    ------
    SweepError
        When a point is not as it should be or the folder cannot be written (nothing was started then), or
        workers keep ending. What was done stays.
    FolderInUseError
        When another sweep holds the folder; the message names it.
    """
    if workers < 1:
        raise SweepError(f"--workers must be >= 1, got {workers}")
    points = points_of(grid, task)
    with _hold(out):
        store = Store(out.resolve())
        store.clear_begun()
        to_do = [point for point in points if not store.holds(point.key)]
        errors = carry_out(task, to_do, store, Workers(workers, scheduler), tell) if to_do else {}
        table = gather(points, errors, store)
        results = write_results(table, out)
        strange = sorted(store.keys() - {point.key for point in points})
    by_number = {point.number: errors[point.key] for point in points if point.key in errors}
    return Sweep(table, results, points, len(to_do), by_number, strange)


@contextmanager
def _hold(out: Path) -> Iterator[None]:
    """Be the only sweep of a folder, which is made if absent."""
    with ExitStack() as stack:
        try:
            stack.enter_context(folder_lock(out))
        except OSError as caught:
            raise SweepError(f"{out}: cannot be written ({caught.strerror})") from None
        yield
