"""Reads the text format in which instances of the generalised assignment problem are published."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kamsim.errors import AssignmentError


@dataclass(frozen=True, eq=False)
class GapInstance:
    """An instance, as `solve_assignment` takes it.

    Attributes
    ----------
    cost, load : array, shape (accounts, representatives)
    capacity : array, shape (representatives,)
    """

    cost: NDArray[np.float64]
    load: NDArray[np.float64]
    capacity: NDArray[np.float64]


def read_gap(path: Path | str) -> GapInstance:
    """Read a file: ``m n``, then m rows of n costs, m rows of n loads, and m capacities, in free layout.

    m counts representatives ("agents") and n accounts ("jobs"); the matrices are transposed on the way in.

    Raises
    ------
    AssignmentError
        Naming the file, and what is missing, too much or no number in it.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "tiny").write_text("2 1   7   8   1   2   5 5")
    ...     read_gap(Path(folder, "tiny")).cost
    array([[7., 8.]])
    """
    path = Path(path)
    try:
        words = path.read_text(encoding="utf-8").split()
    except OSError as caught:
        raise AssignmentError(f"{path}: cannot be read ({caught.strerror or caught})") from None
    except UnicodeDecodeError:
        raise AssignmentError(f"{path}: is no text file") from None
    sizes = [_size(path, words, k, what) for k, what in enumerate(("representatives", "accounts"))]
    reps, accounts = sizes
    numbers = [_number(path, word, k) for k, word in enumerate(words[2:], start=3)]
    wanted = 2 * reps * accounts + reps
    if len(numbers) != wanted:
        raise AssignmentError(
            f"{path}: {reps} representatives x {accounts} accounts need {wanted} numbers after the first two,"
            f" got {len(numbers)}"
        )
    values, pairs = np.array(numbers, dtype=np.float64), reps * accounts
    cost, load = (values[k * pairs : (k + 1) * pairs].reshape(reps, accounts).T.copy() for k in (0, 1))
    capacity = values[2 * pairs :]
    for name, part in (("load", load), ("capacity", capacity)):
        if (part < 0).any():
            raise AssignmentError(f"{path}: every {name} must be >= 0, got {part.min():g}")
    return GapInstance(cost, load, capacity)


def _size(path: Path, words: list[str], place: int, what: str) -> int:
    word = words[place] if place < len(words) else "nothing"
    if not (word.isascii() and word.isdigit() and int(word) > 0):
        raise AssignmentError(
            f"{path}: number {place + 1} must count the {what}, a whole number > 0, got {word}"
        )
    return int(word)


def _number(path: Path, word: str, place: int) -> float:
    try:
        value = float(word)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise AssignmentError(f"{path}: number {place} must be a finite number, got {word[:20]!r}")
    return value
