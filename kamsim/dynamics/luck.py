"""Counter-based luck: every draw has an address, so nothing that happens elsewhere can move it.

Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"). The
counter holds the entity (64 bits), the replication (32) and the block with the month (20 + 12); the key
comes from the root seed. Four words come back for each block (docs/model.md, section 8). The ten rounds
stand one under the other because a loop over them would keep the lanes from being computed together.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kamsim.dynamics import layout as at
from kamsim.dynamics.compiled import compiled
from kamsim.dynamics.layout import LANES
from kamsim.streams import Process

_LOW = np.uint64(0xFFFFFFFF)
_SHIFT = np.uint64(32)
_MULTIPLIER_0 = np.uint64(0xD2511F53)
_MULTIPLIER_1 = np.uint64(0xCD9E8D57)
_WEYL_0 = np.uint64(0x9E3779B9)
_WEYL_1 = np.uint64(0xBB67AE85)
_MONTH_BITS = np.uint64(12)
_DROPPED_BITS = np.uint64(9)
_DROPPED = np.uint64(511)
_HALF_BITS, _HALF = np.uint64(16), np.uint64(0xFFFF)
_MONTH_BLOCK = np.uint64(Process.WALLET_AND_SPONSOR // 4)
_SLOT_BLOCK = np.uint64((Process.SLOT + 1) // 4)

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
def draw_month(rows, key, entities, replications, month):
    """Draw what an account needs every month; the bits that three draws leave over make an amount."""
    number = rows.dtype.type
    c3 = (_MONTH_BLOCK << _MONTH_BITS) | month
    k0, k1 = key & _LOW, key >> _SHIFT
    for lane in range(LANES):
        entity = entities[lane]
        a, b, c, d = philox(entity & _LOW, entity >> _SHIFT, replications[lane], c3, k0, k1)
        rows[at.WALLET_AND_SPONSOR_DRAW * LANES + lane] = _unit(a, rows)
        rows[at.OPENING_DRAW * LANES + lane] = _unit(b, rows)
        rows[at.RENEWAL_DRAW * LANES + lane] = _unit(c, rows)
        left_over = np.int32((a & _DROPPED) + (b & _DROPPED) + (c & _DROPPED))
        rows[at.AMOUNT_DRAW * LANES + lane] = (number(left_over) + number(1.5)) * number(2.0**-9)
        _split(rows, 0, lane, d)


@compiled(inline=True)
def draw_further_slots(rows, key, entities, replications, month):
    """Draw for the opportunities beyond the first, which few accounts have."""
    c3 = (_SLOT_BLOCK << _MONTH_BITS) | month
    k0, k1 = key & _LOW, key >> _SHIFT
    for lane in range(LANES):
        entity = entities[lane]
        a, b, c, _ = philox(entity & _LOW, entity >> _SHIFT, replications[lane], c3, k0, k1)
        _split(rows, 1, lane, a)
        _split(rows, 2, lane, b)
        _split(rows, 3, lane, c)


@compiled(inline=True)
def _split(rows, slot, lane, word):
    """Make the two draws of a slot from the halves of its word."""
    number, row = rows.dtype.type, at.SLOT_DRAWS + 2 * slot
    move, loss = np.int32(word >> _HALF_BITS), np.int32(word & _HALF)
    rows[row * LANES + lane] = (number(move) + number(0.5)) * number(2.0**-16)
    rows[(row + 1) * LANES + lane] = (number(loss) + number(0.5)) * number(2.0**-16)


@compiled(inline=True)
def draw_three(rows, key, entity, replication, block, month):
    """Draw the three numbers of a factor L for one entity and replication, and add them up."""
    c3 = (block << _MONTH_BITS) | month
    a, b, c, _ = philox(entity & _LOW, entity >> _SHIFT, replication, c3, key & _LOW, key >> _SHIFT)
    return _unit(a, rows) + _unit(b, rows) + _unit(c, rows)


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
