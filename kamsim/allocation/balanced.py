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

    By falling workload, an account stays with its owner while his use is at most
    ``allocation.balance_tolerance`` above the team's mean (E-BAL-1), and else goes to the AE whose
    capacity is least used: the longest-processing-time rule, with the present owner preferred.
    """

    def allocate(self, problem: AllocationProblem) -> Plan:
        """Fill the books evenly."""
        books = Books(problem)
        most = (1 + problem.settings.balance_tolerance) * _mean_use(problem)
        for account in largest_first(problem.workload):
            keeps = books.keeps(account, most)
            books.give(account, int(problem.owner[account]) if keeps else books.least_used(account))
        owner = keep_minimum(problem, books.owner)
        return Plan(owner, share_by_weight(problem, owner, problem.workload))


def _mean_use(problem: AllocationProblem) -> float:
    """Workload with the least travel over capacity, of the whole team."""
    capacity = float(problem.capacity.sum())
    load = float(problem.workload @ problem.hours_per_client_hour.min(axis=1))
    return load / capacity if capacity > 0 else 0.0
