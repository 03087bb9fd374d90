"""What arithmetic alone can tell: how many territories a piece gets, what no plan can keep."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kamsim.errors import InfeasibleAllocationError
from kamsim.territories.adjacency import Floats, Indices
from kamsim.territories.problem import NONE, TerritoryProblem


@dataclass(frozen=True, eq=False)
class Share:
    """The units of a connected piece and the territories it gets."""

    units: Indices
    territories: Indices
    most_moved: int


def check_arithmetic(problem: TerritoryProblem, *, require_tolerance: bool) -> None:
    """Raise where counting or adding up shows that there is no plan.

    Raises
    ------
    InfeasibleAllocationError
        For more territories than units; for a plan before that cannot be kept to `most_moved`; and, where
        the tolerance must be kept, for a unit or locked units that are heavier than a territory may be.
    """
    if problem.k > problem.units:
        raise InfeasibleAllocationError(
            f"{problem.units} units cannot fill {problem.k} territories: k must be <= {problem.units}"
        )
    had = problem.previous != NONE
    forced = had & (
        (problem.previous == problem.k) | ((problem.held != NONE) & (problem.held != problem.previous))
    )
    if forced.sum() > problem.most_moved:
        raise InfeasibleAllocationError(
            f"{forced.sum()} units must move ({_quote(problem.unit_ids[forced])}), since their territory is"
            " no more or they are locked elsewhere; max_moved_share allows"
            f" {problem.most_moved} of {had.sum()}"
        )
    if require_tolerance:
        _check_heavy_units(problem)
        _check_heavy_locks(problem)


def _check_heavy_units(problem: TerritoryProblem) -> None:
    heavy = problem.share > 1 + problem.tolerance + 1e-12
    if not heavy.any():
        return
    unit, a = np.argwhere(heavy)[0]
    ids = problem.unit_ids[heavy.any(axis=1)]
    most = problem.amount[:, a].sum() / problem.k * (1 + problem.tolerance[a])
    raise InfeasibleAllocationError(
        f"tolerance {problem.tolerance[a]:.1%} of {problem.attributes[a]!r} cannot be kept with k ="
        f" {problem.k}: unit {problem.unit_ids[unit]!r} alone holds {_number(problem.amount[unit, a])}, a"
        f" territory may hold at most {_number(most)} (units that are too large: {_quote(ids)})"
    )


def _check_heavy_locks(problem: TerritoryProblem) -> None:
    for t in np.unique(problem.held[problem.held != NONE]):
        mine = problem.held == t
        load = problem.share[mine].sum(axis=0)
        for a in np.flatnonzero(load > 1 + problem.tolerance + 1e-9):
            raise InfeasibleAllocationError(
                f"the {mine.sum()} units locked to {problem.names[t]!r} hold {load[a]:.3g} times the mean"
                f" {problem.attributes[a]!r} of a territory; tolerance allows {1 + problem.tolerance[a]:.3g}"
            )


def apportion(problem: TerritoryProblem, *, require_tolerance: bool) -> list[Share]:
    """Give each connected piece its territories: its share of the load, rounded, within the tolerance.

    Raises
    ------
    InfeasibleAllocationError
        When k is too small to serve the pieces, when no whole number of territories keeps the tolerance
        within a piece, or when a territory is locked to two pieces.
    """
    piece = problem.neighbours.pieces()
    count = int(piece.max()) + 1
    members = [np.flatnonzero(piece == c) for c in range(count)]
    if count == 1:
        return [Share(members[0], np.arange(problem.k), problem.most_moved)]
    if count > problem.k:
        raise InfeasibleAllocationError(
            f"the units fall into {count} pieces that do not touch, and k is {problem.k}: each piece needs a"
            f" territory ({_describe(problem, members)}); link them in adjacency, or give"
            " islands='join'"
        )
    must = _homes_that_must_be(problem, piece)
    number = _numbers(problem, members, np.bincount(must[must != NONE], minlength=count), require_tolerance)
    homes = _fill(problem, piece, must, number)
    had = np.array([(problem.previous[m] != NONE).sum() for m in members])
    caps = problem.most_moved * had // max(int(had.sum()), 1)
    caps[np.argmax(had)] += problem.most_moved - caps.sum()
    return [Share(members[c], np.flatnonzero(homes == c), int(caps[c])) for c in range(count)]


def _homes_that_must_be(problem: TerritoryProblem, piece: Indices) -> Indices:
    """Give the piece of each territory with locked units or a fixed centre, shape (k,); -1 for the others."""
    homes = np.full(problem.k, NONE, dtype=np.int64)
    for t in range(problem.k):
        locked = np.flatnonzero(problem.held == t)
        if locked.size:
            pieces = np.unique(piece[locked])
            if pieces.size > 1:
                a, b = (locked[piece[locked] == c][0] for c in pieces[:2])
                raise InfeasibleAllocationError(
                    f"units {problem.unit_ids[a]!r} and {problem.unit_ids[b]!r} are both locked to"
                    f" {problem.names[t]!r}, but lie in pieces that do not touch: no territory holding both"
                    " is contiguous"
                )
            homes[t] = pieces[0]
        elif problem.fixed[t]:
            homes[t] = piece[np.argmin(((problem.x - problem.centre[t]) ** 2).sum(axis=1))]
    return homes


def _numbers(
    problem: TerritoryProblem, members: list[Indices], least: Indices, require_tolerance: bool
) -> Indices:
    """Say how many territories each piece gets, shape (pieces,)."""
    loads = np.array([problem.share[m].sum(axis=0) for m in members])
    low = np.maximum(least, 1)
    high = np.array([m.size for m in members])
    if require_tolerance:
        fits_from = np.ceil((loads / (1 + problem.tolerance)).max(axis=1) - 1e-9)
        fits_to = np.floor((loads / np.maximum(1 - problem.tolerance, 1e-9)).min(axis=1) + 1e-9)
        low = np.maximum(low, fits_from.astype(np.int64))
        high = np.minimum(high, np.minimum(fits_to, problem.k).astype(np.int64))
    for c in np.flatnonzero(low > high):
        raise InfeasibleAllocationError(
            f"the piece of {members[c].size} units ({_quote(problem.unit_ids[members[c]])}) holds"
            f" {_loads(problem, loads[c])} times the mean of a territory: no whole number of territories"
            f" keeps the tolerance there (at least {low[c]}, at most {high[c]})"
        )
    if not low.sum() <= problem.k <= high.sum():
        raise InfeasibleAllocationError(
            f"k is {problem.k}, but the {len(members)} pieces that do not touch take from {low.sum()} to"
            f" {high.sum()} territories together ({_describe(problem, members)})"
        )
    number, wanted = low.copy(), loads.mean(axis=1)
    while number.sum() < problem.k:
        number[np.argmax(np.where(number < high, wanted - number, -np.inf))] += 1
    return number


def _fill(problem: TerritoryProblem, piece: Indices, must: Indices, number: Indices) -> Indices:
    """Give each territory its piece, shape (k,): as must be, then where most of it was, then any."""
    homes = must.copy()
    room = number - np.bincount(must[must != NONE], minlength=number.size)
    for t in np.flatnonzero(homes == NONE):
        mine = problem.previous == t
        if mine.any():
            usual = int(np.argmax(np.bincount(piece[mine], problem.load[mine], number.size)))
            if room[usual] > 0:
                homes[t] = usual
                room[usual] -= 1
    homes[homes == NONE] = np.repeat(np.arange(number.size), room)
    return homes


def _describe(problem: TerritoryProblem, members: list[Indices]) -> str:
    parts = [f"{m.size} units: {_quote(problem.unit_ids[m], 3)}" for m in members[:5]]
    more = f"; and {len(members) - 5} more" if len(members) > 5 else ""
    return "; ".join(parts) + more


def _loads(problem: TerritoryProblem, loads: Floats) -> str:
    return ", ".join(f"{load:.3g} ({name})" for name, load in zip(problem.attributes, loads, strict=True))


def _quote(ids: np.ndarray, most: int = 5) -> str:
    quoted = ", ".join(repr(str(i)) for i in ids[:most])
    return quoted + (f" and {len(ids) - most} more" if len(ids) > most else "")


def _number(value: float) -> str:
    return f"{value:,.6g}"
