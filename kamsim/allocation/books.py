"""Books being filled: what each AE carries so far, for policies that place one account after another."""

from __future__ import annotations

import numpy as np

from kamsim.allocation.problem import AllocationProblem, Floats, Indices

NOBODY = -1
ROUNDING = 1e-9


class Books:
    """Owners given so far, and the workload with travel that each AE carries.

    Attributes
    ----------
    owner : array of int, shape (accounts,)
        Position of the AE; `NOBODY` where none is given yet.
    load : array, shape (reps,)
        Workload hours a month, travel included.
    """

    def __init__(self, problem: AllocationProblem) -> None:
        self._problem = problem
        self._loads = problem.workload[:, None] * problem.hours_per_client_hour
        self.owner: Indices = np.full(problem.accounts, NOBODY, dtype=np.intp)
        self.load: Floats = np.zeros(problem.reps)

    def give(self, account: int, rep: int) -> None:
        """Put an account into an AE's book."""
        self.owner[account] = rep
        self.load[rep] += self._loads[account, rep]

    def use_with(self, account: int) -> Floats:
        """Share of each AE's capacity in use were he to take the account; infinite without capacity."""
        load = self.load + self._loads[account]
        capacity = self._problem.capacity
        return np.asarray(np.divide(load, capacity, out=np.full_like(load, np.inf), where=capacity > 0))

    def keeps(self, account: int, most_used: float = 1.0) -> bool:
        """Tell whether the account's owner can keep it without using more than a share of his capacity."""
        owner = self._problem.owner[account]
        return bool(owner != NOBODY and self.use_with(account)[owner] <= most_used + ROUNDING)

    def least_used(self, account: int) -> int:
        """Find the AE whose capacity would be least used; then the nearest one, then the first."""
        return int(np.lexsort((self._problem.distance_km[account], self.use_with(account).round(9)))[0])

    def nearest_with_room(self, account: int) -> int:
        """Find the nearest AE with room for the workload; equally near: the owner, then the least used.

        Where nobody has room, it is the AE who would be least overloaded.
        """
        use = self.use_with(account)
        stranger = np.arange(use.size) != self._problem.owner[account]
        order = np.lexsort((use.round(9), stranger, self._problem.distance_km[account]))
        room = order[use[order] <= 1 + ROUNDING]
        return int(room[0]) if room.size else self.least_used(account)


def largest_first(size: Floats) -> Indices:
    """Order accounts by falling size; equals in order of account id.

    Examples
    --------
    >>> largest_first(np.array([1.0, 3.0, 1.0])).tolist()
    [1, 0, 2]
    """
    return np.argsort(-size, kind="stable")
