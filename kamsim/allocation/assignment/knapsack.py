"""The knapsack bound: what books must lose beyond the dual bound because accounts are whole."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from kamsim.allocation.assignment import knapsack_kernel
from kamsim.allocation.assignment.dual import UNIT_ROUNDOFF, Dual, bound_and_error
from kamsim.allocation.assignment.options import OptionTable
from kamsim.allocation.assignment.pairs import ROUNDING, Pairs

_limits_outside: Any = knapsack_kernel.limits_outside
_share_losses: Any = knapsack_kernel.share_losses

FIRST_STEP, LAST_STEP = 0.3, 0.02
"""Step lengths, as shares of what the account's cheapest change costs in the median."""
MOMENTUM, NODES = 0.7, 2_000
CHANGE_VISITS, FEWEST_STEPS, MOST_STEPS = 1.2e6, 20, 60
"""Changes looked at: many steps where there are few."""


def knapsack_bound(pairs: Pairs, dual: Dual, table: OptionTable) -> float:
    """Raise the dual bound by what each book must lose by itself.

    At the dual prices, an assignment costs the dual bound, plus what each account pays above its cheapest
    pair, plus the price of the hours left free. Let an account's share s_i of what its change costs be paid
    by the book it leaves, and the rest by the book it enters. Then each book j must lose at least

        z_j(s) = min over sets of changes that keep its capacity of what they cost it + p_j * hours left free

    whatever the others do, and the sum of all z_j comes on top of the dual bound. This is the Lagrangian
    bound with a knapsack for each representative (Fisher, Jaikumar & Van Wassenhove 1986) in terms of
    losses, which are small, so that each knapsack is solved by enumeration of few sets.

    Changes that the table leaves out limit z_j: their least cost is taken where it is lower.

    Returns
    -------
    float
        Proven, and never below `dual.bound`; infinite where a book cannot be brought within its capacity.
    """
    ceiling, limit = np.empty(table.account.size), np.empty(pairs.reps)
    _limits_outside(
        pairs.start,
        pairs.rep,
        pairs.cost,
        pairs.load,
        dual.price,
        table.cheapest,
        table.account,
        table.pair,
        ceiling,
        limit,
    )
    costs = table.paid[:, 1:][table.rep[:, 1:] >= 0]
    if not costs.size:
        return dual.bound
    step = float(np.median(np.minimum(costs, np.quantile(costs, 0.9))))
    steps = int(np.clip(CHANGE_VISITS / costs.size, FEWEST_STEPS, MOST_STEPS))
    lost = np.zeros(pairs.reps)
    _share_losses(
        table.rep, table.paid, table.load, table.capacity, dual.price, ceiling, limit,
        ROUNDING * pairs.capacity, FIRST_STEP * step, LAST_STEP * step, steps, MOMENTUM, NODES, lost,
    )  # fmt: skip
    if np.isinf(lost).any():
        return float(np.inf)
    bound, error = bound_and_error(pairs, dual.price)
    # A book's room and loss are sums of at most as many terms as there are accounts.
    error += 8 * UNIT_ROUNDOFF * pairs.accounts * (math.fsum(lost) + float(dual.price @ pairs.capacity))
    lifted = math.fsum([bound, *lost, -error])
    return max(dual.bound, float(math.ceil(lifted)) if pairs.whole_costs else lifted)
