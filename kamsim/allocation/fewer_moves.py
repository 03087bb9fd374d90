"""Moves taken back: accounts that return to their owner as long as the plan stays worth enough."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heapify, heappop, heappush

import numpy as np

from kamsim.allocation.policy import Plan
from kamsim.allocation.problem import AllocationProblem, Floats, Indices
from kamsim.allocation.settle import settle_hours

ROUNDING_EUR = 1e-6


@dataclass(frozen=True, eq=False)
class _Return:
    """A family back with its former owner: what the plan loses, and the hours in the two books."""

    loss: float
    books: Indices
    owner: Indices
    hours: Floats


def take_back_moves(problem: AllocationProblem, plan: Plan, floor: float | None = None) -> Plan:
    """Return accounts to their former owners, family by family, the one that costs least first.

    A solver that stops at a small gap leaves moves that bring nothing. For a family that one AE of the team
    owned, hours are settled anew in the two books with the family back; what the plan loses by that is known
    again whenever one of the books has changed. The least loss is taken as long as the plan stays worth the
    floor and the former owner has room for the minimum hours. Going back takes nothing of any cap.

    Parameters
    ----------
    problem : AllocationProblem
    plan : Plan
        Keeps minimum hours and constraints; so does what is returned.
    floor : float, optional
        EUR that the plan must stay worth; by default nothing is lost at any step.

    Returns
    -------
    Plan
        With the gap of the plan given.
    """
    owner, hours = plan.owner.copy(), plan.hours.copy()
    value, changes = problem.value(owner, hours), np.zeros(problem.reps, dtype=np.int64)
    families = _could_return(problem, owner)
    tried: dict[int, tuple[int, _Return]] = {}

    def look(number: int) -> tuple[float, int]:
        members, former = families[number]
        changed = int(changes[former] + changes[owner[members[0]]])
        tried[number] = changed, _try(problem, owner, hours, members, former)
        return tried[number][1].loss, number

    heap = [look(number) for number in families]
    heapify(heap)
    while heap:
        _, number = heappop(heap)
        members, former = families[number]
        new, (seen, back) = int(owner[members[0]]), tried[number]
        if seen != changes[former] + changes[new]:
            heappush(heap, look(number))
            continue
        if not back.loss <= (ROUNDING_EUR if floor is None else value - floor):
            break
        owner[back.books], hours[back.books], value = back.owner, back.hours, value - back.loss
        changes[[former, new]] += 1
    return Plan(owner, hours, plan.gap)


def _could_return(problem: AllocationProblem, owner: Indices) -> dict[int, tuple[Indices, int]]:
    """Give the families that could go back, by number: members and the AE."""
    found = {}
    for number in np.unique(problem.family[problem.leaves(owner)]).tolist():
        members = np.flatnonzero(problem.family == number)
        former = np.unique(problem.owner[members])
        if former.size == 1 and problem.eligible[members[0], former[0]]:
            found[number] = members, int(former[0])
    return found


def _try(problem: AllocationProblem, owner: Indices, hours: Floats, members: Indices, former: int) -> _Return:
    """Settle the two books with the family back; an infinite loss where the minimum hours do not fit."""
    books = np.flatnonzero((owner == former) | (owner == owner[members[0]]))
    part, back = problem.part(books), owner[books].copy()
    back[np.isin(books, members)] = former
    if (part.load(back, part.minimum) > part.capacity).any():
        return _Return(np.inf, books, back, hours[books])
    settled = settle_hours(part, back, hours[books])
    loss = part.value(owner[books], hours[books]) - part.value(back, settled)
    return _Return(loss, books, back, settled)
