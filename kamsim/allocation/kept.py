"""Whether a plan keeps hours and constraints, and what of them the status quo breaks."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kamsim.allocation.feasibility import TOLERANCE_HOURS
from kamsim.allocation.limits import split_families
from kamsim.allocation.policy import Plan
from kamsim.allocation.problem import AllocationProblem, Indices
from kamsim.errors import InfeasibleAllocationError

COLUMNS = ("constraint", "account_id", "rep_id", "used", "limit")


def check_plan(problem: AllocationProblem, plan: Plan, policy: str) -> pd.DataFrame:
    """Refuse a plan that leaves an account out, overloads an AE, or proposes what a constraint bars.

    A plan under which no account leaves an owner of the team proposes nothing: what it breaks is how things
    are, and is returned as a list instead, so that there is a status quo to compare with under any
    constraints.

    Parameters
    ----------
    problem : AllocationProblem
    plan : Plan
    policy : str
        Its name, for the message.

    Returns
    -------
    DataFrame
        From `broken_constraints`; empty for a plan that proposes anything.

    Raises
    ------
    InfeasibleAllocationError
        Naming the policy, the account or AE, and the hours or the constraint.
    """
    if plan.owner.shape != (problem.accounts,) or plan.hours.shape != (problem.accounts,):
        raise InfeasibleAllocationError(
            f"policy {policy!r} must give each of {problem.accounts} accounts an owner and hours,"
            f" got {plan.owner.size} owners and {plan.hours.size} hours"
        )
    lost = (plan.owner < 0) | (plan.owner >= problem.reps) | ~(plan.hours >= 0)
    if lost.any():
        account = problem.account_ids[int(np.argmax(lost))]
        raise InfeasibleAllocationError(
            f"policy {policy!r} gives account {account!r} no owner or no hours", accounts=[account]
        )
    excess = problem.load(plan.owner, plan.hours) - problem.capacity
    worst = int(np.argmax(excess))
    if excess[worst] > TOLERANCE_HOURS:
        hours, rep = problem.capacity[worst], problem.rep_ids[worst]
        raise InfeasibleAllocationError(
            f"policy {policy!r} asks {hours + excess[worst]:.2f} hours a month"
            f" of {rep!r}, who has {hours:.2f}",
            needed=hours + excess[worst],
            available=hours,
            reps=[rep],
        )
    broken = broken_constraints(problem, plan.owner)
    if broken.empty or not problem.leaves(plan.owner).any():
        return broken
    first = broken.iloc[0]
    capped = bool(pd.notna(first["limit"]))
    where = f" with account {first['account_id']!r} at {first['rep_id']!r}"
    amounts = f": {first['used']:g} against {first['limit']:g}"
    raise InfeasibleAllocationError(
        f"policy {policy!r} breaks {first['constraint']}{amounts if capped else where}",
        needed=first["used"] if capped else None,
        available=first["limit"] if capped else None,
        accounts=list(broken["account_id"].dropna()),
        constraints=sorted(set(broken["constraint"])),
    )


def broken_constraints(problem: AllocationProblem, owner: Indices) -> pd.DataFrame:
    """List what owners break.

    Parameters
    ----------
    problem : AllocationProblem
    owner : array of int, shape (accounts,)

    Returns
    -------
    DataFrame
        constraint, account_id and rep_id (missing for a cap), used and limit (of a cap; else NaN).
    """
    everybody = np.arange(problem.accounts)
    pairs = [
        (name, account)
        for name, allowed in problem.limits.allowed.items()
        for account in np.flatnonzero(~allowed[everybody, owner]).tolist()
    ]
    pairs += [("families", i) for i in np.flatnonzero(split_families(owner, problem.family)).tolist()]
    rows: list[tuple[str, str | None, str | None, float, float]] = [
        (name, problem.account_ids[i], problem.rep_ids[owner[i]], np.nan, np.nan) for name, i in pairs
    ]
    for budget, used in zip(problem.limits.budgets, problem.spent(owner).tolist(), strict=True):
        if used > budget.limit + TOLERANCE_HOURS * max(budget.limit, 1.0):
            rows.append((budget.name, None, None, used, budget.limit))
    listed = pd.DataFrame(rows, columns=list(COLUMNS))
    return listed.astype({"constraint": "str", "account_id": "str", "rep_id": "str"}).astype(
        {"used": "float64", "limit": "float64"}
    )
