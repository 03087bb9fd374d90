"""Counter-based luck: every draw has an address, so nothing that happens elsewhere can move it.

Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"). The
counter holds the entity (64 bits), the replication (32) and the block with the month (20 + 12); the key
comes from the root seed. Four words come back for each block (docs/model.md, section 8). The ten rounds
stand one under the other because a loop over them would keep the lanes from being computed together.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kamsim.dynamics.compiled import compiled
from kamsim.dynamics.layout import COMPETITOR_DRAW, KIND_DRAW, LANES, SPARE_DRAWS

_LOW = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)
_MULTIPLIER_0 = np.uint64(0xD2511F53)
_MULTIPLIER_1 = np.uint64(0xCD9E8D57)
_WEYL_0 = np.uint64(0x9E3779B9)
_WEYL_1 = np.uint64(0xBB67AE85)
_MONTH_BITS = np.uint64(12)
_DROPPED_BITS = np.uint64(9)
_BYTE, _BYTE_BITS = np.uint64(255), np.uint64(8)

MONTHS_ADDRESSED = 1 << int(_MONTH_BITS)
"""Months since January 1970 that an address can hold."""


@compiled(inline=True)
def _round(c0, c1, c2, c3, k0, k1):
    p0, p1 = c0 * _MULTIPLIER_0, c2 * _MULTIPLIER_1
    return (p1 >> _SHIFT) ^ c1 ^ k0, p1 & _LOW, (p0 >> _SHIFT) ^ c3 ^ k1, p0 & _LOW


@compiled(inline=True)
def _next_key(k0, k1):
    return (k0 + _WEYL_0) & _LOW, (k1 + _WEYL_1) & _LOW


@compiled(inline=True)
def philox(c0, c1, c2, c3, k0, k1):
    """Run ten rounds of Philox4x32 on a counter of four 32-bit words held in 64-bit numbers."""
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1)
    k0, k1 = _next_key(k0, k1)
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1)
    k0, k1 = _next_key(k0, k1)
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1)
    k0, k1 = _next_key(k0, k1)
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1)
    k0, k1 = _next_key(k0, k1)
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1)
    k0, k1 = _next_key(k0, k1)
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1)
    k0, k1 = _next_key(k0, k1)
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1)
    k0, k1 = _next_key(k0, k1)
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1)
    k0, k1 = _next_key(k0, k1)
    c0, c1, c2, c3 = _round(c0, c1, c2, c3, k0, k1)
    k0, k1 = _next_key(k0, k1)
    return _round(c0, c1, c2, c3, k0, k1)


@compiled(inline=True)
def _unit(word, rows):
    """Turn a word into a number in (0, 1): 23 bits and a half, exact in either precision."""
    number = rows.dtype.type
    return (number(np.int32(word >> _DROPPED_BITS)) + number(0.5)) * number(2.0**-23)


@compiled(inline=True)
def draw(rows, row, key, entities, replications, block, month):
    """Fill four rows with the uniform numbers of a block, one entity and replication a lane."""
    c3 = (block << _MONTH_BITS) | month
    k0, k1 = key & _LOW, key >> _SHIFT
    for lane in range(LANES):
        entity = entities[lane]
        a, b, c, d = philox(entity & _LOW, entity >> _SHIFT, replications[lane], c3, k0, k1)
        rows[row * LANES + lane] = _unit(a, rows)
        rows[(row + 1) * LANES + lane] = _unit(b, rows)
        rows[(row + 2) * LANES + lane] = _unit(c, rows)
        rows[(row + 3) * LANES + lane] = _unit(d, rows)


@compiled(inline=True)
def draw_opening(rows, key, entities, replications, block, month):
    """Draw the four numbers of an amount, and two coarser ones from the bits that those leave over."""
    number = rows.dtype.type
    c3 = (block << _MONTH_BITS) | month
    k0, k1 = key & _LOW, key >> _SHIFT
    for lane in range(LANES):
        entity = entities[lane]
        a, b, c, d = philox(entity & _LOW, entity >> _SHIFT, replications[lane], c3, k0, k1)
        rows[SPARE_DRAWS * LANES + lane] = _unit(a, rows)
        rows[(SPARE_DRAWS + 1) * LANES + lane] = _unit(b, rows)
        rows[(SPARE_DRAWS + 2) * LANES + lane] = _unit(c, rows)
        rows[(SPARE_DRAWS + 3) * LANES + lane] = _unit(d, rows)
        kind = np.int32(((a & _BYTE) << _BYTE_BITS) | (b & _BYTE))
        competitor = np.int32(((c & _BYTE) << _BYTE_BITS) | (d & _BYTE))
        rows[KIND_DRAW * LANES + lane] = (number(kind) + number(0.5)) * number(2.0**-16)
        rows[COMPETITOR_DRAW * LANES + lane] = (number(competitor) + number(0.5)) * number(2.0**-16)


@compiled
def _fill_uniforms(key, entities, out):
    rows, one, own = np.empty(4 * LANES), np.zeros(LANES, np.uint64), np.empty(LANES, np.uint64)
    for i in range(out.shape[0]):
        own[:] = entities[i]
        for block in range(out.shape[1] // 4):
            draw(rows, 0, key, own, one, np.uint64(block), np.uint64(0))
            for word in range(4):
                out[i, 4 * block + word] = rows[word * LANES]


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
