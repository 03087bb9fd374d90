"""The guide's ratios: each account the hours that its tier's coverage ratio gives it (D-COV-1)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kamsim.allocation.books import NOBODY, Books, largest_first
from kamsim.allocation.hours import share_by_weight
from kamsim.allocation.policy import Plan
from kamsim.allocation.problem import AllocationProblem
from kamsim.allocation.repair import keep_minimum


@dataclass(frozen=True)
class GuideRatios:
    """Owners keep what the ratios let them cover; hours follow the workload of the tier.

    By falling revenue, an account stays with its owner while the workload fits his capacity; the others
    go to the nearest AE with room, and stay where they are when nobody has any. The ratios say how
    hours are split between accounts. How many there are is the team's capacity: all hours scale down in
    a book that is too large, and up in one that leaves time over.
    """

    def allocate(self, problem: AllocationProblem) -> Plan:
        """Move what is too much, then give hours by the ratios."""
        books = Books(problem)
        by_revenue = largest_first(problem.revenue)
        for account in by_revenue:
            if books.keeps(account):
                books.give(account, int(problem.owner[account]))
        for account in by_revenue[books.owner[by_revenue] == NOBODY]:
            books.give(account, _place(problem, books, int(account)))
        owner = keep_minimum(problem, books.owner)
        return Plan(owner, share_by_weight(problem, owner, problem.workload))


def _place(problem: AllocationProblem, books: Books, account: int) -> int:
    nobody_has_room = books.use_with(account).min() > 1
    owned = problem.owner[account] != NOBODY
    if owned and nobody_has_room and np.isfinite(books.use_with(account)[problem.owner[account]]):
        return int(problem.owner[account])
    return books.nearest_with_room(account)
