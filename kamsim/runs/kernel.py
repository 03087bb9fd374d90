"""The kernel that notebooks run on: this very interpreter, whatever kernels the user registered.

Jupyter finds a kernel by name, and a "python3" in the user's folder may be another environment. The
manager made here needs no registered kernel and keeps the user's IPython start-up files out.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager

NAME = "python3"


def this_interpreter(scratch: Path) -> type[AsyncKernelManager]:
    """Make the class of a kernel manager that starts this interpreter.

    Parameters
    ----------
    scratch : Path
        Where IPython may keep its own files while the kernel runs.

    Returns
    -------
    type of AsyncKernelManager
    """
    launch = [sys.executable, "-Xfrozen_modules=off", "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = KernelSpec(
        argv=[*launch, "--log-level=50"],  # a kernel logs its own shutdown as an error
        display_name="Python 3",
        language="python",
        env={"IPYTHONDIR": str(scratch.resolve()), "PYDEVD_DISABLE_FILE_VALIDATION": "1"},
        metadata={"supported_encryption": ["curve"]},
    )

    class ThisInterpreter(AsyncKernelManager):
        """Starts the interpreter that asks, and talks with it in private."""

        def __init__(self, **traits: Any) -> None:
            super().__init__(**traits)
            if self.has_trait("transport_encryption"):
                self.transport_encryption = "auto"

        @property
        def kernel_spec(self) -> Any:
            return spec

    return ThisInterpreter
