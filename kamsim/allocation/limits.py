"""What a plan may not do, as arrays: who may own what, who stays together, how much may change hands."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Indices = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Budget:
    """A cap on what changes hands: accounts, revenue or relationships.

    Attributes
    ----------
    name : str
        The key that sets it, such as "disruption.revenue_share".
    weight : array, shape (accounts,)
        What an account takes of it when it leaves an owner who is in the team.
    limit : float
        The most that may be taken.
    """

    name: str
    weight: Floats
    limit: float


@dataclass(frozen=True, eq=False)
class Limits:
    """All that constrains a plan beside the AEs' hours.

    Attributes
    ----------
    allowed : dict of str to array of bool, shape (accounts, reps)
        By name of the constraint, the pairs that it lets be. An AE is eligible whom all of them let.
    family : array of int, shape (accounts,), or None
        Accounts of one number have one owner; None where every account stands alone.
    budgets : tuple of Budget

    Examples
    --------
    >>> senior, near = np.array([[True, False]]), np.array([[False, True]])
    >>> Limits({"seniority": senior}).eligible(1, 2), Limits({"a": senior, "b": near}).eligible(1, 2)
    (array([[ True, False]]), array([[False, False]]))
    """

    allowed: dict[str, Flags] = field(default_factory=dict)
    family: Indices | None = None
    budgets: tuple[Budget, ...] = ()

    def alone(self, accounts: int, reps: int) -> Flags:
        """Tell which AEs each account may have, whatever its family needs; shape (accounts, reps)."""
        fits = np.ones((accounts, reps), dtype=bool)
        for pairs in self.allowed.values():
            fits &= pairs
        return fits

    def eligible(self, accounts: int, reps: int) -> Flags:
        """Tell which AEs each account may have: those whom every member of its family may."""
        fits = self.alone(accounts, reps)
        if self.family is None:
            return fits
        barred = np.zeros((int(self.family.max(initial=-1)) + 1, reps), dtype=bool)
        np.logical_or.at(barred, self.family, ~fits)
        return np.asarray(~barred[self.family])

    @property
    def binds(self) -> bool:
        """Whether anything is constrained at all."""
        return bool(self.allowed or self.budgets) or self.family is not None

    @property
    def caps(self) -> Floats:
        """Limits of the budgets, shape (budgets,)."""
        return np.array([budget.limit for budget in self.budgets], dtype=np.float64)

    def weights(self, accounts: int) -> Floats:
        """What each account takes of each budget when it leaves its owner, shape (accounts, budgets)."""
        columns = [budget.weight for budget in self.budgets]
        return np.stack(columns, axis=1) if columns else np.zeros((accounts, 0))

    def barring(self, account: int, rep: int) -> list[str]:
        """Name the constraints that keep an AE from an account."""
        return [name for name, pairs in self.allowed.items() if not pairs[account, rep]]


def split_families(owner: Indices, family: Indices) -> Flags:
    """Tell which accounts are in a family with more than one owner.

    Examples
    --------
    >>> split_families(np.array([0, 1, 1, 1]), np.array([0, 0, 1, 1]))
    array([ True,  True, False, False])
    """
    size = int(family.max(initial=-1)) + 1
    first, last = np.full(size, np.iinfo(np.intp).max), np.full(size, -1)
    np.minimum.at(first, family, owner)
    np.maximum.at(last, family, owner)
    return np.asarray((first != last)[family])
