"""Nearest: every account to the closest AE who has room (D-ALL-1, geographic proximity)."""

from __future__ import annotations

from dataclasses import dataclass

from kamsim.allocation.books import Books, largest_first
from kamsim.allocation.hours import share_by_weight
from kamsim.allocation.policy import Plan
from kamsim.allocation.problem import AllocationProblem
from kamsim.allocation.repair import keep_minimum


@dataclass(frozen=True)
class Nearest:
    """Give accounts by falling workload to the nearest AE with room for it; hours follow the workload.

    Where coordinates are unknown all AEs are equally far: the owner keeps the account if he has room.
    """

    def allocate(self, problem: AllocationProblem) -> Plan:
        """Give each account to the nearest AE."""
        books = Books(problem)
        for account in largest_first(problem.workload):
            books.give(account, books.nearest_with_room(account))
        owner = keep_minimum(problem, books.owner)
        return Plan(owner, share_by_weight(problem, owner, problem.workload))
