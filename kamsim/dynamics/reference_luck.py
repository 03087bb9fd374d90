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


def lognormal_factor(draws: tuple[float, float, float], spread: float) -> float:
    """The lognormal factor of mean 1 made of three uniform draws.

    Examples
    --------
    >>> lognormal_factor((0.5, 0.5, 0.5), 0.0)
    1.0
    """
    if spread == 0.0:
        return 1.0
    z = 2.0 * sum(draws) - 3.0
    return math.exp(spread * z) / (math.sinh(spread) / spread) ** 3


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

    def word(self, entity: int, process: int, month: int) -> int:
        """The word of a process."""
        return self.block(entity, process // 4, month)[process % 4]

    def halves(self, entity: int, process: int, month: int) -> tuple[float, float]:
        """The two draws of a process whose word is halved, the high half first."""
        high, low = divmod(self.word(entity, process, month), 2**16)
        return (high + 0.5) / 2**16, (low + 0.5) / 2**16

    def left_over(self, entity: int, process: int, month: int) -> float:
        """The draw made of the 9 bits that `uniform` does not use."""
        return (self.word(entity, process, month) % 2**9 + 0.5) / 2**9

    def uniform(self, entity: int, process: int, month: int) -> float:
        """The draw of a process that has a word for itself, strictly between 0 and 1."""
        return to_uniform(self.word(entity, process, month))

    def factor(self, entity: int, process: int, month: int, spread: float) -> float:
        """The lognormal factor whose three draws start at a process."""
        a, b, c = (self.uniform(entity, process + i, month) for i in range(3))
        return lognormal_factor((a, b, c), spread)


def to_uniform(word: int) -> float:
    """Turn the 23 high bits of a word into a number strictly between 0 and 1.

    Examples
    --------
    >>> to_uniform(0) == 0.5 / 2**23
    True
    """
    return ((word >> 9) + 0.5) / 2**23


def is_second(draw: float, first: float, second: float) -> bool:
    """Whether the second of two independent events happens that share a draw (docs/model.md, section 6).

    Examples
    --------
    >>> [is_second(u, 0.5, 0.2) for u in (0.05, 0.15, 0.55, 0.65)]
    [True, False, True, False]
    """
    if draw < first:
        return draw < first * second
    return draw < first + (1.0 - first) * second
