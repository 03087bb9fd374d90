"""The errors and the warning that kamsim raises on purpose.

The command line turns a `KamsimError` into one sentence and its exit code; anything else is a bug
and keeps its traceback.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import ClassVar


class KamsimError(Exception):
    """Base of every error a user can cause and mend.

    Attributes
    ----------
    exit_code : int
        What the command line ends with; 2 unless a child has a code of its own.
    """

    exit_code: ClassVar[int] = 2


class ConfigError(KamsimError):
    """A setting is unknown, of the wrong type or out of its range."""


class SchemaError(KamsimError):
    """A table breaks its contract."""


class IntakeError(KamsimError):
    """A CRM export or its mapping cannot be read as asked."""


class BundleError(KamsimError):
    """A run folder lacks a stage, or a table in it was changed after it was written."""


class InfeasibleAllocationError(KamsimError):
    """No allocation meets the constraints; the message carries hours needed and available.

    Attributes
    ----------
    needed, available : float or None
        Hours a month, or units of the cap that `constraints` names; None where it is no matter of amounts.
    accounts, reps, constraints : tuple of str
        Ids of the accounts and AEs concerned, and names of the constraints that clash.

    Examples
    --------
    >>> error = InfeasibleAllocationError("too much", needed=9.0, available=8.0, accounts=["A1"])
    >>> error.needed - error.available, error.accounts
    (1.0, ('A1',))
    """

    def __init__(
        self,
        message: str,
        *,
        needed: float | None = None,
        available: float | None = None,
        accounts: Iterable[str] = (),
        reps: Iterable[str] = (),
        constraints: Iterable[str] = (),
    ) -> None:
        super().__init__(message)
        self.needed = None if needed is None else float(needed)
        self.available = None if available is None else float(available)
        self.accounts, self.reps, self.constraints = tuple(accounts), tuple(reps), tuple(constraints)


class AllocationNotFoundError(KamsimError):
    """No allocation was found within the limits of the search, and none is proven not to exist."""


class AssignmentError(KamsimError, ValueError):
    """Arrays or a file do not describe an assignment problem."""


class MissingExtraError(KamsimError):
    """A part of kamsim wants an optional package that is not installed."""


class NotebookError(KamsimError):
    """A notebook cannot be run as asked, or did not run to its end."""


class SweepError(KamsimError):
    """A sweep cannot be run as asked: its grid, its folder or its workers."""


class ModelFileError(KamsimError):
    """A model file cannot be read or written, or holds what may not be read from a file."""


class FeatureError(KamsimError, ValueError):
    """A table of features or a target cannot be learned from, or does not fit what was learned from."""


class FeatureTypeError(KamsimError, TypeError):
    """A table of features is of a kind that cannot be read, such as a sparse matrix."""


class FeatureWarning(UserWarning):
    """A column is left out of a model, and the message names it."""


class SmallSampleWarning(UserWarning):
    """Too few rows to learn from: the estimate leans on the preset's prior."""


LONGEST_LIST = 15
"""A message names the known names up to this many."""


def unknown_name(kind: str, name: str, known: Iterable[str]) -> str:
    """Say that `name` is no known `kind`, with the nearest known name when there is one.

    Parameters
    ----------
    kind : str
        What the name should name, in words ("policy").
    name : str
        The name that was given.
    known : iterable of str
        The names that exist.

    Returns
    -------
    str
        One sentence.

    Examples
    --------
    >>> unknown_name("policy", "balnced", ["balanced", "status_quo"])
    "unknown policy 'balnced': did you mean 'balanced'?"
    >>> unknown_name("policy", "x", ["balanced", "status_quo"])
    "unknown policy 'x': known are balanced, status_quo"
    """
    names = sorted(known)
    near = get_close_matches(name, names, n=1)
    if near:
        return f"unknown {kind} {name!r}: did you mean {near[0]!r}?"
    if len(names) > LONGEST_LIST:
        return f"unknown {kind} {name!r}: none of the {len(names)} known ones is near"
    return f"unknown {kind} {name!r}: known are {', '.join(names)}"
