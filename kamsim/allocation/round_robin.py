"""Round robin: accounts dealt in turn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kamsim.allocation.books import largest_first
from kamsim.allocation.hours import share_by_weight
from kamsim.allocation.policy import Plan
from kamsim.allocation.problem import AllocationProblem
from kamsim.allocation.repair import keep_minimum


@dataclass(frozen=True)
class RoundRobin:
    """Deal accounts by falling potential to the AEs in turn; hours follow the workload.

    AEs without capacity are passed over. Blind to owners and places: what fairness by count costs.
    """

    def allocate(self, problem: AllocationProblem) -> Plan:
        """Deal the accounts."""
        able = np.flatnonzero(problem.capacity > 0)
        dealt_to = able if able.size else np.arange(problem.reps)
        owner = np.empty(problem.accounts, dtype=np.intp)
        owner[largest_first(problem.potential)] = dealt_to[np.arange(problem.accounts) % dealt_to.size]
        owner = keep_minimum(problem, owner)
        return Plan(owner, share_by_weight(problem, owner, problem.workload))
