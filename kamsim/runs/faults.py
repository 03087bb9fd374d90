"""What the run of a notebook can end by: one error and one exit code a cause (docs/notebooks.md)."""

from __future__ import annotations

from typing import ClassVar

from kamsim.errors import KamsimError, NotebookError


class NotebookFileError(NotebookError):
    """The file cannot be read, is no valid notebook, or has no valid parameters cell."""

    exit_code: ClassVar[int] = 3


class CellFailedError(NotebookError):
    """A cell raised an error, or did not run to its end."""

    exit_code: ClassVar[int] = 4


class KernelDiedError(NotebookError):
    """The kernel ended while a cell ran."""

    exit_code: ClassVar[int] = 5


class TimedOutError(NotebookError):
    """A cell, or the notebook as a whole, took longer than it may."""

    exit_code: ClassVar[int] = 6


class ResultNotWrittenError(NotebookError):
    """The folder of the result cannot be written: no room, no permission, or no folder."""

    exit_code: ClassVar[int] = 7


class FolderInUseError(KamsimError):
    """Another process writes to the folder; the message names it."""

    exit_code: ClassVar[int] = 8


class KernelMissingError(NotebookError):
    """There is no kernel to run the notebook on, or it does not start."""

    exit_code: ClassVar[int] = 9
