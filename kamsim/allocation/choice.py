"""Exact multiple choice under capacity: for each account one option, by SciPy's MILP (HiGHS)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array

from kamsim.allocation.problem import Floats, Indices

INFEASIBLE = 2  # status of scipy.optimize.milp


@dataclass(frozen=True, eq=False)
class Options:
    """What each account may get; one entry an option, arrays of the same length.

    Attributes
    ----------
    account, rep : array of int
        Whom it is for, and the AE it gives.
    hours : array
        Hours a month with the client.
    load : array
        The same with travel: what it takes of the AE's capacity.
    value : array
        What it is worth.
    counts : array
        What it takes of the `budget`: 1 for a change of owner that the disruption cap counts.
    """

    account: Indices
    rep: Indices
    hours: Floats
    load: Floats
    value: Floats
    counts: Floats

    def part(self, some: Indices) -> Options:
        """Return some of the options, their accounts renumbered from 0 without holes."""
        _, account = np.unique(self.account[some], return_inverse=True)
        rest = (self.rep, self.hours, self.load, self.value, self.counts)
        return Options(account, *(column[some] for column in rest))


@dataclass(frozen=True, eq=False)
class Choice:
    """The options chosen, one an account in the order of accounts, with what the solver proved.

    Attributes
    ----------
    options : array of int, shape (accounts,), or None
        Positions in `Options`; None when the solver found nothing.
    bound : float
        No choice at all is worth more.
    infeasible : bool
        Proven that no choice meets the constraints.
    """

    options: Indices | None
    bound: float
    infeasible: bool


def choose(
    options: Options,
    accounts: int,
    capacity: Floats,
    *,
    budget: float = np.inf,
    time_limit_seconds: float,
    target_gap: float,
) -> Choice:
    """Choose one option for each account, of the largest total value.

    maximise sum value_k x_k over x_k in {0, 1} subject to: one option for each account; load of each AE
    within his capacity; sum counts_k x_k <= budget. HiGHS is deterministic as long as the time limit does
    not end it: then the choice depends on the machine's speed, and a bound is proven all the same.

    Parameters
    ----------
    options : Options
    accounts : int
        How many accounts there are; one without an option makes the choice infeasible.
    capacity : array, shape (reps,)
        Hours a month.
    budget : float
    time_limit_seconds : float
    target_gap : float
        Stop when the proven gap, as a share of the total value, is this small.

    Returns
    -------
    Choice

    Examples
    --------
    Two accounts, one AE with 3 hours: the second one's longer visit does not fit beside the first's.

    >>> account, hours = np.array([0, 0, 1, 1]), np.array([1.0, 2.0, 1.0, 2.0])
    >>> value, nothing = np.array([1.0, 9.0, 4.0, 8.0]), np.zeros(4)
    >>> options = Options(account, np.zeros(4, int), hours, hours, value, nothing)
    >>> choose(options, 2, np.array([3.0]), time_limit_seconds=10, target_gap=0).options
    array([1, 2])
    """
    entries = np.arange(options.account.size)
    if np.unique(options.account).size < accounts:
        return Choice(None, -np.inf, infeasible=True)
    ones = np.ones(entries.size)
    one_each = csc_array((ones, (options.account, entries)), shape=(accounts, entries.size))
    used = csc_array((options.load, (options.rep, entries)), shape=(capacity.size, entries.size))
    constraints = [LinearConstraint(one_each, 1, 1), LinearConstraint(used, -np.inf, capacity)]
    if np.isfinite(budget):
        constraints.append(LinearConstraint(options.counts[None, :], -np.inf, budget))
    unit = max(float(np.abs(options.value).max()), 1e-300) / 1e3  # EUR by the million upset the solver
    found = milp(
        -options.value / unit,
        constraints=constraints,
        integrality=np.ones(entries.size, dtype=np.int64),
        bounds=Bounds(0, 1),
        options={"time_limit": time_limit_seconds, "mip_rel_gap": target_gap},
    )
    chosen = None if found.x is None else _largest(found.x, options.account)
    bound = np.inf if found.mip_dual_bound is None else -float(found.mip_dual_bound) * unit
    return Choice(chosen, min(bound, _without_capacity(options, accounts)), found.status == INFEASIBLE)


def _without_capacity(options: Options, accounts: int) -> float:
    """Total of each account's best option: a bound even where the solver had no time to prove one."""
    best = np.full(accounts, -np.inf)
    np.maximum.at(best, options.account, options.value)
    return float(best.sum())


def _largest(x: Floats, account: Indices) -> Indices:
    """Position of the largest x of each account, which rounds what the solver leaves at 1 - 1e-9."""
    order = np.lexsort((-x, account))
    first = np.flatnonzero(np.diff(account[order], prepend=-1))
    return np.asarray(order[first])
