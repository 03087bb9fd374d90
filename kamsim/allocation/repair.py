"""Owners that keep every constraint and can give every account its minimum hours, as near as can be."""

from __future__ import annotations

import numpy as np

from kamsim.allocation.choice import Options, choose
from kamsim.allocation.limits import split_families
from kamsim.allocation.problem import AllocationProblem, Floats, Indices
from kamsim.errors import InfeasibleAllocationError

TRAVEL_WEIGHT = 1e-3  # of a move: among equally few moves, rather the less travel
ROUNDING = 1e-9
HALF_A_MOVE = 0.5  # a proven gap below one move leaves the fewest


def keep_minimum(problem: AllocationProblem, owner: Indices) -> Indices:
    """Move as few accounts as needed for the constraints and for the minimum hours of every AE's book.

    Owners that keep eligibility, families, caps on what changes hands, and the minimum hours are returned
    as they are. Otherwise one exact program finds the owners who differ least from those asked for, so a
    policy never fails where a plan exists.

    Parameters
    ----------
    problem : AllocationProblem
    owner : array of int, shape (accounts,)
        The owners a policy would like; -1 where it has no wish.

    Returns
    -------
    array of int, shape (accounts,)

    Raises
    ------
    InfeasibleAllocationError
        When no owners at all keep the constraints and leave room for the minimum hours.
    """
    if keeps_limits(problem, owner) and (problem.load(owner, problem.minimum) <= problem.capacity).all():
        return owner
    options = _pairs(problem, owner)
    found = choose(
        options,
        problem.accounts,
        problem.capacity,
        budget=problem.limits.caps,
        family=problem.limits.family,
        seconds=problem.settings.time_limit_seconds,
        target_gap=HALF_A_MOVE / problem.accounts,
    )
    if found.options is None:
        raise InfeasibleAllocationError(_refusal(problem, proven=found.infeasible))
    return options.rep[found.options]


def keeps_limits(problem: AllocationProblem, owner: Indices) -> bool:
    """Tell whether owners are all there, eligible, one for each family, and within the caps."""
    if (owner < 0).any() or not problem.eligible[np.arange(problem.accounts), owner].all():
        return False
    caps = problem.limits.caps
    within = (problem.spent(owner) <= caps + ROUNDING * np.maximum(caps, 1.0)).all()
    return bool(within and not split_families(owner, problem.family).any())


def _pairs(problem: AllocationProblem, owner: Indices) -> Options:
    """Every account with every eligible AE who has its minimum hours, worth 1 if it is the wish."""
    load = problem.minimum[:, None] * problem.hours_per_client_hour
    account, rep = np.nonzero((load <= problem.capacity) & problem.eligible)
    travel = problem.hours_per_client_hour[account, rep]
    value = (owner[account] == rep) - TRAVEL_WEIGHT / max(problem.accounts, 1) * travel
    hours = problem.minimum[account]
    return Options(account, rep, hours, load[account, rep], value, budget_counts(problem, account, rep))


def budget_counts(problem: AllocationProblem, account: Indices, rep: Indices) -> Floats:
    """What giving accounts to AEs takes of each budget of the limits, shape (pairs, budgets)."""
    leaves = (problem.owner[account] >= 0) & (problem.owner[account] != rep)
    return np.asarray(problem.limits.weights(problem.accounts)[account] * leaves[:, None])


def _refusal(problem: AllocationProblem, *, proven: bool) -> str:
    needed = float(problem.minimum @ problem.hours_per_client_hour.min(axis=1))
    said = "cannot be packed into" if proven else "could not be packed within the solver's time limit into"
    under = " under the constraints" if problem.limits.binds else ""
    return (
        f"the minimum hours of the {problem.accounts} accounts, {needed:.1f} a month with the least travel,"
        f" {said} the {problem.capacity.sum():.1f} hours of the {problem.reps} AEs{under}"
    )
