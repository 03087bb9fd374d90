"""What is done to a runner from within its own process, by name; a fresh process each time.

A process is forked from one that has loaded the runner already, so that a fault takes a second, not ten.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

LOADED = ["pytest", "papermill", "kamsim.cli", "kamsim.locale", "kamsim.runs.notebook", "kamsim.runs.page"]
MEGABYTE = 1 << 20

processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload(LOADED)


class Started:
    """The command line at work in a process of its own."""

    def __init__(self, words: list[str], *how: str) -> None:
        self._mouth, ear = processes.Pipe(duplex=False)
        self.process = processes.Process(target=_run, args=(words, ear, how))
        self.process.start()
        ear.close()

    def finish(self, seconds: float = 90) -> tuple[int, str]:
        """Wait for its end; return its exit code (negative: the signal that ended it) and what it said."""
        self.process.join(seconds)
        if self.process.exitcode is None:
            self.process.kill()
            raise AssertionError("the runner hangs")
        os.set_blocking(self._mouth.fileno(), False)  # a kernel left behind would keep the pipe open
        with suppress(BlockingIOError):
            return int(self.process.exitcode), os.read(self._mouth.fileno(), 1 << 16).decode()
        return int(self.process.exitcode), ""


def _run(words: list[str], ear: Any, sabotage: tuple[str, ...]) -> None:
    for stream in (1, 2):  # a pipe has room where the disk has not
        os.dup2(ear.fileno(), stream)
    ear.close()
    sys.stdout, sys.stderr = (os.fdopen(stream, "w", closefd=False) for stream in (1, 2))
    from kamsim.cli import app

    if sabotage:
        globals()[sabotage[0]](*sabotage[1:])
    app(words)


def signal_at_start(name: str) -> None:
    """Send a signal to the runner as the first cell is about to start."""
    _at_first_cell(lambda: os.kill(os.getpid(), getattr(signal, name)))


def kill_kernel_at_start() -> None:
    """Kill the kernel as the first cell is about to start."""
    _at_first_cell(lambda: [child.kill() for child in _kernels()])


def kill_kernel_at_end() -> None:
    """Kill the kernel when the last cell has run, before anything is published."""
    from kamsim.runs.execution import Watch

    complete = Watch.complete

    def then_kill(watch: Watch, **facts: Any) -> None:
        complete(watch, **facts)
        if watch.at_its_end:
            for child in _kernels():
                child.kill()

    Watch.complete = then_kill  # type: ignore[method-assign]


def signal_while_publishing(name: str, call: str) -> None:
    """Send a signal to the runner after so many of the renames that put a result in place."""
    _at_rename(int(call), lambda: os.kill(os.getpid(), getattr(signal, name)))


def fail_while_publishing(number: str, call: str) -> None:
    """Let a rename fail as the operating system would."""

    def fail() -> None:
        raise OSError(int(number), os.strerror(int(number)))

    _at_rename(int(call), fail)


def wait_at_start(gate: str) -> None:
    """Hold the first cell back until a file is there."""
    _at_first_cell(lambda: wait_for(Path(gate)))


def wait_while_publishing(gate: str) -> None:
    """Hold the second rename back until a file is there."""
    _at_rename(2, lambda: wait_for(Path(gate)))


def limit_kernel(limit: str, amount: str) -> None:
    """Limit what a kernel may have: RLIMIT_AS its memory, RLIMIT_FSIZE its files."""
    from kamsim.runs import kernel

    kernel.LAUNCH = f"import resource; resource.setrlimit(resource.{limit}, ({amount},) * 2); {kernel.LAUNCH}"


def limit_files_at_start() -> None:
    """Leave no room for the first byte of a file."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def limit_files_while_publishing() -> None:
    """Leave no room for the result."""
    _before_results(lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)))


def limit_memory_while_publishing() -> None:
    """Let the memory be used up when the result is to be written."""

    def exhaust() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (64 * MEGABYTE, resource.RLIM_INFINITY))
        bytearray(128 * MEGABYTE)

    _before_results(exhaust)


def forget_ipykernel() -> None:
    """As where the package is not installed."""
    from kamsim.runs import kernel

    kernel.find_spec = lambda _: None  # type: ignore[assignment]


def move_interpreter_away() -> None:
    """As where the environment was deleted or moved."""
    sys.executable = "/nowhere/python"


def wait_for(path: Path, seconds: float = 60) -> None:
    """Wait until a file is there."""
    end = time.monotonic() + seconds
    while not path.exists():
        if time.monotonic() > end:
            raise TimeoutError(f"{path} did not come")
        time.sleep(0.02)


def _kernels() -> list[psutil.Process]:
    return [p for p in psutil.Process().children() if "kernel.json" in " ".join(p.cmdline())]


def _at_first_cell(act: Callable[[], object]) -> None:
    from kamsim.runs.execution import Watch

    begin, acted = Watch.start, []

    def act_and_start(watch: Watch, cell: Any, **facts: Any) -> None:
        if not acted:
            acted.append(True)
            act()
        begin(watch, cell, **facts)

    Watch.start = act_and_start  # type: ignore[method-assign]


def _at_rename(call: int, act: Callable[[], object]) -> None:
    """Act before the so-maniest rename; the first one decides that the new result stands."""
    from kamsim.runs import publishing

    calls: list[int] = []

    class Renaming:
        def __getattr__(self, name: str) -> Any:
            if name in {"rename", "replace"}:
                calls.append(1)
                if len(calls) == call:
                    act()
            return getattr(os, name)

    publishing.os = Renaming()  # type: ignore[attr-defined]


def _before_results(act: Callable[[], object]) -> None:
    from kamsim.runs import notebook

    write = notebook._write_results

    def act_and_write(*parts: Any, **options: Any) -> None:
        act()
        write(*parts, **options)

    notebook._write_results = act_and_write  # type: ignore[assignment]
