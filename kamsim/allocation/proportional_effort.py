"""Proportional effort: an AE's hours in proportion to the potential of his accounts."""

from __future__ import annotations

from dataclasses import dataclass

from kamsim.allocation.books import Books, largest_first
from kamsim.allocation.hours import share_by_weight
from kamsim.allocation.policy import Plan
from kamsim.allocation.problem import AllocationProblem
from kamsim.allocation.repair import keep_minimum


@dataclass(frozen=True)
class ProportionalEffort:
    """Spread hours in proportion to 3-year potential, nobody below the minimum.

    By falling potential, an account stays with its owner while he has room for the workload, and else goes
    to the AE whose capacity is least used, as under the policy "potential_greedy": the two differ in hours
    alone. An account of twice the potential gets twice the hours, whether or not it answers to them.
    """

    def allocate(self, problem: AllocationProblem) -> Plan:
        """Fill the books, then follow the potential."""
        books = Books(problem)
        books.place(largest_first(problem.potential))
        owner = keep_minimum(problem, books.owner)
        return Plan(owner, share_by_weight(problem, owner, problem.potential))
