"""Twelve faults at three stages: none looks done, none harms an earlier result, none leaves a kernel behind.

Each runs the notebook over a good result (run 1) with another parameter (run 2). Stage 1 is before the first
cell, 2 while a cell runs, 3 while the result is put in place. Where a fault cannot strike at a stage as
such, the row says what stands for it. Putting in place is decided by one rename: a fault before it leaves
run 1, one after it leaves run 2, whole, whatever was killed in between.
"""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import nbformat
import pytest

from kamsim.runs.publishing import PUBLISHING, RUNNING
from tests.runs.faults.conftest import Bench, write_stub

SLEEP = "import time; time.sleep(60)"
BUSY = "import ctypes; ctypes.PyDLL(None).sleep(60)"
"""Sleeps without giving other threads a turn: such a kernel does not see that its parent is gone."""

LINGER = f"import threading\ndef linger():\n    {SLEEP}\nthreading.Thread(target=linger).start()"
WAIT = "import os, time\nwhile not os.path.exists('../../../gate'):\n    time.sleep(.02)"


def to_runner(name: str) -> str:
    return f"import os, signal; os.kill(os.getppid(), signal.{name})"


def cut(text: str) -> str:
    return text[: len(text) // 2]


def untag(text: str) -> str:
    return text.replace('"parameters"', '"other"')


def in_r(text: str) -> str:
    notebook = nbformat.reads(text, as_version=4)
    notebook.metadata.kernelspec = {"display_name": "R", "language": "R", "name": "ir"}
    return str(nbformat.writes(notebook))


@dataclass(frozen=True)
class Fault:
    """A fault at a stage: what is done, the exit code it ends with, and which run stands afterwards."""

    name: str
    stage: int
    exit_code: int
    stands: int = 1
    how: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    says: str = ""
    spoil: Callable[[str], str] = str


FAULTS = [
    Fault("ctrl_c", 1, 130, how=("signal_at_start", "SIGINT"), says="interrupted"),
    Fault("ctrl_c", 2, 130, cells=(to_runner("SIGINT"), SLEEP)),
    Fault("ctrl_c", 3, 130, stands=2, how=("signal_while_publishing", "SIGINT", "3")),
    Fault("sigterm", 1, 143, how=("signal_at_start", "SIGTERM"), says="terminated"),
    Fault("sigterm", 2, 143, cells=(f"{to_runner('SIGTERM')}; {BUSY}",)),
    Fault("sigterm", 3, 143, how=("signal_while_publishing", "SIGTERM", "1")),
    Fault("sigkill_runner", 1, -9, how=("signal_at_start", "SIGKILL")),
    Fault("sigkill_runner", 2, -9, cells=(f"{to_runner('SIGKILL')}; {BUSY}",)),
    Fault("sigkill_runner", 3, -9, stands=2, how=("signal_while_publishing", "SIGKILL", "2")),
    Fault("sigkill_kernel", 1, 5, how=("kill_kernel_at_start",), says="the kernel ended early"),
    Fault("sigkill_kernel", 2, 5, cells=("import os; os.kill(os.getpid(), 9)",)),
    # There is no kernel any more while a result is put in place; it dies after its last cell.
    Fault("sigkill_kernel", 3, 5, how=("kill_kernel_at_end",)),
    Fault("out_of_memory", 1, 9, how=("limit_kernel", "RLIMIT_AS", str(60 << 20)), says="does not start"),
    Fault(
        "out_of_memory",
        2,
        4,
        how=("limit_kernel", "RLIMIT_AS", str(4 << 30)),
        cells=("bytearray(1 << 40)",),
        says="cell 3 failed: MemoryError",
    ),
    Fault("out_of_memory", 3, 7, how=("limit_memory_while_publishing",), says="out of memory"),
    Fault("disk_full", 1, 7, how=("limit_files_at_start",), says="cannot be written"),
    Fault(
        "disk_full",
        2,
        4,
        how=("limit_kernel", "RLIMIT_FSIZE", "4096"),
        cells=("open('large.txt', 'w').write('x' * 10_000)",),
        says="cell 3 failed: OSError",
    ),
    Fault("disk_full", 3, 7, how=("limit_files_while_publishing",), says="cannot be written"),
    Fault("hung_cell", 1, 6, cells=(SLEEP,), options=("--cell-timeout", "1"), says="cell 3 took longer"),
    Fault("hung_cell", 2, 6, cells=("1", BUSY), options=("--timeout", "3"), says="the notebook, at cell"),
    # A hang after the last cell: a thread that keeps the kernel from ending. The result is whole.
    Fault("hung_cell", 3, 0, stands=2, cells=(LINGER,)),
    Fault("failing_rerun", 1, 4, cells=("raise ValueError('bad luck')",), says="ValueError: bad luck"),
    Fault("failing_rerun", 2, 4, cells=("1", "raise SystemExit(0)"), says="cell 4 failed: SystemExit"),
    Fault(
        "failing_rerun", 3, 2, cells=("open('manifest.json', 'w').close()",), says="a name that its result"
    ),
    # A path under a file; a cell that writes where nobody can; a disk that turned read-only.
    Fault("not_writable", 1, 7, options=("--out", "{folder}/stub.ipynb/out"), says="cannot be written"),
    Fault("not_writable", 2, 4, cells=("open('/proc/nothing', 'w')",), says="cell 3 failed: "),
    Fault("not_writable", 3, 7, how=("fail_while_publishing", str(errno.EROFS), "1"), says="Read-only file"),
    Fault("corrupt_notebook", 1, 3, spoil=cut, says="not a valid notebook"),
    Fault("corrupt_notebook", 2, 3, spoil=untag, says="must have one cell tagged 'parameters'"),
    # What was read is run: a notebook spoilt while it runs comes to its end.
    Fault("corrupt_notebook", 3, 0, stands=2, cells=("open('../../../stub.ipynb', 'w').close()",)),
    Fault("missing_kernel", 1, 9, how=("forget_ipykernel",), says="no package ipykernel"),
    Fault("missing_kernel", 2, 9, how=("move_interpreter_away",), says="the kernel does not start"),
    Fault("missing_kernel", 3, 9, spoil=in_r, says="is written in R"),
]
QUICK = {("ctrl_c", 2), ("sigkill_runner", 3), ("disk_full", 3), ("not_writable", 1), ("missing_kernel", 1)}


def cases() -> list[Any]:
    return [
        pytest.param(
            fault,
            id=f"{fault.name}-{fault.stage}",
            marks=[] if (fault.name, fault.stage) in QUICK else [pytest.mark.slow],
        )
        for fault in FAULTS
    ]


def lay_out(bench: Bench, fault: Fault) -> None:
    notebook = write_stub(bench.folder, *fault.cells)
    text = notebook.read_text(encoding="utf-8")
    notebook.write_text(fault.spoil(text), encoding="utf-8")


@pytest.mark.parametrize("fault", cases())
def test_fault(fault: Fault, bench: Bench) -> None:
    lay_out(bench, fault)
    options = [word.format(folder=bench.folder) for word in fault.options]

    ended, said = bench.start(*options, how=fault.how).finish()

    assert (ended, fault.says in said, "Traceback" in said) == (fault.exit_code, True, False), said
    assert bench.kernels_left() == []
    assert bench.standing() == fault.stands
    if fault.exit_code >= 0 and fault.exit_code != 130:
        assert {p.name for p in bench.out.iterdir()} == {
            "manifest.json", "side.txt", "stub.html", "stub.ipynb",
        }  # fmt: skip


@pytest.mark.parametrize(
    ("stage", "how", "cells"),
    [
        pytest.param(1, "wait_at_start", (), marks=pytest.mark.slow),
        pytest.param(2, "", (WAIT,)),
        pytest.param(3, "wait_while_publishing", (), marks=pytest.mark.slow),
    ],
    ids=["1", "2", "3"],
)  # fmt: skip
def test_two_writers(stage: int, how: str, cells: tuple[str, ...], bench: Bench) -> None:
    """The second is refused at once and told who the first is, who goes on as if nothing had been."""
    write_stub(bench.folder, *cells)
    gate = bench.folder / "gate"
    first = bench.start(how=(how, str(gate)) if how else ())
    while not list(bench.out.glob(PUBLISHING if stage == 3 else f"{RUNNING}*/kernel.json")):
        first.process.join(0.02)
        assert first.process.is_alive(), first.finish()

    ended, said = bench.start().finish()
    gate.touch()

    assert (ended, first.finish()[0]) == (8, 0)
    assert f"in use by process {first.process.pid} on" in said
    assert bench.standing() == 2
    assert bench.kernels_left() == []


@pytest.mark.slow
@pytest.mark.parametrize("call", range(1, 7))
def test_killed_between_any_two_renames_the_old_or_the_new_result_stands(call: int, bench: Bench) -> None:
    """Six renames: the one that decides, three files, the manifest; the last is never reached."""
    write_stub(bench.folder)
    (bench.out / "note.txt").write_text("mine")

    ended, _ = bench.start(how=("signal_while_publishing", "SIGKILL", str(call))).finish()

    assert ended == (-9 if call < 6 else 0)
    assert bench.standing() == (1 if call == 1 else 2)
    assert (bench.out / "note.txt").read_text() == "mine"


@pytest.mark.slow
def test_next_run_tidies_up_after_a_dead_one(bench: Bench) -> None:
    write_stub(bench.folder, to_runner("SIGKILL"), SLEEP)
    assert bench.start().finish()[0] == -9
    assert list(bench.out.glob(f"{RUNNING}*"))

    write_stub(bench.folder)
    assert bench.start().finish()[0] == 0

    assert {p.name for p in bench.out.iterdir()} == {"manifest.json", "side.txt", "stub.html", "stub.ipynb"}
    assert bench.standing() == 2


@pytest.mark.slow
@pytest.mark.parametrize("fault", [f for f in FAULTS if f.stage == 2 and f.exit_code not in (-9, 3, 9)],
                         ids=lambda f: f.name)  # fmt: skip
def test_a_first_run_that_fails_leaves_nothing(fault: Fault, bench: Bench) -> None:
    shutil.rmtree(bench.out)
    lay_out(bench, fault)

    assert bench.start(*fault.options, how=fault.how).finish()[0] == fault.exit_code

    assert not bench.out.exists()
