"""Improve a choice by solving a few AEs' books again exactly, group after group."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

import numpy as np

from kamsim.allocation.choice import Options, choose
from kamsim.allocation.problem import Floats, Indices

GROUP = 3  # AEs solved together: the fewest among whom accounts can go round
GROUP_SECONDS = 5.0


def polish(
    options: Options,
    chosen: Indices,
    capacity: Floats,
    *,
    budget: float,
    seconds: float,
    target_gap: float,
) -> Indices:
    """Improve a choice until no group of AEs can be improved, or the time is over.

    Every AE in turn is taken with those who share most candidates with it; their accounts are dealt
    among them anew by the exact program, all else fixed. A result counts only if it is worth more. So
    a large problem, where the whole program ends at its time limit far from the optimum, comes close.

    Parameters
    ----------
    options : Options
    chosen : array of int, shape (accounts,)
        A choice that meets the constraints: positions in `options`, in the order of accounts.
    capacity : array, shape (reps,)
    budget : float
        Largest sum of ``options.counts``.
    seconds : float
        Time to spend.
    target_gap : float
        Of each group's program.

    Returns
    -------
    array of int, shape (accounts,)
        A choice that is worth as much or more.
    """
    end = perf_counter() + seconds
    chosen = chosen.copy()
    for group in _groups(options, chosen, capacity.size):
        left = end - perf_counter()
        if left <= 0:
            break
        members = np.flatnonzero(np.isin(options.rep[chosen], group))
        if members.size == 0:
            continue
        mine = np.flatnonzero(np.isin(options.account, members) & np.isin(options.rep, group))
        spent = options.counts[chosen].sum() - options.counts[chosen[members]].sum()
        found = choose(
            options.part(mine),
            members.size,
            capacity,
            budget=budget - spent,
            time_limit_seconds=min(left, GROUP_SECONDS),
            target_gap=target_gap,
        )
        if found.options is None:
            continue
        better = mine[found.options]
        if options.value[better].sum() > options.value[chosen[members]].sum():
            chosen[members] = better
    return chosen


def _groups(options: Options, chosen: Indices, reps: int) -> Iterator[Indices]:
    """Yield each AE with its closest partners, then each with the next ones, until all have met."""
    considered = np.zeros((chosen.size, reps))
    considered[options.account, options.rep] = 1.0
    shared = considered.T @ considered
    np.fill_diagonal(shared, -1.0)
    partners = np.argsort(-shared, axis=1, kind="stable")
    for first in range(0, max(reps - 1, 0), GROUP - 1):
        for rep in range(reps):
            yield np.array([rep, *partners[rep, first : min(first + GROUP - 1, reps - 1)]])
