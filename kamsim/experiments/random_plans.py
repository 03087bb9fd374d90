"""Random plans that keep every constraint, from poor ones to nearly the best."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kamsim.allocation import AllocationProblem, Plan, share_by_weight
from kamsim.dynamics.state import Floats
from kamsim.streams import stream

LEAST_WORKED = 0.6
"""Of an AE's capacity in the laziest plans; the others work up to all of it."""
_NEVER_ZERO = 1e-3


@dataclass(frozen=True, eq=False)
class RandomPlan:
    """A plan, and how near to the best it was drawn.

    Attributes
    ----------
    plan : Plan
    nearness : float
        0 = random owners and hours, 1 = those of the best plan.
    worked : float
        Share of the AEs' capacity that is spent.
    """

    plan: Plan
    nearness: float
    worked: float


def draw_plans(
    problem: AllocationProblem, start: Plan, best: Plan, count: int, seed: int
) -> list[RandomPlan]:
    """Draw plans that spread evenly from random to nearly the best one.

    An account goes to the best plan's owner with probability `nearness`, else to any AE, in random order
    and as far as minimum hours and the disruption cap allow. Hours within a book follow a mixture, on the
    log scale, of the best plan's and of an exponential lot; a random share of the capacity stays unused.

    Parameters
    ----------
    problem : AllocationProblem
    start, best : Plan
        Where accounts stay that cannot move (all must have their minimum hours), and what to come near.
    count : int
    seed : int

    Returns
    -------
    list of RandomPlan
        Plan k depends on `seed`, k and `count`.
    """
    return [_draw(problem, start, best, k, k / max(count - 1, 1), seed) for k in range(count)]


def _draw(
    problem: AllocationProblem, start: Plan, best: Plan, number: int, nearness: float, seed: int
) -> RandomPlan:
    luck = stream(seed, "fidelity", number)
    n = problem.accounts
    wanted = np.where(luck.random(n) < nearness, best.owner, luck.integers(problem.reps, size=n))
    owner, load = start.owner.copy(), problem.load(start.owner, problem.minimum)
    moves = int(problem.leaves(owner).sum())
    most = problem.moves_allowed
    for account in luck.permutation(n).tolist():
        old, new = owner[account], int(wanted[account])
        needed = problem.minimum[account] * problem.hours_per_client_hour[account]
        change = int(problem.owner[account] == old)
        if new == old or problem.capacity[new] < load[new] + needed[new] or moves + change > most:
            continue
        moves += change - int(problem.owner[account] == new)
        load[old] -= needed[old]
        load[new] += needed[new]
        owner[account] = new
    lot = np.log(luck.exponential(size=n) + _NEVER_ZERO)
    near = nearness * np.log(best.hours + _NEVER_ZERO) + (1 - nearness) * lot
    worked = float(luck.uniform(LEAST_WORKED, 1))
    hours: Floats = np.maximum(worked * share_by_weight(problem, owner, np.exp(near)), problem.minimum)
    return RandomPlan(Plan(owner, hours), nearness, worked)
