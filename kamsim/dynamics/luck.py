"""Counter-based luck: every draw has an address, so nothing that happens elsewhere can move it.

Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"). The
counter holds the entity (64 bits), the replication (32) and the block with the month (20 + 12); the key
comes from the root seed. Four uniform numbers come back for each block.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from kamsim.dynamics.compiled import compiled

_LOW = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)
_MULTIPLIER_0 = np.uint64(0xD2511F53)
_MULTIPLIER_1 = np.uint64(0xCD9E8D57)
_WEYL_0 = np.uint64(0x9E3779B9)
_WEYL_1 = np.uint64(0xBB67AE85)
_MONTH_BITS = np.uint64(12)
_DROPPED_BITS = np.uint64(8)
_TO_UNIT = 1.0 / (1 << 24)

MONTHS_ADDRESSED = 1 << int(_MONTH_BITS)
"""Months since January 1970 that an address can hold."""


@compiled
def philox(c0, c1, c2, c3, k0, k1):
    """Run ten rounds of Philox4x32 on a counter of four 32-bit words held in 64-bit numbers."""
    for _ in range(10):
        p0 = c0 * _MULTIPLIER_0
        p1 = c2 * _MULTIPLIER_1
        c0, c1, c2, c3 = (p1 >> _SHIFT) ^ c1 ^ k0, p1 & _LOW, (p0 >> _SHIFT) ^ c3 ^ k1, p0 & _LOW
        k0 = (k0 + _WEYL_0) & _LOW
        k1 = (k1 + _WEYL_1) & _LOW
    return c0, c1, c2, c3


@compiled
def _unit(word: np.uint64) -> float:
    return (np.float64(word >> _DROPPED_BITS) + 0.5) * _TO_UNIT


@compiled
def draw_block(
    key: np.uint64, entity: np.uint64, replication: np.uint64, block: np.uint64, month: np.uint64
) -> tuple[float, float, float, float]:
    """Draw the four uniform numbers in (0, 1) that stand at an address.

    Examples
    --------
    >>> address = (np.uint64(1), np.uint64(2), np.uint64(3), np.uint64(0), np.uint64(672))
    >>> draw_block(*address) == draw_block(*address)
    True
    """
    a, b, c, d = philox(
        entity & _LOW,
        entity >> _SHIFT,
        replication & _LOW,
        (block << _MONTH_BITS) | month,
        key & _LOW,
        key >> _SHIFT,
    )
    return _unit(a), _unit(b), _unit(c), _unit(d)


@compiled
def normal(u: float, v: float) -> float:
    """Turn two uniform numbers into a standard normal one (Box & Muller 1958)."""
    return math.sqrt(-2.0 * math.log(u)) * math.cos(2.0 * math.pi * v)


@compiled
def _fill_uniforms(key: np.uint64, entities: NDArray[np.uint64], out: NDArray[np.float64]) -> None:
    for i in range(out.shape[0]):
        for block in range(out.shape[1] // 4):
            a, b, c, d = draw_block(key, entities[i], np.uint64(0), np.uint64(block), np.uint64(0))
            out[i, 4 * block], out[i, 4 * block + 1] = a, b
            out[i, 4 * block + 2], out[i, 4 * block + 3] = c, d


def entity_uniforms(key: int, entities: NDArray[np.uint64], columns: int) -> NDArray[np.float64]:
    """Draw a row of uniform numbers for each entity, whatever the other entities are.

    Parameters
    ----------
    key : int
        From `kamsim.streams.luck_key`.
    entities : array of uint64, shape (entities,)
        From `kamsim.streams.entity_keys`.
    columns : int
        Numbers wanted for each.

    Returns
    -------
    array of float64, shape (entities, columns)
        In (0, 1).

    Examples
    --------
    >>> from kamsim.streams import entity_keys, luck_key
    >>> both = entity_uniforms(luck_key(7, "x"), entity_keys(["a", "b"]), 3)
    >>> alone = entity_uniforms(luck_key(7, "x"), entity_keys(["b"]), 3)
    >>> bool((both[1] == alone[0]).all())
    True
    """
    out = np.empty((entities.size, -(-columns // 4) * 4))
    _fill_uniforms(np.uint64(key), entities, out)
    return out[:, :columns]
