"""Exact multiple choice under capacity: for each account one option, by SciPy's MILP (HiGHS)."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array

from kamsim.allocation.problem import Floats, Indices
from kamsim.allocation.quiet import quiet_output

INFEASIBLE = 2  # status of scipy.optimize.milp

STRICT: dict[str, Any] = {"mip_feasibility_tolerance": 1e-8}
"""Passed on to HiGHS, though SciPy warns that it does not know it. At HiGHS's own 1e-6 its heuristics lose
time with plans that exceed a capacity by rounding and are repaired one by one."""


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
    counts : array, shape (options,) or (options, budgets)
        What it takes of each budget: 1 for a change of owner that the disruption cap counts.
    """

    account: Indices
    rep: Indices
    hours: Floats
    load: Floats
    value: Floats
    counts: Floats

    def part(self, some: Indices) -> Options:
        """Return some of the options."""
        return Options(*(column[some] for column in vars(self).values()))


@dataclass(frozen=True, eq=False)
class Choice:
    """The options chosen, one an account in the order of accounts, with what the solver proved.

    Attributes
    ----------
    options : array of int, shape (accounts,), or None
        Positions in `Options`, of the largest part where an account is divided; None when the solver
        found nothing.
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
    whole: NDArray[np.bool_] | None = None,
    budget: float | Floats = np.inf,
    family: Indices | None = None,
    seconds: float,
    target_gap: float,
) -> Choice:
    """Choose one option for each account, of the largest total value.

    maximise sum value_k x_k over x_k in {0, 1} subject to: one option for each account; load of each AE
    within his capacity; sum counts_k x_k <= budget, for each budget; one AE for each family. HiGHS is
    deterministic as long as the time limit does not end it: then the choice depends on the machine's speed,
    and a bound is proven all the same.

    Parameters
    ----------
    options : Options
    accounts : int
        How many accounts there are; one without an option makes the choice infeasible.
    capacity : array, shape (reps,)
        Hours a month.
    whole : array of bool, shape (accounts,), optional
        Accounts that must have one option; the others may be divided between several, which makes the
        bound hold for undivided ones too and the program far easier. All by default.
    budget : float or array, shape (budgets,)
        Largest sum of the counts.
    family : array of int, shape (accounts,), optional
        Accounts of one number get options of one AE, divided accounts in equal parts.
    seconds : float
        Time limit.
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
    >>> choose(options, 2, np.array([3.0]), seconds=10, target_gap=0).options
    array([1, 2])
    """
    if np.unique(options.account).size < accounts:
        return Choice(None, -np.inf, infeasible=True)
    unit = max(float(np.abs(options.value).max()), 1e-300) / 1e3  # EUR by the million upset the solver
    integral = np.ones(accounts, dtype=bool) if whole is None else whole
    with quiet_output(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Unrecognized options", RuntimeWarning)
        found = milp(
            -options.value / unit,
            constraints=[
                *_constraints(options, accounts, capacity),
                *_within_budgets(options, budget),
                *_together(options, family),
            ],
            integrality=integral[options.account].astype(np.int64),
            bounds=Bounds(0, 1),
            options={"time_limit": seconds, "mip_rel_gap": target_gap, **STRICT},
        )
    chosen = None if found.x is None else largest_of_each(found.x, options.account)
    bound = np.inf if found.mip_dual_bound is None else -float(found.mip_dual_bound) * unit
    return Choice(chosen, min(bound, _without_capacity(options, accounts)), found.status == INFEASIBLE)


def largest_of_each(weight: Floats, account: Indices) -> Indices:
    """Give for each account, in order, the position of its largest weight; the first of equals.

    Examples
    --------
    >>> largest_of_each(np.array([0.0, 1.0, 0.4, 0.6]), np.array([1, 1, 0, 0]))
    array([3, 1])
    """
    order = np.lexsort((-weight, account))
    return np.asarray(order[np.flatnonzero(np.diff(account[order], prepend=-1))])


def _constraints(options: Options, accounts: int, capacity: Floats) -> list[LinearConstraint]:
    entries = np.arange(options.account.size)
    ones = np.ones(entries.size)
    scale = np.where(capacity > 0, capacity, 1.0)  # tolerances as shares of an AE's month
    one_each = csc_array((ones, (options.account, entries)), shape=(accounts, entries.size))
    share = options.load / scale[options.rep]
    used = csc_array((share, (options.rep, entries)), shape=(capacity.size, entries.size))
    return [LinearConstraint(one_each, 1, 1), LinearConstraint(used, -np.inf, capacity / scale)]


def _within_budgets(options: Options, budget: float | Floats) -> list[LinearConstraint]:
    """One row a budget that has a limit, in units of the largest count."""
    counts = options.counts.reshape(options.account.size, -1)
    limits = np.broadcast_to(budget, counts.shape[1:])
    bound = np.isfinite(limits)
    if not bound.any():
        return []
    scale = np.maximum(np.abs(counts[:, bound]).max(axis=0), 1e-300)
    rows = csc_array((counts[:, bound] / scale).T)
    return [LinearConstraint(rows, -np.inf, limits[bound] / scale)]


def _together(options: Options, family: Indices | None) -> list[LinearConstraint]:
    rows = linked(options, family)
    return [] if rows is None else [LinearConstraint(rows, 0, 0)]


def linked(options: Options, family: Indices | None) -> csc_array | None:
    """Rows that are 0 where each AE gets as much of every member of a family as of its first member.

    Returns
    -------
    csc_array, shape (other members x reps, options), or None
        None where every account stands alone.
    """
    if family is None:
        return None
    members = np.lexsort((np.arange(family.size), family))
    first_of = members[np.searchsorted(family[members], family)]
    others = np.flatnonzero(first_of != np.arange(family.size))
    if not others.size:
        return None
    reps = int(options.rep.max()) + 1
    place = np.full(family.size, -1)
    place[others] = np.arange(others.size)
    entry = np.arange(options.account.size)
    own = place[options.account] >= 0
    rows = [place[options.account[own]] * reps + options.rep[own]]
    columns, signs = [entry[own]], [np.ones(int(own.sum()))]
    by_account = np.argsort(options.account, kind="stable")
    start = np.searchsorted(options.account[by_account], np.arange(family.size + 1))
    for account in others.tolist():
        of_first = by_account[start[first_of[account]] : start[first_of[account] + 1]]
        rows.append(place[account] * reps + options.rep[of_first])
        columns.append(of_first)
        signs.append(-np.ones(of_first.size))
    size = others.size * reps, options.account.size
    entries = np.concatenate(signs), (np.concatenate(rows), np.concatenate(columns))
    return csc_array(entries, shape=size)


def _without_capacity(options: Options, accounts: int) -> float:
    """Total of each account's best option: a bound even where the solver had no time to prove one."""
    best = np.full(accounts, -np.inf)
    np.maximum.at(best, options.account, options.value)
    return float(best.sum())
