"""The SE and CSM pools: who shares them, how much of the demand they serve, how many clients wait (6.3)."""

from __future__ import annotations

from kamsim.dynamics import layout as at
from kamsim.dynamics.compiled import compiled
from kamsim.dynamics.layout import LANES
from kamsim.dynamics.layout import Parameter as P


@compiled
def erlang_c(servers: int, load: float) -> float:
    """Give the probability that a client of an M/M/c queue has to wait (Erlang 1917).

    Parameters
    ----------
    servers : int
        People in the pool.
    load : float
        Offered load: arrivals x mean service time, in people.

    Returns
    -------
    float
        1 where the load is too much for the pool; 0 without load.

    Examples
    --------
    >>> round(erlang_c(4, 3.0), 6)
    0.509434
    """
    if load <= 0.0:
        return 0.0
    if load >= servers:
        return 1.0
    blocked = 1.0
    for k in range(1, servers + 1):
        blocked = load * blocked / (k + load * blocked)
    return blocked / (1.0 - load / servers * (1.0 - blocked))


@compiled(inline=True)
def tailored_share(p, offer):
    """Give the SE hours that an account asks for, and gets, over those of a neutral service pattern."""
    share = p[P.ONE] + p[P.OFFER_SE_SHARE] * (offer - p[P.ONE])
    return share if share > p[P.ZERO] else p[P.ZERO]


@compiled
def count_demand(accounts, arrival, month, plan, first_lane, kinds, figures, se_demand, csm_demand):
    """Add up what clients ask of the SE pool (those with an open deal) and the CSM pool (customers)."""
    exit_share = figures[P.EXIT_SHARE]
    se_demand[:] = 0.0
    csm_demand[:] = 0.0
    step = 0 if plan.shape[2] == 1 else 1
    for i in range(accounts.shape[0]):
        if arrival[i] > month:
            continue
        rows = accounts[i]
        tailored = tailored_share(figures, kinds[i, 1])
        for lane in range(LANES):
            number = step * (first_lane + lane)
            attention = exit_share if rows[at.EXITED * LANES + lane] > 0 else 1.0
            is_open = False
            for slot in range(at.SLOTS):
                is_open = is_open | (rows[(at.SLOT + slot * at.SLOT_ROWS) * LANES + lane] >= 0)
            if is_open:
                se_demand[lane] += attention * plan[1, i, number] * tailored
            if rows[at.REVENUE * LANES + lane] > 0:
                csm_demand[lane] += attention * plan[2, i, number]


@compiled
def serve(demand, people, hours, served, waiting):
    """Work out the share of demand that a pool serves, and how many wait, by lane."""
    capacity = people * hours
    for lane in range(LANES):
        served[lane] = 1.0 if demand[lane] <= capacity else capacity / demand[lane]
        waiting[lane] = 0.0
        if demand[lane] > 0.0:
            waiting[lane] = erlang_c(people, demand[lane] / hours) if capacity > 0.0 else 1.0
