"""Routed: accounts given out by the rules that route leads, on size, industry and region (D-ROU-1)."""

from __future__ import annotations

from dataclasses import dataclass

from kamsim.allocation.books import NOBODY, ROUNDING, Books, largest_first
from kamsim.allocation.hours import share_by_weight
from kamsim.allocation.policy import Plan
from kamsim.allocation.problem import AllocationProblem
from kamsim.allocation.repair import keep_minimum


@dataclass(frozen=True)
class Routed:
    """Give every account to an AE whom the routing rules want for it; hours follow the workload.

    By falling workload, an account stays with an owner who is wanted and has room, and else goes to the
    least used of those who are wanted: to one with too much already if need be, since rules do not count.
    """

    def allocate(self, problem: AllocationProblem) -> Plan:
        """Follow the rules."""
        books = Books(problem)
        for account in largest_first(problem.workload).tolist():
            rep, wanted = int(problem.owner[account]), problem.routed[account]
            if rep == NOBODY or not wanted[rep] or books.use_with(account)[rep] > books.room + ROUNDING:
                rep = books.least_used(account, among=wanted)
            books.give(account, rep)
        owner = keep_minimum(problem, books.owner)
        return Plan(owner, share_by_weight(problem, owner, problem.workload))
