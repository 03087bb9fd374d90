"""Owners that can give every account its minimum hours, with the fewest moves."""

from __future__ import annotations

import numpy as np

from kamsim.allocation.choice import Options, choose
from kamsim.allocation.problem import AllocationProblem, Indices
from kamsim.errors import InfeasibleAllocationError

TRAVEL_WEIGHT = 1e-3  # of a move: among equally few moves, rather the less travel
HALF_A_MOVE = 0.5  # a proven gap below one move leaves the fewest


def keep_minimum(problem: AllocationProblem, owner: Indices) -> Indices:
    """Move as few accounts as needed for every AE to have the minimum hours of his book.

    Owners that can are returned as they are. Otherwise one exact program finds the owners who differ
    least from those asked for, so a policy never fails where a plan exists.

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
        When no owners at all leave room for the minimum hours.
    """
    wished = owner >= 0
    if wished.all() and (problem.load(owner, problem.minimum) <= problem.capacity).all():
        return owner
    options = _pairs(problem, owner)
    found = choose(
        options,
        problem.accounts,
        problem.capacity,
        seconds=problem.settings.time_limit_seconds,
        target_gap=HALF_A_MOVE / problem.accounts,
    )
    if found.options is None:
        raise InfeasibleAllocationError(_refusal(problem, proven=found.infeasible))
    return options.rep[found.options]


def _pairs(problem: AllocationProblem, owner: Indices) -> Options:
    """Every account with every AE who has its minimum hours, worth 1 where it is the AE asked for."""
    load = problem.minimum[:, None] * problem.hours_per_client_hour
    account, rep = np.nonzero(load <= problem.capacity)
    travel = problem.hours_per_client_hour[account, rep]
    value = (owner[account] == rep) - TRAVEL_WEIGHT / max(problem.accounts, 1) * travel
    hours = problem.minimum[account]
    return Options(account, rep, hours, load[account, rep], value, np.zeros(account.size))


def _refusal(problem: AllocationProblem, *, proven: bool) -> str:
    needed = float(problem.minimum @ problem.hours_per_client_hour.min(axis=1))
    said = "cannot be packed into" if proven else "could not be packed within the solver's time limit into"
    return (
        f"the minimum hours of the {problem.accounts} accounts, {needed:.1f} a month with the least travel,"
        f" {said} the {problem.capacity.sum():.1f} hours of the {problem.reps} AEs"
    )
