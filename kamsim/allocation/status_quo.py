"""The status quo: owners as they are, hours as the habit has them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kamsim.allocation.books import NOBODY, Books, largest_first
from kamsim.allocation.hours import share_by_weight
from kamsim.allocation.policy import Plan
from kamsim.allocation.problem import AllocationProblem
from kamsim.dynamics import habit_weight


@dataclass(frozen=True)
class StatusQuo:
    """Nobody moves; within a book, hours follow revenue, the client's size, or nothing.

    The habit is ``portfolio.historical_habit``, the rule that a generated past followed too. An account
    that no AE of the team owns goes to the eligible AE whose capacity is least used. The one policy that may
    stay below the minimum: a book too large for its AE is not repaired but served thinner, as it is today.
    It is what is there, so an owner whom a constraint bars stays, and `check_plan` lists him.
    """

    def allocate(self, problem: AllocationProblem) -> Plan:
        """Keep the owners and follow the habit."""
        books = Books(problem)
        for account in np.flatnonzero(problem.owner != NOBODY).tolist():
            books.leave(account, int(problem.owner[account]))
        for account in largest_first(problem.workload):
            if books.owner[account] == NOBODY:
                books.give(account, books.least_used(account))
        weight = habit_weight(problem.habit, problem.revenue, problem.firm_revenue)
        return Plan(books.owner, share_by_weight(problem, books.owner, weight))
