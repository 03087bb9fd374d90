"""Books being filled: what each AE carries so far, for policies that place one account after another."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kamsim.allocation.problem import AllocationProblem, Floats, Indices

NOBODY = -1
ROUNDING = 1e-9


class Books:
    """Owners given so far, and the workload with travel that each AE carries.

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
        self.owner: Indices = np.full(problem.accounts, NOBODY, dtype=np.intp)
        self.load: Floats = np.zeros(problem.reps)
        self.mean_use = _mean_use(problem)
        self.room = max(1.0, (1 + problem.settings.balance_tolerance) * self.mean_use)

    def give(self, account: int, rep: int) -> None:
        """Put an account into an AE's book."""
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
            if rep != NOBODY and self.use_with(account)[rep] <= most + ROUNDING:
                self.give(account, rep)
        return np.asarray(accounts[self.owner[accounts] == NOBODY])

    def place(self, accounts: Indices) -> None:
        """Leave accounts, one after the other, with owners who have room; others go to the least used AE."""
        for account in self.keep(accounts, self.room).tolist():
            self.give(account, self.least_used(account))

    def use_with(self, account: int) -> Floats:
        """Share of each AE's capacity in use were he to take the account; infinite without capacity."""
        load = self.load + self._loads[account]
        capacity = self._problem.capacity
        return np.asarray(np.divide(load, capacity, out=np.full_like(load, np.inf), where=capacity > 0))

    def least_used(self, account: int, among: NDArray[np.bool_] | None = None) -> int:
        """Find the AE whose capacity would be least used, among some; equally used: the nearest one."""
        use = self.use_with(account).round(9)
        last = np.zeros(use.size, dtype=bool) if among is None else ~among
        return int(np.lexsort((self._problem.distance_km[account], use, last))[0])

    def nearest_with_room(self, account: int) -> int:
        """Find the nearest AE with room for the workload; equally near: the owner, then the least used.

        Where nobody has room, it is the AE who would be least overloaded.
        """
        use = self.use_with(account)
        stranger = np.arange(use.size) != self._problem.owner[account]
        order = np.lexsort((use.round(9), stranger, self._problem.distance_km[account]))
        room = order[use[order] <= self.room + ROUNDING]
        return int(room[0]) if room.size else self.least_used(account)


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
