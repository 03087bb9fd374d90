"""A joint bound on owners and hours: what no plan can be worth, at any hours and with any eligible AE."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csc_array, vstack

from kamsim.allocation.choice import Options, linked
from kamsim.allocation.curves import ValueCurves
from kamsim.allocation.problem import AllocationProblem, Floats, Indices
from kamsim.allocation.settle import inflection

BISECTIONS = 40
REFINEMENTS = 120
"""Evaluations, at most, by which prices of a program of levels come to fit any hours."""
PATIENCE = 6
"""Evaluations without a lower bound after which the search aims nearer."""


@dataclass(frozen=True, eq=False)
class Prices:
    """What scarce things are worth: multipliers of a Lagrangian.

    Attributes
    ----------
    hour : array, shape (reps,)
        EUR for an hour of each AE's capacity.
    budgets : array, shape (budgets,)
        EUR for a unit of each budget of the problem's limits.
    move : float
        EUR for a change of owner that the disruption cap counts.
    """

    hour: Floats
    budgets: Floats
    move: float


@dataclass(frozen=True, eq=False)
class BoundLine:
    """A bound that rises with the moves allowed: no plan with k moves is worth more than fixed + move k.

    Attributes
    ----------
    fixed : float
        EUR.
    move : float
        EUR a move.
    """

    fixed: float
    move: float

    def at(self, moves: float) -> float:
        """Bound in EUR on plans of so many moves; with no price on a move, of any number."""
        return self.fixed + (self.move * moves if self.move > 0 else 0.0)


def price(problem: AllocationProblem, options: Options, moves: float) -> Prices:
    """Find prices from the linear relaxation of the program of owners and hour levels.

    Parameters
    ----------
    problem : AllocationProblem
    options : Options
        Their last count is that of the disruption cap, those before are the limits' budgets.
    moves : float
        Changes of owner allowed; infinite where nothing caps them.

    Returns
    -------
    Prices
    """
    entries = np.arange(options.account.size)
    limits = np.append(problem.limits.caps, moves)
    bound = np.flatnonzero(np.isfinite(limits))
    used = csc_array((options.load, (options.rep, entries)), shape=(problem.reps, entries.size))
    rows = vstack([used, csc_array(options.counts[:, bound].T)], format="csc")
    one_each = csc_array(
        (np.ones(entries.size), (options.account, entries)), shape=(problem.accounts, entries.size)
    )
    together = linked(options, problem.limits.family)
    equal = one_each if together is None else vstack([one_each, together], format="csc")
    right = np.zeros(equal.shape[0])
    right[: problem.accounts] = 1.0
    unit = max(float(np.abs(options.value).max()), 1e-300) / 1e3
    found = linprog(
        -options.value / unit,
        A_ub=rows,
        b_ub=np.append(problem.capacity, limits[bound]),
        A_eq=equal,
        b_eq=right,
        bounds=(0, None),
        method="highs",
    )
    if found.ineqlin is None or found.ineqlin.marginals is None or not found.success:
        return Prices(np.zeros(problem.reps), np.zeros(len(problem.limits.caps)), 0.0)
    worth = np.maximum(-np.asarray(found.ineqlin.marginals) * unit, 0.0)
    budgets = np.zeros(limits.size)
    budgets[bound] = worth[problem.reps :]
    return Prices(worth[: problem.reps], budgets[:-1], float(budgets[-1]))


def refine(problem: AllocationProblem, prices: Prices, moves: float, reached: float) -> Prices:
    """Lower the bound at so many moves by better prices (subgradients with target levels).

    The bound is convex in the prices and not smooth. Each step aims at a level below the lowest bound so
    far, at first half way to what a plan reaches, and nearer whenever steps have not come lower for a while.

    Parameters
    ----------
    problem : AllocationProblem
    prices : Prices
        Where to start.
    moves : float
        Changes of owner allowed; infinite where nothing caps them.
    reached : float
        EUR that a plan is worth: the bound cannot be lower.

    Returns
    -------
    Prices
        Of the lowest bound seen.
    """
    caps, reps = problem.limits.caps, problem.reps
    here = np.concatenate([prices.hour, prices.budgets, [prices.move]])
    have = np.concatenate([problem.capacity, caps, [moves]])
    # A price of nothing has no scale of its own: the largest price of its kind, or of an hour, gives it.
    unit = np.maximum(
        here, float(here[:reps].max(initial=0.0)) * np.where(np.arange(here.size) < reps, 0.05, 1e-3)
    )
    unit[~np.isfinite(have)] = 0.0
    have = np.where(np.isfinite(have), have, 0.0)
    best, lowest, step, patience = here, np.inf, None, 0
    for _ in range(REFINEMENTS):
        line, taken = _line_and_use(problem, Prices(here[:reps], here[reps:-1], float(here[-1])))
        bound = line.fixed + line.move * have[-1]
        step = (bound - reached) / 2 if step is None else step
        if bound < lowest:
            best, lowest, patience = here, bound, 0
        elif (patience := patience + 1) >= PATIENCE:
            here, step, patience = best, step / 2, 0
            continue
        slope = (have - taken) * unit
        length = float(slope @ slope)
        if length <= 0 or step <= 0:
            break
        here = np.maximum(here - (bound - (lowest - step)) / length * slope * unit, 0.0)
    return Prices(best[:reps], best[reps:-1], float(best[-1]))


def bound_line(problem: AllocationProblem, prices: Prices) -> BoundLine:
    """Bound the value of every plan by paying for hours, budgets and moves at given prices (weak duality).

    sum over families of max over eligible AEs r of sum over members i of
    max over hours h of V_i(h) - price_r h (1 + travel_ir) - handover_i [r new] - (move + budgets) [i leaves]
    plus the worth of all capacities and budgets. Hours are any amount from the minimum to the AE's month,
    not a few levels, and AEs are all who are eligible, not the nearest: so the bound also holds for plans
    that the program did not consider. Best hours are found by bisection on the concave part of the curve, and
    what the bisection leaves open is counted in the bound's favour.

    Parameters
    ----------
    problem : AllocationProblem
    prices : Prices
        Not negative. Any prices give a bound; those of `price` a close one.

    Returns
    -------
    BoundLine
    """
    return _line_and_use(problem, prices)[0]


def _line_and_use(problem: AllocationProblem, prices: Prices) -> tuple[BoundLine, Floats]:
    """Give the bound, and the hours of each AE, the budgets and the moves that its best choice takes."""
    everybody = np.arange(problem.reps)
    moves = problem.owner[:, None] != everybody
    leaves = moves & (problem.owner >= 0)[:, None]
    weights = np.append(problem.limits.weights(problem.accounts), np.ones((problem.accounts, 1)), axis=1)
    fee = weights @ np.append(prices.budgets, prices.move)
    worth, hours = _best_at(problem, prices.hour)
    worth -= problem.handover_eur[:, None] * (problem.had_owner[:, None] & moves) + fee[:, None] * leaves
    worth[~problem.eligible] = -np.inf
    of_family = np.zeros((int(problem.family.max()) + 1, problem.reps))
    np.add.at(of_family, problem.family, worth)
    rep = np.argmax(of_family, axis=1)
    present = np.unique(problem.family)
    paid = float(problem.capacity @ prices.hour) + float(problem.limits.caps @ prices.budgets)
    owner = rep[problem.family]
    chosen = np.arange(problem.accounts), owner
    load = problem.load(owner, hours[chosen])
    line = BoundLine(float(of_family[present, rep[present]].sum()) + paid, prices.move)
    return line, np.concatenate([load, weights.T @ leaves[chosen]])


def _best_at(problem: AllocationProblem, hour: Floats) -> tuple[Floats, Floats]:
    """Largest V_i(h) - price h over the hours that fit an AE, and these hours, both (accounts, reps).

    The value is -inf where the minimum hours do not fit.
    """
    account = np.repeat(np.arange(problem.accounts), problem.reps)
    rate = problem.hours_per_client_hour
    worth, hours = best_at_price(problem, account, (rate * hour).ravel(), (problem.capacity / rate).ravel())
    return worth.reshape(rate.shape), hours.reshape(rate.shape)


def best_at_price(
    problem: AllocationProblem, account: Indices, paid: Floats, most: Floats
) -> tuple[Floats, Floats]:
    """Give what accounts are worth at their best hours, where an hour with the client has a price.

    Parameters
    ----------
    problem : AllocationProblem
    account : array of int
        Positions; an account may stand more than once.
    paid : array, same shape
        EUR for an hour with the client, its travel included.
    most : array, same shape
        Hours with the client that an AE's month allows.

    Returns
    -------
    worth, hours : array, same shape
        Largest V(h) - paid h, from above by what a bisection leaves open, and -inf where the minimum hours
        are too many; and these hours.
    """
    pool, least = problem.pool_effort[account], problem.minimum[account]
    curves = ValueCurves(*(column[account] for column in vars(problem.curves).values()))
    low = np.maximum(inflection(curves) - pool, least)
    high = np.maximum(most, low)
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        worth_more = curves.marginal(middle + pool) > paid
        low, high = np.where(worth_more, middle, low), np.where(worth_more, high, middle)
    served = curves.value(high + pool) - paid * low
    lowest = curves.value(least + pool) - paid * least
    best = np.where(least > most * (1 + 1e-9), -np.inf, np.maximum(served, lowest))
    return best, np.where(served > lowest, low, least)
