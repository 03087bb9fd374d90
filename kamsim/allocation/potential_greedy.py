"""Potential-greedy: the largest potential first, until the hours are out."""

from __future__ import annotations

from dataclasses import dataclass

from kamsim.allocation.books import Books, largest_first
from kamsim.allocation.hours import serve_in_order
from kamsim.allocation.policy import Plan
from kamsim.allocation.problem import AllocationProblem
from kamsim.allocation.repair import keep_minimum


@dataclass(frozen=True)
class PotentialGreedy:
    """Serve accounts in full by falling 3-year potential; what comes last gets the minimum.

    An account stays with its owner while he has room for its workload beside the larger ones, and else
    goes to the AE whose capacity is least used. Within a book the largest potential has its whole
    workload first; hours left over follow the potential.
    """

    def allocate(self, problem: AllocationProblem) -> Plan:
        """Serve the largest first."""
        books = Books(problem)
        books.place(largest_first(problem.potential))
        owner = keep_minimum(problem, books.owner)
        return Plan(owner, serve_in_order(problem, owner, problem.potential))
