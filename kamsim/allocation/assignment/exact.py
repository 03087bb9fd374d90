"""The exact program on the pairs that can still better a known assignment, by SciPy's MILP (HiGHS)."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array

from kamsim.allocation.assignment.dual import Dual
from kamsim.allocation.assignment.pairs import Indices, Pairs
from kamsim.allocation.choice import INFEASIBLE, STRICT, largest_of_each
from kamsim.allocation.quiet import quiet_output

DUAL_TOLERANCE = 1e-6
"""HiGHS's own, relative to the objective: taken off the bounds it reports."""
STOPPED = 1
"""Status of `scipy.optimize.milp` at a limit; which one, its message says."""


@dataclass(frozen=True, eq=False)
class Exact:
    """What the program proved.

    Attributes
    ----------
    pair : array of int, shape (accounts,), or None
        The assignment found, None where there is none.
    bound : float
        No assignment costs less; minus infinity where nothing was proven.
    infeasible : bool
        Proven that no assignment keeps the capacities, among those that the program was given.
    clock : bool
        The time limit ended it.
    """

    pair: Indices | None
    bound: float
    infeasible: bool
    clock: bool


def promising(pairs: Pairs, dual: Dual, known: float) -> Indices:
    """Return the pairs that an assignment cheaper than `known` can use.

    A pair that costs r above its account's cheapest option at the dual prices lifts the bound of every
    assignment that uses it by r (variable fixing by reduced costs).
    """
    priced = pairs.cost + dual.price[pairs.rep] * pairs.load
    least = np.minimum.reduceat(priced, pairs.start[:-1])
    bound = float(least.sum() - dual.price @ pairs.capacity)
    room = known - bound - (1 - 1e-6 if pairs.whole_costs else 0.0) + 1e-9 * max(1.0, abs(known))
    return np.flatnonzero(priced - np.repeat(least, np.diff(pairs.start)) <= room)


def solve_exactly(pairs: Pairs, allowed: Indices, *, seconds: float, nodes: int) -> Exact:
    """Find the cheapest assignment over the pairs allowed.

    minimise sum c_ij x_ij over x in {0, 1} subject to: one representative for each account, loads within
    capacities. HiGHS is deterministic up to its node limit; the time limit is not.
    """
    account = pairs.account[allowed]
    if np.unique(account).size < pairs.accounts:
        return Exact(None, -np.inf, infeasible=True, clock=False)
    columns = np.arange(allowed.size)
    scale = np.where(pairs.capacity > 0, pairs.capacity, 1.0)
    rep = pairs.rep[allowed]
    one_each = csc_array((np.ones(allowed.size), (account, columns)), shape=(pairs.accounts, allowed.size))
    shares = csc_array((pairs.load[allowed] / scale[rep], (rep, columns)), shape=(pairs.reps, allowed.size))
    cost = pairs.cost[allowed]
    unit = 1.0 if pairs.whole_costs else max(float(np.abs(cost).max()), 1e-300) / 1e3
    with quiet_output(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Unrecognized options", RuntimeWarning)
        found = milp(
            cost / unit,
            constraints=[
                LinearConstraint(one_each, 1, 1),
                LinearConstraint(shares, -np.inf, pairs.capacity / scale),
            ],
            integrality=np.ones(allowed.size),
            bounds=Bounds(0, 1),
            options={"time_limit": max(seconds, 0.1), "node_limit": nodes, "mip_rel_gap": 0.0, **STRICT},
        )
    infeasible = found.status == INFEASIBLE
    pair = None if found.x is None else allowed[largest_of_each(found.x, account)]
    bound = -np.inf if found.mip_dual_bound is None or infeasible else float(found.mip_dual_bound) * unit
    bound -= DUAL_TOLERANCE * abs(bound) if np.isfinite(bound) else 0.0
    if pairs.whole_costs and np.isfinite(bound):
        bound = float(np.ceil(bound))
    return Exact(
        pair, bound, infeasible=infeasible,
        clock=found.status == STOPPED and "time limit" in str(found.message).lower(),
    )  # fmt: skip
