"""The kernel that notebooks run on: this very interpreter, whatever kernels the user registered.

Jupyter finds a kernel by name, and a "python3" in the user's folder may be another environment. The
manager made here needs no registered kernel and keeps the user's IPython start-up files out. A kernel
never outlives its runner: ipykernel looks every second whether its parent is still there, and on Linux the
system itself ends it, which reaches a kernel that is too busy to look.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager

from kamsim.runs.faults import KernelMissingError

NAME = "python3"
LANGUAGE = "python"

PR_SET_PDEATHSIG = 1
"""Of prctl(2): the system ends this process when its parent ends."""

DIE_WITH_PARENT = f"import ctypes, signal; ctypes.CDLL(None).prctl({PR_SET_PDEATHSIG}, signal.SIGKILL)"

LAUNCH = "import runpy, sys; del sys.path[0]; runpy.run_module('ipykernel_launcher', run_name='__main__')"
"""As ``python -m ipykernel_launcher``, but with a line before it."""

OPTIONS = ("--log-level=50", "--InteractiveShell.automagic=False")
"""A kernel logs its own shutdown as an error; and takes a lone `run: int = 1` for its command `%run`."""


def require_kernel(content: Any, name: str) -> None:
    """Raise unless the notebook is one that this interpreter can run, and it has what a kernel needs.

    Raises
    ------
    KernelMissingError
    """
    stated = content.metadata.get("kernelspec", {}).get("language")
    language = stated or content.metadata.get("language_info", {}).get("name") or LANGUAGE
    if language.lower() != LANGUAGE:
        raise KernelMissingError(f"{name}: is written in {language}; kamsim runs notebooks in Python only")
    if find_spec("ipykernel") is None:
        raise KernelMissingError(f"{name}: there is no kernel: {sys.executable} has no package ipykernel")


def this_interpreter(scratch: Path, in_haste: Callable[[], bool] = lambda: False) -> type[AsyncKernelManager]:
    """Make the class of a kernel manager that starts this interpreter.

    Parameters
    ----------
    scratch : Path
        Where IPython and Jupyter may keep their own files while the kernel runs.
    in_haste : callable
        Asked when the kernel is to end: if true it is killed at once, with the processes it started;
        otherwise it may tidy up.

    Returns
    -------
    type of AsyncKernelManager
    """
    scratch = scratch.resolve()
    start = "; ".join([DIE_WITH_PARENT, LAUNCH] if sys.platform == "linux" else [LAUNCH])
    launch = [sys.executable, "-Xfrozen_modules=off", "-c", start, "-f", "{connection_file}"]
    spec = KernelSpec(
        argv=[*launch, *OPTIONS],
        display_name="Python 3",
        language=LANGUAGE,
        env={"IPYTHONDIR": str(scratch), "PYDEVD_DISABLE_FILE_VALIDATION": "1"},
        metadata={"supported_encryption": ["curve"]},
    )

    class ThisInterpreter(AsyncKernelManager):
        """Starts the interpreter that asks, and talks with it in private."""

        def __init__(self, **traits: Any) -> None:
            super().__init__(connection_file=str(scratch / "kernel.json"), **traits)
            if self.has_trait("transport_encryption"):
                self.transport_encryption = "auto"

        @property
        def kernel_spec(self) -> Any:
            return spec

        async def shutdown_kernel(  # type: ignore[override]
            self, now: bool = False, restart: bool = False
        ) -> None:
            await super().shutdown_kernel(now=now or in_haste(), restart=restart)

    return ThisInterpreter
