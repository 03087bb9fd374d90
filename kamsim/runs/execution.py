"""A notebook carried out by papermill, cell by cell, and told by its cause when it does not come to its end.

What papermill lets pass is caught here: its own word that a cell completed is not trusted, since it says so
of every cell after a killed kernel.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kamsim.errors import NotebookError
from kamsim.runs.faults import CellFailedError, KernelDiedError, KernelMissingError, TimedOutError
from kamsim.runs.notebook_files import first_line, heading_of
from kamsim.runs.parameters import Literal

MARKS = {"injected-parameters", "papermill-error-cell-tag"}
"""Tags of the cells that papermill puts in between."""

LAST_WORDS_SECONDS = 60
"""How long the outputs of a cell may take to arrive after it ran: a busy machine is no fault."""

LONGEST_SECONDS = 1_000_000
"""Eleven days; the kernel is waited for in milliseconds, which end at twenty-four."""

Progress = Callable[[int, int, str], None]
"""Takes the number of the cell that starts, how many there are, and the heading it stands under."""


@dataclass(frozen=True)
class Limits:
    """How long a cell may take, and the cells together.

    Attributes
    ----------
    cell_seconds, run_seconds : float
        Above 0, and at most `LONGEST_SECONDS`.

    Examples
    --------
    >>> Limits(cell_seconds=60).run_seconds
    14400.0
    """

    cell_seconds: float = 3600.0
    run_seconds: float = 14400.0

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if not 0 < value <= LONGEST_SECONDS:
                raise NotebookError(f"{name} must be > 0 and <= {LONGEST_SECONDS}, got {value}")


class Watch:
    """Follows a run: which cell it is at, how long that may take, and what stopped it."""

    def __init__(self, name: str, total: int, limits: Limits, progress: Progress | None) -> None:
        self._name = name
        self._total = total
        self._limits = limits
        self._progress = progress
        self._end = float("inf")
        self._number = 0
        self._heading = ""
        self._busy = False

    @property
    def at_its_end(self) -> bool:
        """Whether every cell was run."""
        return self._number == self._total and not self._busy

    def start(self, cell: Any, **_: Any) -> None:
        """Take note that a cell starts."""
        if not self._number:
            self._end = time.monotonic() + self._limits.run_seconds
        self._number += not MARKS & set(cell.metadata.get("tags", []))
        self._heading = heading_of(cell) or self._heading
        self._busy = cell.cell_type == "code" and bool(cell.source.strip())
        if self._progress is not None:
            self._progress(self._number, self._total, self._heading)

    def complete(self, **_: Any) -> None:
        """Take note that the cell ran, with or without an error."""
        self._busy = False

    def allowance(self, _: Any) -> float:
        """Return the seconds that the cell about to run may take."""
        return max(0.001, min(self._limits.cell_seconds, self._end - time.monotonic()))

    def failed(self, what: str) -> CellFailedError:
        """Say that the cell of now failed."""
        return CellFailedError(f"{self._name}: cell {self._number} failed: {what}")

    def timed_out(self) -> TimedOutError:
        """Say which of the two limits was reached, and where."""
        over = time.monotonic() >= self._end
        allowed = self._limits.run_seconds if over else self._limits.cell_seconds
        who = f"the notebook, at cell {self._number}," if over else f"cell {self._number}"
        return TimedOutError(f"{self._name}: {who} took longer than the {allowed:g} s it may")

    def stopped(self, why: Exception) -> NotebookError:
        """Say that the kernel did not start, or that it ended."""
        reason = first_line(str(why))
        if not self._number:
            return KernelMissingError(f"{self._name}: the kernel does not start ({reason})")
        return KernelDiedError(
            f"{self._name}: cell {self._number}: the kernel ended early ({reason}; was it out of memory?)"
        )


def execute(
    content: Any,
    name: str,
    given: Mapping[str, Literal],
    folder: Path,
    scratch: Path,
    limits: Limits,
    progress: Progress | None = None,
) -> Any:
    """Carry a notebook out and return it once it is seen to be whole.

    Parameters
    ----------
    content : NotebookNode
        As read; it is not changed.
    name : str
        Name of its file, for messages.
    given : mapping
        Parameters that differ from the notebook's own.
    folder, scratch : Path
        Where it runs, and where its kernel keeps files of its own.
    limits : Limits
    progress : callable, optional
        Called as each cell starts.

    Returns
    -------
    NotebookNode

    Raises
    ------
    CellFailedError, KernelDiedError, KernelMissingError, TimedOutError
        No kernel is left then.
    """
    import papermill  # heavy
    from papermill.exceptions import PapermillException, PapermillExecutionError

    from kamsim.runs.kernel import LANGUAGE, NAME, require_kernel, this_interpreter

    require_kernel(content, name)
    logging.getLogger("papermill").addHandler(logging.NullHandler())
    watch = Watch(name, len(content.cells), limits, progress)
    try:
        executed = papermill.execute_notebook(
            content,
            None,
            parameters=dict(given),
            kernel_name=NAME,
            language=LANGUAGE,
            progress_bar=False,
            request_save_on_cell_execute=False,
            kernel_manager_class=this_interpreter(scratch, in_haste=lambda: not watch.at_its_end),
            resources={"metadata": {"path": str(folder.resolve())}},
            record_timing=False,
            timeout_func=watch.allowance,
            iopub_timeout=LAST_WORDS_SECONDS,
            on_cell_start=watch.start,
            on_cell_executed=watch.complete,
        )
    except PapermillExecutionError as caught:
        raise watch.failed(f"{caught.ename}: {first_line(caught.evalue)}") from None
    except PapermillException as caught:
        raise NotebookError(f"{name}: cannot be run ({first_line(str(caught))})") from None
    except TimeoutError:
        raise watch.timed_out() from None
    except (RuntimeError, FileNotFoundError, PermissionError) as caught:
        raise watch.stopped(caught) from None
    check_executed(executed, name)
    for part in (executed, *executed.cells):
        part.metadata.pop("papermill", None)
    return executed


def check_executed(content: Any, name: str) -> None:
    """Raise unless every code cell ran, in order, without error.

    Raises
    ------
    CellFailedError
        Naming the first cell that did not, by its place in the notebook as written.
    """
    count = 0
    cells = [c for c in content.cells if not MARKS & set(c.metadata.get("tags", []))]
    for number, cell in enumerate(cells, start=1):
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        failed = next((o for o in cell.outputs if o.output_type == "error"), None)
        if failed is not None:
            raise CellFailedError(
                f"{name}: cell {number} failed: {failed.ename}: {first_line(failed.evalue)}"
            )
        count += 1
        if cell.execution_count is None or cell.execution_count < count:
            raise CellFailedError(f"{name}: cell {number} did not run to its end")
