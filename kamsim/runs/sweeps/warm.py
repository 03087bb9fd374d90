"""Kernels that do not import again what the kernel before them imported.

Most of a short notebook's time goes into importing pandas and its like. A worker imports them once, in a
process that then does nothing but fork: each kernel is a fork, with those modules loaded and a namespace
and a process of its own. What a notebook changes ends with its kernel.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import EntryPoint
from multiprocessing import forkserver
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import ModuleType
from typing import Any

from jupyter_client.provisioning.factory import KernelProvisionerFactory
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from kamsim.runs.kernel import PR_SET_PDEATHSIG

NAME = "kamsim-warm"
ALWAYS = ("ipykernel.kernelapp", "ipykernel.ipkernel", __name__)
"""Modules of every kernel, and this one, which each fork begins in."""

INLINE = "module://matplotlib_inline.backend_inline"


@contextmanager
def warm_kernels(modules: Sequence[str]) -> Iterator[None]:
    """Have Jupyter start kernels as forks of a process that has imported `modules`.

    Where forking is not safe (Windows, macOS) or not allowed (a daemonic worker), kernels start as ever.

    Parameters
    ----------
    modules : sequence of str
        What cannot be imported is passed over: the notebook will say so itself.
    """
    if sys.platform != "linux" or multiprocessing.current_process().daemon:
        yield
        return
    # The first import settles matplotlib's backend; a kernel would set this before.
    os.environ.setdefault("MPLBACKEND", INLINE)
    multiprocessing.get_context("forkserver").set_forkserver_preload([*ALWAYS, *modules])
    factory = KernelProvisionerFactory.instance()
    here = f"{__name__}:{WarmProvisioner.__name__}"
    factory.provisioners[NAME] = EntryPoint(NAME, here, factory.GROUP_NAME)
    before, factory.default_provisioner_name = factory.default_provisioner_name, NAME
    try:
        yield
    finally:
        factory.default_provisioner_name = before


class WarmProvisioner(LocalProvisioner):
    """Forks a kernel; in all else as the kernel that Jupyter starts by itself."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Fork the kernel that `cmd` would have started."""
        words = cmd[cmd.index("-f") :]
        folder = str(kwargs.get("cwd") or Path.cwd())
        process = multiprocessing.get_context("forkserver").Process(
            target=_become_kernel, args=(words, folder, dict(kwargs["env"]))
        )
        with _no_main_module():
            process.start()
        self.process = Forked(process)  # type: ignore[assignment]
        self.pid = self.pgid = process.pid  # it leads a group of its own
        self.cwd = Path(folder)
        return self.connection_info


class Forked:
    """A forked process with the face of a `subprocess.Popen`, which is what Jupyter asks of it."""

    stdin = stdout = stderr = None

    def __init__(self, process: BaseProcess) -> None:
        self._process = process
        self.pid = process.pid

    def poll(self) -> int | None:
        """Return how it ended; None while it runs."""
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait for its end."""
        self._process.join(timeout)
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """Send a signal to it, if it still runs."""
        if self.pid is not None and self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


@contextmanager
def _no_main_module() -> Iterator[None]:
    """Keep multiprocessing from running the program that asks once more in each fork."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def _become_kernel(words: list[str], folder: str, environment: dict[str, str]) -> None:
    """Turn the fork into the kernel; it ends when its worker does."""
    from ipykernel.kernelapp import launch_new_instance

    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    # The process forked from ends with the last that has this pipe open: that shall be the worker.
    os.close(forkserver._forkserver._forkserver_alive_fd)  # type: ignore[attr-defined]
    os.setsid()
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment, JPY_PARENT_PID=str(os.getppid()))
    sys.argv = ["ipykernel_launcher", *words]
    launch_new_instance()
