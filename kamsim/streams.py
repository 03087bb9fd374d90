"""Named random streams from one root seed; the only place that makes generators.

Streams are addressed by name and not by position, so a stage that is inserted later moves no other
stage's draws. The dynamics draw by counter instead (`kamsim.dynamics.luck`): the address of a draw is
(seed, replication, entity, process, month), so that an account has the same luck under every
policy, in any chunk and on any number of threads. The keys and process numbers of those addresses
live here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray


class Process(IntEnum):
    """What a word of luck in the dynamics is for. Numbers are part of every seed's meaning: append only.

    Philox gives four words a call, so number `n` is word ``n % 4`` of block ``n // 4`` (docs/model.md,
    section 8). Opportunity slot `k` uses the word ``SLOT + k``; jumps take three words.
    """

    WALLET_AND_SPONSOR = 0
    OPENING = 1
    RENEWAL = 2
    SLOT = 3
    WALLET_JUMP = 16
    ORGANISATION = 20
    INDUSTRY_EVENT = 24
    INDUSTRY_JUMP = 28
    PERSON_LEAVES = 32


_FNV_OFFSET, _FNV_PRIME = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3)


def _hash64(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def stream(seed: int, *names: str | int) -> np.random.Generator:
    """Make the generator of one named stage.

    Parameters
    ----------
    seed : int
        The root seed, 0 or above.
    *names : str or int
        The address of the stage, such as ``"portfolio", "wallet"``.

    Returns
    -------
    numpy.random.Generator
        The same for the same seed and names, whatever else was drawn before.

    Examples
    --------
    >>> bool(stream(7, "portfolio").random() == stream(7, "portfolio").random())
    True
    >>> bool(stream(7, "portfolio").random() == stream(7, "team").random())
    False
    """
    words: list[int] = []
    for name in names:
        number = _hash64(f"{'str' if isinstance(name, str) else 'int'}:{name}")
        words += [number & 0xFFFFFFFF, number >> 32]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=tuple(words))))


def sklearn_seed(seed: int, *names: str | int) -> int:
    """Draw the integer seed that a scikit-learn estimator wants from a named stream."""
    return int(stream(seed, *names).integers(2**31 - 1))


def entity_keys(ids: Sequence[str]) -> NDArray[np.uint64]:
    """Hash entity ids to the 64-bit numbers that address their draws.

    FNV-1a over the bytes of UTF-8 (Fowler, Noll & Vo; RFC 9923), all ids side by side. The number depends on
    the id alone, so adding an account changes no other account's luck. Only that ids differ matters here:
    Philox does the mixing.

    Parameters
    ----------
    ids : sequence of str

    Returns
    -------
    array of uint64, shape (ids,)

    Examples
    --------
    >>> [hex(int(key)) for key in entity_keys(["", "a", "foobar"])]
    ['0xcbf29ce484222325', '0xaf63dc4c8601ec8c', '0x85944171f73967e8']
    """
    texts = [i.encode() for i in ids]
    lengths = np.fromiter(map(len, texts), np.int64, len(texts))
    width = max(1, int(lengths.max(initial=0)))
    letters = np.array(texts, dtype=f"S{width}").view(np.uint8).reshape(len(texts), width)
    keys = np.full(len(texts), _FNV_OFFSET)
    for place in range(width):
        keys = np.where(place < lengths, (keys ^ letters[:, place]) * _FNV_PRIME, keys)
    return keys


def luck_key(seed: int, name: str) -> int:
    """Derive the 64-bit Philox key of a root seed and a purpose."""
    return int(stream(seed, "luck", name).integers(2**63 - 1))
