"""Compiled passes over pairs: what an account's row holds as one number, and whom it names twice.

Everything here calls only what stands in this file, so that numba's own cache sees each change.
"""

from __future__ import annotations

import numpy as np

from kamsim.dynamics.compiled import compiled

_A, _B = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


@compiled(inline=True)
def _mix(x):
    """Scatter 64 bits (the finaliser of SplitMix64, Steele, Lea & Flood 2014)."""
    x = (x ^ (x >> np.uint64(30))) * _A
    x = (x ^ (x >> np.uint64(27))) * _B
    return x ^ (x >> np.uint64(31))


def fingerprint_accounts(start, rep, cost, load):
    """Give a number to each account that depends on its pairs alone, whatever their order."""
    marks = np.empty(start.size - 1, np.uint64)
    _fingerprint(start, rep, cost.view(np.uint64), load.view(np.uint64), marks)
    return marks


@compiled
def _fingerprint(start, rep, cost, load, marks):
    for i in range(marks.size):
        total = np.uint64(0)
        for k in range(start[i], start[i + 1]):
            total += _mix(_mix(_mix(np.uint64(rep[k]) + _A) ^ cost[k]) ^ load[k])
        marks[i] = total


@compiled
def find_repeated(start, rep, reps):
    """Find an account that names a representative twice; -1 if none does."""
    last = np.full(reps, -1)
    for i in range(start.size - 1):
        for k in range(start[i], start[i + 1]):
            if last[rep[k]] == i:
                return i
            last[rep[k]] = i
    return -1
