"""From a connected problem to labels: start centres, balanced diagram, whole territories, local search."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.spatial import cKDTree

from kamsim.errors import InfeasibleAllocationError
from kamsim.territories.adjacency import Floats, Indices
from kamsim.territories.diagram_kernel import settle_diagram
from kamsim.territories.ground import Ground
from kamsim.territories.locks import find_pockets, tie_locks
from kamsim.territories.problem import NONE, TerritoryProblem
from kamsim.territories.search_kernel import search
from kamsim.territories.whole_kernel import drop_fragments, fill_empty, grow

TURNS = 60
"""Turns of the diagram, in which prices and centres move."""
HEATS, GENTLE_HEAT = (0.3, 3.0, 10.0), 0.05
"""First temperatures in mean squared distances: from a diagram, in turns, and from the plan before, which is
kept near."""
LEAST_SWEEPS, MOST_SWEEPS, LOOKS = 60, 1_500, 600_000
"""Annealed sweeps for each attribute: so many looks at units, within bounds. Sweeps that only go down follow,
at most `PATIENCE` times as many, until the tolerance is kept or no better plan comes."""
PATIENCE = 3
UNITS_SEARCHED, MOST_SEARCHES = 12_000, 5
"""Few units are searched several times, as many as there are in all, and the best plan is taken."""


def solve(problem: TerritoryProblem, seed: int) -> Indices:
    """Put the units of a connected problem into its territories.

    Parameters
    ----------
    problem : TerritoryProblem
    seed : int
        Of the search's luck.

    Returns
    -------
    array of int, shape (units,)
        Territory of each unit: contiguous, none empty, locks and the cap on moves kept, the deviation as
        small as was found.

    Raises
    ------
    InfeasibleAllocationError
        When locks part a territory, or no whole territories were found within the cap on moves.
    """
    held = tie_locks(problem)
    centres = start_centres(problem)
    unit = max(float(np.mean(cKDTree(centres).query(problem.x)[0] ** 2)), 1e-9)
    ground = Ground(
        problem.x, problem.share, problem.tolerance, problem.neighbours.starts, problem.neighbours.others,
        held, problem.previous, np.where(problem.fixed[:, None], problem.centre, 0.0), problem.fixed,
    )  # fmt: skip
    searches = int(np.clip(UNITS_SEARCHED // problem.units, 1, MOST_SEARCHES))
    settled = _from_diagram(problem, held, centres, unit)
    starts = [(settled, HEATS[number % len(HEATS)]) for number in range(searches)]
    if (problem.previous != NONE).any():
        starts.append((_from_previous(problem, held, centres), GENTLE_HEAT))
    allowed = [(label, heat) for label, heat in starts if _moved(problem, label) <= problem.most_moved]
    if not allowed:
        least = min(_moved(problem, label) for label, _ in starts)
        raise InfeasibleAllocationError(
            f"no plan of contiguous territories was found that moves at most {problem.most_moved} of"
            f" {(problem.previous != NONE).sum()} units: making the plan before whole takes {least}"
        )
    count = len(problem.attributes)
    least = LEAST_SWEEPS * count
    annealed = int(np.clip(LOOKS * count // problem.units, least, max(MOST_SWEEPS, least)))
    found = []
    for number, (label, heat) in enumerate(allowed):
        best, excess, energy, _ = search(
            ground, label, unit, problem.move_cost, problem.most_moved, heat, annealed, PATIENCE * annealed,
            np.uint64((seed + number) % 2**64),
        )  # fmt: skip
        found.append((excess > 0, round(excess, 2), round(energy, 9), number, best))
    return np.asarray(min(found, key=lambda each: each[:4])[4])


def start_centres(problem: TerritoryProblem) -> Floats:
    """Say where centres start: where they are fixed, in the middle of the plan before, else by bisection.

    Returns
    -------
    array, shape (k, 3)
    """
    known = problem.centre.copy()
    for t in np.flatnonzero(~problem.fixed):
        mine = problem.previous == t
        if mine.any():
            known[t] = problem.x[mine].mean(axis=0)
    open_ = np.isnan(known[:, 0])
    if not open_.any():
        return known
    anchor = known.copy()
    for t in np.flatnonzero(open_):
        mine = problem.held == t
        if mine.any():
            anchor[t] = problem.x[mine].mean(axis=0)
    middle = bisect(problem.x, problem.load, problem.k)
    anchored = np.flatnonzero(~np.isnan(anchor[:, 0]))
    apart = ((anchor[anchored, None, :] - middle[None, :, :]) ** 2).sum(axis=2)
    taken = np.zeros(problem.k, dtype=bool)
    for row, column in zip(*linear_sum_assignment(apart), strict=True):
        taken[column] = True
        if open_[anchored[row]]:
            known[anchored[row]] = middle[column]
    known[np.isnan(known[:, 0])] = middle[~taken]
    return known


def bisect(x: Floats, load: Floats, k: int) -> Floats:
    """Cut the units in two across their longest extent, and again, until there are k parts of like load.

    Parameters
    ----------
    x : array, shape (units, 3)
    load : array, shape (units,)
    k : int
        At most the number of units.

    Returns
    -------
    array, shape (k, 3)
        The middle of each part.

    Examples
    --------
    >>> x = np.array([[0.0, 0, 0], [1, 0, 0], [4, 0, 0], [5, 0, 0]])
    >>> sorted(bisect(x, np.ones(4), 2)[:, 0].tolist())
    [0.5, 4.5]
    """
    middle, waiting = [], [(np.arange(len(x)), k)]
    while waiting:
        units, parts = waiting.pop()
        if parts == 1:
            middle.append(x[units].mean(axis=0))
            continue
        spread = x[units] - x[units].mean(axis=0)
        along = spread @ np.linalg.eigh(spread.T @ spread)[1][:, -1]
        if along[np.argmax(np.abs(along))] < 0:
            along = -along
        order = units[np.argsort(along.round(9), kind="stable")]
        before = np.cumsum(load[order] + 1e-12)
        first = parts // 2
        cut = int(np.searchsorted(before, before[-1] * first / parts, side="right"))
        cut = min(max(cut, first), units.size - (parts - first))
        waiting += [(order[cut:], parts - first), (order[:cut], first)]
    return np.array(middle)


def _from_diagram(problem: TerritoryProblem, held: Indices, centres: Floats, unit: float) -> Indices:
    """Settle the balanced diagram and make its territories whole."""
    middle, price = centres.copy(), np.zeros(problem.k)
    label = settle_diagram(
        problem.x, problem.load, held, problem.previous, problem.move_cost * unit, middle, problem.fixed,
        price, TURNS,
    )  # fmt: skip
    return _make_whole(problem, held, label, middle, price)


def _from_previous(problem: TerritoryProblem, held: Indices, centres: Floats) -> Indices:
    """Take the plan before where it still holds, and make its territories whole."""
    label = np.where(problem.previous < problem.k, problem.previous, NONE)
    label = np.where(held != NONE, held, label)
    return _make_whole(problem, held, label, centres, np.zeros(problem.k))


def _make_whole(
    problem: TerritoryProblem, held: Indices, label: Indices, centres: Floats, price: Floats
) -> Indices:
    starts, others = problem.neighbours.starts, problem.neighbours.others
    pocket = find_pockets(problem, held)
    if (label == NONE).all():
        label[np.argmin(((problem.x - centres[0]) ** 2).sum(axis=1))] = 0
    drop_fragments(label, starts, others, problem.load, held, pocket, problem.k)
    grow(label, starts, others, problem.x, centres, price)
    for barred in (pocket, np.zeros_like(pocket)):  # a pocket only where there is no other room
        unfilled = fill_empty(label, starts, others, problem.x, centres, held, barred, problem.k)
    if unfilled:
        raise InfeasibleAllocationError(
            f"{unfilled} of {problem.k} territories stay empty: the locked units leave none that another"
            " territory can do without"
        )
    return label


def _moved(problem: TerritoryProblem, label: Indices) -> int:
    return int(((problem.previous != NONE) & (problem.previous != label)).sum())
