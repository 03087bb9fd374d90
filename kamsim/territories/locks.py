"""Locked units of one territory tied together: ways between them that no other territory may take."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from kamsim.errors import InfeasibleAllocationError
from kamsim.territories.adjacency import Indices
from kamsim.territories.problem import NONE, TerritoryProblem


def tie_locks(problem: TerritoryProblem) -> Indices:
    """Hold, beside the locked units, those on shortest ways between units of one territory.

    A territory is contiguous only if its locked units are connected within it. Ways are found territory by
    territory; where one bars another, that other goes first, and the search starts again.

    Parameters
    ----------
    problem : TerritoryProblem
        Of one connected piece.

    Returns
    -------
    array of int, shape (units,)
        Territory that each unit must have; -1 for none.

    Raises
    ------
    InfeasibleAllocationError
        When units that are locked elsewhere part two units of a territory, or no ways were found that leave
        each other free.
    """
    several = [t for t in range(problem.k) if (problem.held == t).sum() > 1]
    if not several:
        return problem.held
    starts, others = problem.neighbours.starts, problem.neighbours.others
    own = np.repeat(np.arange(problem.units), np.diff(starts))
    length = np.linalg.norm(problem.x[own] - problem.x[others], axis=1) + 1e-6
    roads = csr_array((length, others, starts), shape=(problem.units, problem.units))
    for t in several:
        _tie(problem, roads, problem.held, t, provable=True)
    order = list(several)
    for _ in range(len(several) + 1):
        held, barred = problem.held, None
        for t in order:
            tied = _tie(problem, roads, held, t, provable=False)
            if tied is None:
                barred = t
                break
            held = tied
        if barred is None:
            return held
        order.remove(barred)
        order.insert(0, barred)
    raise InfeasibleAllocationError(
        f"no contiguous ways were found between the units locked to {problem.names[order[0]]!r} that leave"
        f" those of other territories free; {len(several)} territories hold several locked units"
    )


def find_pockets(problem: TerritoryProblem, held: Indices) -> np.ndarray:
    """Find the units that held ones close off, in parts too small for a territory.

    Such a part can only belong to the territories that close it off: no other could grow out of it.

    Returns
    -------
    array of bool, shape (units,)
    """
    pocket = np.zeros(problem.units, dtype=bool)
    free = np.flatnonzero(held == NONE)
    if free.size in (0, problem.units):
        return pocket
    part = problem.neighbours.within(free).pieces()
    loads = np.stack([np.bincount(part, share) for share in problem.share[free].T], axis=1)
    small = np.any(loads < 1 - problem.tolerance, axis=1)
    pocket[free] = np.asarray(small)[part]
    return pocket


def _tie(
    problem: TerritoryProblem, roads: csr_array, held: Indices, t: int, *, provable: bool
) -> Indices | None:
    """Connect the locked units of a territory, nearest first; None where others bar the way."""
    free = np.flatnonzero((held == NONE) | (held == t))
    number = np.full(problem.units, NONE)
    number[free] = np.arange(free.size)
    open_roads = roads[free][:, free]
    wanted = number[np.flatnonzero(problem.held == t)]
    tied, waiting = [int(wanted[0])], set(wanted[1:].tolist())
    while waiting:
        distance, before, _ = dijkstra(
            open_roads, directed=False, indices=tied, return_predecessors=True, min_only=True
        )
        nearest = min(waiting, key=lambda u: (distance[u], u))
        if not np.isfinite(distance[nearest]):
            if provable:
                a, b = problem.unit_ids[free[wanted[0]]], problem.unit_ids[free[nearest]]
                raise InfeasibleAllocationError(
                    f"units {a!r} and {b!r} are both locked to {problem.names[t]!r}, but units locked to"
                    " other territories part them: no territory holding both is contiguous"
                )
            return None
        while nearest not in tied:
            tied.append(int(nearest))
            waiting.discard(int(nearest))
            nearest = before[nearest]
    held = held.copy()
    held[free[tied]] = t
    return held
