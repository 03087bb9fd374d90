"""Balanced: every AE the same share of his capacity in use."""

from __future__ import annotations

from dataclasses import dataclass

from kamsim.allocation.books import Books, largest_first
from kamsim.allocation.hours import share_by_weight
from kamsim.allocation.policy import Plan
from kamsim.allocation.problem import AllocationProblem
from kamsim.allocation.repair import keep_minimum


@dataclass(frozen=True)
class Balanced:
    """Even out workload over capacity by moving few accounts; hours follow the workload.

    By falling workload, accounts stay with their owners up to the team's mean use; the others, again by
    falling workload, go to the AE whose capacity is least used: the longest-processing-time rule, with
    the present owner preferred.
    """

    def allocate(self, problem: AllocationProblem) -> Plan:
        """Fill the books evenly."""
        books = Books(problem)
        for account in books.keep(largest_first(problem.workload), books.mean_use).tolist():
            books.give(account, books.least_used(account))
        owner = keep_minimum(problem, books.owner)
        return Plan(owner, share_by_weight(problem, owner, problem.workload))
