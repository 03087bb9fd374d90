"""Hours within fixed books: the same marginal value for every account of an AE."""

from __future__ import annotations

import numpy as np

from kamsim.allocation.curves import ValueCurves
from kamsim.allocation.hours import share_by_weight
from kamsim.allocation.problem import AllocationProblem, Floats, Indices

BISECTIONS = 50


def settle_hours(problem: AllocationProblem, owner: Indices, hours: Floats) -> Floats:
    """Refine the hours of a plan from a few levels to any amount, owners unchanged.

    On the concave part of their curves, the best hours of one AE's accounts have equal marginal value per
    hour of his capacity. Which accounts are worth serving at all, a question that an S-shaped curve
    raises, is taken from the plan: one at its minimum, or on the convex part, stays there. Book by book,
    the result is the better of these hours and the plan's own scaled up to the capacity, so it is never
    worth less than the plan. What the solver's tolerance lets a book exceed its capacity by is taken off.

    Parameters
    ----------
    problem : AllocationProblem
    owner : array of int, shape (accounts,)
    hours : array, shape (accounts,)
        Hours that keep minimum and capacity.

    Returns
    -------
    array, shape (accounts,)
    """
    scaled = share_by_weight(problem, owner, hours)
    equal = _equal_marginals(problem, owner, hours)
    gain = problem.curves.value(equal + problem.pool_effort) - problem.curves.value(
        scaled + problem.pool_effort
    )
    better = np.bincount(owner, weights=gain, minlength=problem.reps) > 0
    settled = np.where(better[owner], equal, scaled)
    load = problem.load(owner, settled)
    fits = np.divide(problem.capacity, load, out=np.ones_like(load), where=load > problem.capacity)
    return np.asarray(settled * fits[owner])


def hour_prices(problem: AllocationProblem, owner: Indices, hours: Floats) -> Floats:
    """Give what one more hour of each AE's month would bring in his book at best, in EUR, shape (reps,).

    Next to nothing for an AE without accounts. Which accounts are served at all is taken from the hours, as
    `settle_hours` does.
    """
    return _solve_prices(problem, owner, hours)[0]


def _equal_marginals(problem: AllocationProblem, owner: Indices, hours: Floats) -> Floats:
    """Solve for one price per AE at which his book takes the whole capacity, all AEs at once."""
    price, low, high = _solve_prices(problem, owner, hours)
    return _hours_at(problem, price[owner] * problem.rate(owner), low, high)


def _solve_prices(problem: AllocationProblem, owner: Indices, hours: Floats) -> tuple[Floats, Floats, Floats]:
    """Find the price of each AE's hour, and the least and most hours that each account may get at any."""
    rate = problem.rate(owner)
    concave_from = np.maximum(inflection(problem.curves) - problem.pool_effort, problem.minimum)
    served = (hours > problem.minimum * (1 + 1e-9)) & (hours >= concave_from)
    low = np.where(served, concave_from, hours)
    high = np.where(served, np.maximum(problem.capacity[owner] / rate, hours), hours)
    top = float(problem.curves.marginal(low + problem.pool_effort).max()) + 1e-9
    cheap, dear = np.full(problem.reps, 1e-12 * top), np.full(problem.reps, top)
    for _ in range(BISECTIONS):
        price = np.sqrt(cheap * dear)
        wanted = _hours_at(problem, price[owner] * rate, low, high)
        too_much = problem.load(owner, wanted) > problem.capacity
        cheap, dear = np.where(too_much, price, cheap), np.where(too_much, dear, price)
    return dear, low, high


def _hours_at(problem: AllocationProblem, price: Floats, low: Floats, high: Floats) -> Floats:
    """Hours between low and high at which an hour's marginal value falls to the price."""
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        worth_more = problem.curves.marginal(middle + problem.pool_effort) > price
        low, high = np.where(worth_more, middle, low), np.where(worth_more, high, middle)
    return low


def inflection(curves: ValueCurves) -> Floats:
    """Effort from which the Hill curve is concave: half ((h - 1) / (h + 1))^(1 / h), 0 for h <= 1."""
    h = np.maximum(curves.exponent, 1.0)
    return np.asarray(curves.half * ((h - 1) / (h + 1)) ** (1 / h))
