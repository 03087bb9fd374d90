"""Draws of the reference engine (docs/model.md, sections 6 and 8): nothing shared with the kernel."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

MASK = 0xFFFFFFFF
MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
WEYL = (0x9E3779B9, 0xBB67AE85)
ROUNDS = 10
MONTHS_A_BLOCK = 4096

Words = tuple[int, int, int, int]


@lru_cache(maxsize=4096)
def philox(counter: Words, key: tuple[int, int]) -> Words:
    """Philox4x32-10 (Salmon, Moraes, Dror & Shaw 2011): four 32-bit words from a counter and a key.

    Examples
    --------
    >>> [f"{word:08x}" for word in philox((0, 0, 0, 0), (0, 0))]
    ['6627e8d5', 'e169c58d', 'bc57ac4c', '9b00dbd8']
    """
    a, b, c, d = counter
    low_key, high_key = key
    for _ in range(ROUNDS):
        first, second = MULTIPLIERS[0] * a, MULTIPLIERS[1] * c
        a, b, c, d = (
            (second >> 32) ^ b ^ low_key,
            second & MASK,
            (first >> 32) ^ d ^ high_key,
            first & MASK,
        )
        low_key, high_key = (low_key + WEYL[0]) & MASK, (high_key + WEYL[1]) & MASK
    return a, b, c, d


def lognormal_factor(draws: tuple[float, float, float, float], spread: float) -> float:
    """The lognormal factor of mean 1 made of four uniform draws.

    Examples
    --------
    >>> lognormal_factor((0.5, 0.5, 0.5, 0.5), 0.0)
    1.0
    """
    if spread == 0.0:
        return 1.0
    z = (sum(draws) - 2.0) * math.sqrt(3.0)
    a = spread * math.sqrt(3.0) / 2.0
    return math.exp(spread * z) / (math.sinh(a) / a) ** 4


@dataclass(frozen=True)
class Luck:
    """All draws of one lane, by address.

    Parameters
    ----------
    key : int
        64-bit key of the run.
    replication : int
        Replication number of the lane.
    """

    key: int
    replication: int

    def block(self, entity: int, block: int, month: int) -> Words:
        """The four words of a block of processes."""
        counter = (entity & MASK, entity >> 32, self.replication, block * MONTHS_A_BLOCK + month)
        return philox(counter, (self.key & MASK, self.key >> 32))

    def uniform(self, entity: int, process: int, month: int) -> float:
        """The draw of a process, strictly between 0 and 1."""
        return to_uniform(self.block(entity, process // 4, month)[process % 4])

    def factor(self, entity: int, process: int, month: int, spread: float) -> float:
        """The lognormal factor whose four draws start at a process."""
        a, b, c, d = (self.uniform(entity, process + i, month) for i in range(4))
        return lognormal_factor((a, b, c, d), spread)


def to_uniform(word: int) -> float:
    """Turn the 23 high bits of a word into a number strictly between 0 and 1.

    Examples
    --------
    >>> to_uniform(0) == 0.5 / 2**23
    True
    """
    return ((word >> 9) + 0.5) / 2**23


def coarse_uniform(high: int, low: int) -> float:
    """Turn the 8 low bits of two words into a number strictly between 0 and 1."""
    return (256 * (high & 255) + (low & 255) + 0.5) / 65536
