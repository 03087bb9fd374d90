"""Books being filled: what each AE carries so far, for policies that place one account after another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kamsim.allocation.problem import AllocationProblem, Floats, Indices

NOBODY = -1
ROUNDING = 1e-9


class Books:
    """Owners given so far, and the workload with travel that each AE carries.

    An account goes with its family, and only to an AE who is eligible: to others it would be infinitely
    much work.

    Use is load over capacity. An AE has room up to his capacity, or up to a fair share where the team as
    a whole has more work than hours: else the first AEs to be full would leave all the rest to others.

    Attributes
    ----------
    owner : array of int, shape (accounts,)
        Position of the AE; `NOBODY` where none is given yet.
    load : array, shape (reps,)
        Workload hours a month, travel included.
    mean_use : float
        Of the team as a whole, with the least travel.
    room : float
        Use up to which an AE has room: 1, or ``allocation.balance_tolerance`` above the mean, where a book
        starts to count as too large (E-BAL-1).
    """

    def __init__(self, problem: AllocationProblem) -> None:
        self._problem = problem
        self._loads = problem.workload[:, None] * problem.hours_per_client_hour
        self._family_loads = np.zeros((int(problem.family.max(initial=-1)) + 1, problem.reps))
        np.add.at(self._family_loads, problem.family, self._loads)
        self._members = _members(problem.family)
        self.owner: Indices = np.full(problem.accounts, NOBODY, dtype=np.intp)
        self.load: Floats = np.zeros(problem.reps)
        self.mean_use = _mean_use(problem)
        self.room = max(1.0, (1 + problem.settings.balance_tolerance) * self.mean_use)

    def give(self, account: int, rep: int) -> None:
        """Put an account into an AE's book with its family, those who are in a book already left out."""
        for member in self._members[self._problem.family[account]]:
            if self.owner[member] == NOBODY:
                self.leave(member, rep)

    def leave(self, account: int, rep: int) -> None:
        """Put an account into an AE's book alone, whatever the constraints say."""
        self.owner[account] = rep
        self.load[rep] += self._loads[account, rep]

    def keep(self, accounts: Indices, most: float) -> Indices:
        """Leave accounts with their owners, one after the other, while the owner's use is at most `most`.

        Returns
        -------
        array of int
            The accounts that are left without an owner, in the same order.
        """
        for account in accounts.tolist():
            rep = int(self._problem.owner[account])
            given = self.owner[account] != NOBODY
            if rep != NOBODY and not given and self.use_with(account)[rep] <= most + ROUNDING:
                self.give(account, rep)
        return np.asarray(accounts[self.owner[accounts] == NOBODY])

    def place(self, accounts: Indices) -> None:
        """Leave accounts, one after the other, with owners who have room; others go to the least used AE."""
        for account in self.keep(accounts, self.room).tolist():
            self.give(account, self.least_used(account))

    def use_with(self, account: int) -> Floats:
        """Share of each AE's capacity in use were he to take the account with its family.

        Infinite for an AE without capacity, and for one who may not have it.
        """
        load = self.load + self._family_loads[self._problem.family[account]]
        capacity = self._problem.capacity
        able = (capacity > 0) & self._problem.eligible[account]
        return np.asarray(np.divide(load, capacity, out=np.full_like(load, np.inf), where=able))

    def least_used(self, account: int, among: NDArray[np.bool_] | None = None) -> int:
        """Find the eligible AE whose capacity would be least used, among some if one of them is eligible.

        Equally used: the nearest one.
        """
        use = self.use_with(account).round(9)
        last = np.zeros(use.size, dtype=bool) if among is None else ~among
        barred = ~self._problem.eligible[account]
        return int(np.lexsort((self._problem.distance_km[account], use, last, barred))[0])

    def nearest_with_room(self, account: int) -> int:
        """Find the nearest AE with room for the workload; equally near: the owner, then the least used.

        Where nobody has room, it is the AE who would be least overloaded.
        """
        use = self.use_with(account)
        stranger = np.arange(use.size) != self._problem.owner[account]
        order = np.lexsort((use.round(9), stranger, self._problem.distance_km[account]))
        room = order[use[order] <= self.room + ROUNDING]
        return int(room[0]) if room.size else self.least_used(account)


def _members(family: Indices) -> list[list[int]]:
    members: list[list[int]] = [[] for _ in range(int(family.max(initial=-1)) + 1)]
    for account, number in enumerate(family.tolist()):
        members[number].append(account)
    return members


def _mean_use(problem: AllocationProblem) -> float:
    capacity = float(problem.capacity.sum())
    load = float(problem.workload @ problem.hours_per_client_hour.min(axis=1))
    return load / capacity if capacity > 0 else 0.0


def largest_first(size: Floats) -> Indices:
    """Order accounts by falling size; equals in order of account id.

    Examples
    --------
    >>> largest_first(np.array([1.0, 3.0, 1.0])).tolist()
    [1, 0, 2]
    """
    return np.argsort(-size, kind="stable")
