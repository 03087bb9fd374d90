"""Prices of capacity, and the bound that they prove."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from kamsim.allocation.assignment import dual_kernel
from kamsim.allocation.assignment.options import rank_options
from kamsim.allocation.assignment.pairs import Floats, Pairs

_ascend: Any = dual_kernel.ascend
_price_accounts: Any = dual_kernel.price_accounts

FIRST_STEP, LAST_STEP = 1.0, 1e-4
"""Step lengths, as shares of the cost of a representative's part of the whole."""
MOMENTUM = 0.8
PAIR_VISITS = 4e8
"""Work of the ascent: many steps where there are few pairs, and at least `FEWEST_STEPS`."""
FEWEST_STEPS, MOST_STEPS = 160, 600
STAGES: tuple[tuple[int, int | None, float, float, int], ...] = (
    (0, None, 0.1, 3e-3, 100),
    (6, None, 3e-3, 1e-4, 150),
    (5, 60, 1e-4, 1e-5, 200),
)
"""Then on all pairs, the nearest, the core: width and core of options, steps from and to, how many."""
SAMPLE_PER_REP = 12
"""Accounts a representative in the sample on which large problems look for their prices first."""
UNIT_ROUNDOFF = 2.0**-53


@dataclass(frozen=True, eq=False)
class Dual:
    """Prices of capacity, shape (reps,), and the bound on the cost of any assignment that they prove."""

    price: Floats
    bound: float


def solve_dual(pairs: Pairs) -> Dual:
    """Raise the Lagrangian bound by deflected subgradients.

    With a price p_j >= 0 on the capacity b_j of each representative,

        L(p) = sum_i min_j (c_ij + p_j a_ij) - sum_j p_j b_j

    is at most the cost of any assignment that keeps capacity (Fisher 1981), and at the best prices it
    equals the bound of the linear relaxation. Large problems climb on every n-th account first, which finds
    the prices roughly for a fraction of the work; since accounts stand in hashed order, that is a random
    sample. Once prices are nearly right, they climb on those options that may still become the cheapest.

    Returns
    -------
    Dual
        `bound` is proven: see `proven_bound`.
    """
    price = np.zeros(pairs.reps)
    if pairs.accounts == 0:
        return Dual(price, 0.0)
    steps = int(np.clip(PAIR_VISITS / pairs.rep.size, FEWEST_STEPS, MOST_STEPS))
    every = pairs.accounts // (SAMPLE_PER_REP * pairs.reps)
    if every < 4 or steps == MOST_STEPS:
        _climb(pairs, price, _step(pairs) * FIRST_STEP, _step(pairs) * LAST_STEP, steps)
        return Dual(price, proven_bound(pairs, price))
    step = _step(pairs) / every
    _climb(_sample(pairs, every), price, step * FIRST_STEP, step * 1e-2, MOST_STEPS)
    reached = -np.inf
    for width, core, first, last, steps in STAGES:
        tried = price.copy()
        part = rank_options(pairs, price, width, core).as_pairs() if width else pairs
        _climb(part, tried, _step(pairs) * first, _step(pairs) * last, steps)
        bound = proven_bound(pairs, tried)
        if bound <= reached:
            # Too few options were left: on them alone, some book can never be relieved.
            _climb(pairs, price, _step(pairs) * first, _step(pairs) * LAST_STEP, FEWEST_STEPS)
            return Dual(price, proven_bound(pairs, price))
        price, reached = tried, bound
    return Dual(price, reached)


def _climb(pairs: Pairs, price: Floats, first: float, last: float, steps: int) -> None:
    _ascend(
        pairs.start, pairs.rep, pairs.cost, pairs.load, pairs.capacity, price, first, last, steps, MOMENTUM
    )


def _step(pairs: Pairs) -> float:
    """Give the scale of steps: how far apart options are, for a representative's share of the accounts."""
    spread = np.maximum.reduceat(pairs.cost, pairs.start[:-1]) - np.minimum.reduceat(
        pairs.cost, pairs.start[:-1]
    )
    scale = float(spread.sum()) or float(np.abs(pairs.cost).sum()) or 1.0
    return scale / math.sqrt(pairs.reps)


def _sample(pairs: Pairs, every: int) -> Pairs:
    """Take every n-th account, and as much of the capacities."""
    chosen = np.arange(0, pairs.accounts, every)
    counts = np.diff(pairs.start)[chosen]
    start = np.concatenate([[0], np.cumsum(counts)])
    at = np.repeat(pairs.start[chosen] - start[:-1], counts) + np.arange(start[-1])
    capacity = pairs.capacity * (chosen.size / pairs.accounts)
    return Pairs(start, pairs.rep[at], pairs.cost[at], pairs.load[at], capacity, pairs.row[chosen])


def proven_bound(pairs: Pairs, price: Floats) -> float:
    """Work out L(p) so that rounding cannot lift it above the truth.

    Sums are exactly rounded (`math.fsum`); what the single products and sums can be off by, a few units in
    the last place of each term, is taken off. Where all costs are whole numbers, so is every objective, and
    the bound is rounded up.

    Examples
    --------
    >>> from kamsim.allocation.assignment.pairs import build_pairs
    >>> pairs = build_pairs([[1.0, 4.0], [1.0, 3.0]], [[2.0, 2.0]] * 2, [2.0, 2.0], None, maximise=False)
    >>> proven_bound(pairs, np.array([0.0, 0.0])), proven_bound(pairs, np.array([1.0, 0.0]))
    (2.0, 4.0)
    """
    bound, error = bound_and_error(pairs, price)
    # Whoever rounds up 3.0000000001 must know that it is not 3 and rounding: `error` is taken off before.
    return float(math.ceil(bound - error)) if pairs.whole_costs else bound - error


def bound_and_error(pairs: Pairs, price: Floats) -> tuple[float, float]:
    """Work out L(p), and what the rounding of single products and sums can lift it by."""
    least, largest = np.empty(pairs.accounts), np.empty(pairs.accounts)
    _price_accounts(pairs.start, pairs.rep, pairs.cost, pairs.load, price, least, largest)
    paid = price * pairs.capacity
    error = 8 * UNIT_ROUNDOFF * (math.fsum(largest) + math.fsum(paid))
    return math.fsum([*least, *(-paid)]), error
