"""Uniform numbers for rows that belong to an account: an opportunity, a stakeholder, a lead.

The address is the account's, with a number of the row within the account in the place of a replication; so
an account that is added, or a row of another account, moves no draw.
"""

from __future__ import annotations

import numpy as np
from numba import prange
from numpy.typing import NDArray

from kamsim.dynamics.compiled import compiled
from kamsim.dynamics.luck import philox

_LOW, _SHIFT = np.uint64(0xFFFFFFFF), np.uint64(32)
_DROPPED, _MONTH_BITS = np.uint64(9), np.uint64(12)
_WORDS = 4


def row_uniforms(
    key: int, entities: NDArray[np.uint64], numbers: NDArray[np.int64], columns: int
) -> NDArray[np.float64]:
    """Draw a row of uniform numbers for each row of a table.

    Parameters
    ----------
    key : int
        From `kamsim.streams.luck_key`.
    entities : array of uint64, shape (rows,)
        Of the accounts that the rows belong to.
    numbers : array of int, shape (rows,)
        Tells the rows of one account apart; from 0 to 2**32 - 1.
    columns : int
        Numbers wanted for each.

    Returns
    -------
    array, shape (rows, columns)
        In (0, 1).

    Examples
    --------
    >>> account = np.array([7, 7], dtype=np.uint64)
    >>> both = row_uniforms(1, account, np.array([0, 1]), 2)
    >>> alone = row_uniforms(1, account[1:], np.array([1]), 2)
    >>> bool((both[1] == alone[0]).all()), bool((both[0] == both[1]).any())
    (True, False)
    """
    out = np.empty((len(entities), -(-columns // _WORDS) * _WORDS))
    _fill(np.uint64(key), entities, numbers.astype(np.uint64), out)
    return out[:, :columns]


def turns(account: NDArray[np.int64]) -> NDArray[np.int64]:
    """Count the rows of the same account before each row; rows of an account follow one another.

    Examples
    --------
    >>> turns(np.array([3, 3, 5])).tolist()
    [0, 1, 0]
    """
    first = np.flatnonzero(np.diff(account, prepend=-1))
    return np.asarray(np.arange(len(account)) - np.repeat(first, np.diff(np.append(first, len(account)))))


@compiled(parallel=True)
def _fill(key, entities, numbers, out):
    k0, k1 = key & _LOW, key >> _SHIFT
    for row in prange(out.shape[0]):
        entity = entities[row]
        for block in range(out.shape[1] // _WORDS):
            c3 = np.uint64(block) << _MONTH_BITS
            words = philox(entity & _LOW, entity >> _SHIFT, numbers[row], c3, k0, k1)
            for word in range(_WORDS):
                out[row, _WORDS * block + word] = (np.float64(words[word] >> _DROPPED) + 0.5) * 2.0**-23
