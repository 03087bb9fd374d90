"""Keeps a solver's own prints off standard output, which belongs to the caller's results.

HiGHS writes a line of debugging text from C++ whenever a sub-problem improves its solution, whatever it
is told about output. Python's redirection does not see it, so the file descriptor itself is turned away.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

STANDARD_OUTPUT = 1


@contextmanager
def quiet_output() -> Iterator[None]:
    """Send what compiled code prints nowhere, while the block runs.

    Examples
    --------
    >>> with quiet_output():
    ...     _ = os.write(STANDARD_OUTPUT, b"debugging text")
    """
    sys.stdout.flush()
    try:
        kept = os.dup(STANDARD_OUTPUT)
    except OSError:  # no standard output at all, as under pythonw
        yield
        return
    try:
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), STANDARD_OUTPUT)
            yield
            _flush_compiled()
    finally:
        os.dup2(kept, STANDARD_OUTPUT)
        os.close(kept)


def _flush_compiled() -> None:
    """Empty the buffers of the C library, which would otherwise print after the block."""
    with suppress(OSError, TypeError, AttributeError):
        ctypes.CDLL(None).fflush(None)
