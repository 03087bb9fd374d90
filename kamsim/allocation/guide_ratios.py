"""The guide's ratios: each account the hours that its tier's coverage ratio gives it (D-COV-1)."""

from __future__ import annotations

from dataclasses import dataclass

from kamsim.allocation.books import Books, largest_first
from kamsim.allocation.hours import share_by_weight
from kamsim.allocation.policy import Plan
from kamsim.allocation.problem import AllocationProblem
from kamsim.allocation.repair import keep_minimum


@dataclass(frozen=True)
class GuideRatios:
    """Owners keep what the ratios let them cover; hours follow the workload of the tier.

    By falling revenue, an account stays with its owner while he has room for the workload; the others go
    to the nearest AE with room. The ratios say how hours are split between accounts. How many there are
    is the team's capacity: all hours scale down in a book that is too large, and up in one that leaves
    time over.
    """

    def allocate(self, problem: AllocationProblem) -> Plan:
        """Move what is too much, then give hours by the ratios."""
        books = Books(problem)
        for account in books.keep(largest_first(problem.revenue), books.room).tolist():
            books.give(account, books.nearest_with_room(account))
        owner = keep_minimum(problem, books.owner)
        return Plan(owner, share_by_weight(problem, owner, problem.workload))
