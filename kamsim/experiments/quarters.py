"""The quarter ends of a horizon, at which rules act and books are realigned."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from kamsim.errors import ConfigError

QUARTER = 3


def quarter_ends(first_month: int, months: int) -> list[int]:
    """Months played when a quarter ends inside a horizon, its own end left out.

    Parameters
    ----------
    first_month : int
        Months since January 1970.
    months : int
        The horizon.

    Examples
    --------
    >>> quarter_ends(first_month=672, months=12), quarter_ends(first_month=673, months=12)
    ([3, 6, 9], [2, 5, 8, 11])
    """
    return list(range(QUARTER - first_month % QUARTER, months, QUARTER))


def realignment_months(first_month: int, months: int, every: float) -> list[int]:
    """Months played when books are realigned: the first quarter end, and every so many months from there.

    Before the first quarter has ended nothing of the new books has been observed.

    Parameters
    ----------
    first_month, months : int
        As for `quarter_ends`.
    every : float
        Months; 0 = never.

    Raises
    ------
    ConfigError
        Where `every` is not a whole number of quarters.

    Examples
    --------
    >>> realignment_months(672, 36, 12), realignment_months(672, 36, 36), realignment_months(672, 36, 0)
    ([3, 15, 27], [3], [])
    """
    if not (every >= 0 and every % QUARTER == 0):
        raise ConfigError(f"every must be 0 or a multiple of {QUARTER} months, got {every:g}")
    return quarter_ends(first_month, months)[:: int(every) // QUARTER] if every else []


def spans(stops: list[int], months: int) -> Iterator[tuple[int, int]]:
    """Cut a horizon at some months: first month and last (not included) of each piece.

    Examples
    --------
    >>> list(spans([3, 15], 24))
    [(0, 3), (3, 15), (15, 24)]
    """
    edges = [0, *stops, months]
    yield from pairwise(edges)
