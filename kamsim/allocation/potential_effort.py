"""The potential-effort matrix: served by whom, by 3-year potential and the effort it takes (D-MAT-1)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kamsim.allocation.books import NOBODY, ROUNDING, Books, largest_first
from kamsim.allocation.hours import share_by_weight
from kamsim.allocation.policy import Plan
from kamsim.allocation.problem import AllocationProblem, Floats
from kamsim.allocation.repair import keep_minimum


@dataclass(frozen=True)
class PotentialEffort:
    """Send high potential with moderate effort to senior AEs, and SEs to high potential with high effort.

    Potential is high above ``allocation.high_potential_eur``; effort is high where half of the gain takes
    more than ``allocation.high_effort_hours``. By falling potential, accounts of high potential and
    moderate effort stay with a senior owner or go to the senior AE least used, as far as seniors have
    room; all others are served as usual: they stay with their owners while these have room, and else go to
    the least used AE. Hours follow the workload. The SE hours are shared anew, as many in all.
    """

    def allocate(self, problem: AllocationProblem) -> Plan:
        """Fill the senior books, then the others, and share the SE hours."""
        high = problem.potential > problem.settings.high_potential_eur
        hard = problem.curves.half > problem.settings.high_effort_hours
        books = Books(problem)
        _fill_senior_books(problem, books, high & ~hard)
        order = largest_first(problem.potential)
        books.place(order[books.owner[order] == NOBODY])
        owner = keep_minimum(problem, books.owner)
        hours = share_by_weight(problem, owner, problem.workload)
        return Plan(owner, hours, se_hours=_support(problem, high & hard))


def _fill_senior_books(problem: AllocationProblem, books: Books, wanted: NDArray[np.bool_]) -> None:
    order = largest_first(problem.potential)
    for account in order[wanted[order]].tolist():
        use, owner = books.use_with(account), int(problem.owner[account])
        roomy = problem.senior & (use <= books.room + ROUNDING)
        if owner != NOBODY and roomy[owner]:
            books.give(account, owner)
        elif roomy.any():
            books.give(account, books.least_used(account, among=roomy))


def _support(problem: AllocationProblem, supported: NDArray[np.bool_]) -> Floats:
    """Share the SE hours by what accounts had, those with support at a larger weight."""
    wanted = problem.se_hours * np.where(supported, problem.settings.se_support_weight, 1.0)
    total = wanted.sum()
    return wanted * (problem.se_hours.sum() / total) if total > 0 else wanted
