"""Whether an allocation can exist, told by arithmetic before any solver runs, and whether a plan keeps it."""

from __future__ import annotations

import numpy as np

from kamsim.allocation.policy import Plan
from kamsim.allocation.problem import AllocationProblem
from kamsim.errors import InfeasibleAllocationError

TOLERANCE_HOURS = 1e-6
"""Rounding of sums and of the solver."""


def check_feasible(problem: AllocationProblem) -> None:
    """Refuse a problem that no plan can meet, with hours needed and hours available.

    Necessary conditions only, with travel left out: somebody to allocate to, nobody's minimum above
    every AE's capacity, and all minimum hours together within the team's. What is left, the packing of
    accounts into books, `keep_minimum` settles exactly.

    Parameters
    ----------
    problem : AllocationProblem

    Raises
    ------
    InfeasibleAllocationError
        One sentence with the numbers and, where it is one account, its id.
    """
    if problem.reps == 0:
        raise InfeasibleAllocationError(
            f"the team holds no AE: nobody can own the {problem.accounts} accounts of the book"
        )
    if problem.accounts == 0:
        raise InfeasibleAllocationError("the book holds no account: there is nothing to allocate")
    largest = int(np.argmax(problem.minimum))
    needed, most = problem.minimum[largest], problem.capacity.max()
    if needed > most + TOLERANCE_HOURS:
        raise InfeasibleAllocationError(
            f"account {problem.account_ids[largest]!r} needs at least {needed:.1f} AE hours a month,"
            f" and no AE has more than {most:.1f}"
        )
    needed, available = problem.minimum.sum(), problem.capacity.sum()
    if needed > available + TOLERANCE_HOURS:
        raise InfeasibleAllocationError(
            f"the {problem.accounts} accounts need at least {needed:.1f} AE hours a month,"
            f" and the {problem.reps} AEs have {available:.1f}"
        )


def check_plan(problem: AllocationProblem, plan: Plan, policy: str) -> None:
    """Refuse a plan that leaves an account out or gives an AE more hours than he has.

    Raises
    ------
    InfeasibleAllocationError
        Naming the policy, the account or AE, and the hours.
    """
    lost = (plan.owner < 0) | (plan.owner >= problem.reps) | ~(plan.hours >= 0)
    if lost.any():
        account = problem.account_ids[int(np.argmax(lost))]
        raise InfeasibleAllocationError(f"policy {policy!r} gives account {account!r} no owner or no hours")
    excess = problem.load(plan.owner, plan.hours) - problem.capacity
    worst = int(np.argmax(excess))
    if excess[worst] > TOLERANCE_HOURS:
        hours = problem.capacity[worst]
        raise InfeasibleAllocationError(
            f"policy {policy!r} asks {hours + excess[worst]:.2f} hours a month"
            f" of {problem.rep_ids[worst]!r}, who has {hours:.2f}"
        )
