"""Marginal value: effort in proportion to contribution times elasticity (Albers 1998, E-RUL-1)."""

from __future__ import annotations

from dataclasses import dataclass

from kamsim.allocation.books import Books, largest_first
from kamsim.allocation.hours import share_by_weight
from kamsim.allocation.policy import Plan
from kamsim.allocation.problem import AllocationProblem, Floats, Indices
from kamsim.allocation.repair import keep_minimum


@dataclass(frozen=True)
class MarginalValue:
    """Spread hours within books by the one-step rule, nobody below the minimum.

    By falling gain, an account stays with its owner while he has room for the workload, and else goes to
    the AE whose capacity is least used. Hours start from the workload and follow `step_by_elasticity`.

    Parameters
    ----------
    steps : int
        How often the rule is applied, each time to the hours it gave before.
    """

    steps: int = 1

    def allocate(self, problem: AllocationProblem) -> Plan:
        """Fill the books, then take the steps."""
        books = Books(problem)
        books.place(largest_first(problem.curves.gain))
        owner = keep_minimum(problem, books.owner)
        hours = share_by_weight(problem, owner, problem.workload)
        for _ in range(self.steps):
            hours = step_by_elasticity(problem, owner, hours)
        return Plan(owner, hours)


def step_by_elasticity(problem: AllocationProblem, owner: Indices, hours: Floats) -> Floats:
    """Give each account of a book effort in proportion to contribution times elasticity (E-RUL-1).

    With value V and hours h, the elasticity is h V' / V, so contribution times elasticity is h V'(h): what
    the last hour brings, times the hours. These are taken from the hours before the step. Where the rule
    gives what it was given, every hour of an AE's capacity brings the same, which is the best split on
    concave curves. On an S-shaped curve an account below the bend loses hours at each step.

    Parameters
    ----------
    problem : AllocationProblem
    owner : array of int, shape (accounts,)
    hours : array, shape (accounts,)
        Hours before the step.

    Returns
    -------
    array, shape (accounts,)
        Hours a month with each client; each AE's capacity is used, and the minimum kept.

    Examples
    --------
    >>> import numpy as np
    >>> from kamsim.config import Scenario
    >>> from kamsim.allocation.problem import build_problem
    >>> from kamsim.schemas import BOOK, TEAM
    >>> nobody = build_problem(BOOK.empty(), TEAM.empty(), Scenario.load("saas_midmarket"))
    >>> step_by_elasticity(nobody, np.zeros(0, int), np.zeros(0)).shape
    (0,)
    """
    brings = problem.curves.marginal(hours + problem.pool_effort)
    return share_by_weight(problem, owner, hours * brings / problem.rate(owner))
