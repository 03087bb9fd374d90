"""What the runner adds to a notebook's own work, beside papermill called bare in the same process, by turns.

Overhead is wall time less what the cells themselves take, which is known: each sleeps for a while. The
runner's includes reading, checking, the lock, fingerprints, putting the result in place and, unless told, the
web page.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import papermill
from nbformat import v4

from benchmarks.row import Row, at_most, measured
from kamsim.runs import run_notebook

CELLS, NAP = 10, 0.05
TURNS = 7


def rows() -> Iterator[Row]:
    """Overhead in a process that has everything loaded, and the wall time of a first run from the shell."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        notebook = _write(folder)
        ways: dict[str, Callable[[], object]] = {
            "papermill": lambda: _bare(notebook, folder),
            "runner": lambda: run_notebook(notebook, {"turn": 1}, folder / "out"),
            "runner_no_page": lambda: run_notebook(notebook, {"turn": 1}, folder / "out", page=False),
        }
        taken = _by_turns(ways)
        for name, seconds in taken.items():
            yield measured(f"notebook.overhead_{name}", seconds - CELLS * NAP, "s")
        yield at_most(
            "notebook.overhead_above_papermill", taken["runner_no_page"] - taken["papermill"], "s", 0.5
        )
        out = str(folder / "shell")
        shell = {
            "papermill": ["papermill", str(notebook), out + ".ipynb", "-p", "turn", "1", "--no-progress-bar"],
            "runner": ["kamsim", "notebook", "run", str(notebook), "-p", "turn=1", "--out", out],
        }
        calls = {name: (lambda words=words: _python(*words)) for name, words in shell.items()}  # type: ignore[misc]
        for name, seconds in _by_turns(calls).items():
            yield measured(f"notebook.first_run_{name}", seconds, "s")


def _write(folder: Path) -> Path:
    parameters = v4.new_code_cell("turn: int = 0  # which turn", metadata={"tags": ["parameters"]})
    naps = [v4.new_code_cell(f"import time; time.sleep({NAP})") for _ in range(CELLS)]
    path = folder / "nap.ipynb"
    kernel = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}
    nbformat.write(v4.new_notebook(cells=[parameters, *naps], metadata=kernel), path)
    return path


def _bare(notebook: Path, folder: Path) -> None:
    papermill.execute_notebook(notebook, folder / "bare.ipynb", {"turn": 1}, progress_bar=False)


def _by_turns(ways: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Return the median wall time of each, after one turn that is not counted."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(TURNS + 1):
        for name, job in ways.items():
            clock = time.perf_counter()
            job()
            taken[name].append(time.perf_counter() - clock)
    return {name: statistics.median(times[1:]) for name, times in taken.items()}


def _python(*words: str) -> None:
    subprocess.run([sys.executable, "-m", *words], check=True, capture_output=True)
