"""Small random problems whose best owners can be enumerated."""

from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import numpy as np

from kamsim.allocation import Plan
from kamsim.allocation.hours import share_by_weight
from kamsim.allocation.settle import settle_hours

FEW = 8
"""Up to so many accounts the program is solved exactly, beyond to a small gap."""


def random_problem(
    make_problem: Callable[..., Any], seed: int, accounts: int, reps: int, **given: Any
) -> Any:
    draw = np.random.default_rng(seed)
    months = max(1.0, accounts / 10)
    return make_problem(
        draw.uniform(1, 8, accounts),
        months * draw.uniform(8, 16, reps),
        gain=draw.uniform(100, 3000, accounts),
        half=draw.uniform(0.5, 6, accounts),
        owner=draw.integers(0, reps, accounts),
        handover_eur=draw.uniform(0, 60, accounts),
        hours_per_client_hour=draw.uniform(1, 1.6, (accounts, reps)),
        settings={"target_gap": 0.0 if accounts <= FEW else 0.005, "candidates_per_account": 9},
        **given,
    )


def every_plan(problem: Any) -> Iterator[Plan]:
    """Yield every choice of owners with good hours: the better of several starts, settled."""
    for owners in product(range(problem.reps), repeat=problem.accounts):
        owner = np.array(owners)
        if (problem.load(owner, problem.minimum) > problem.capacity).any():
            continue
        starts = [share_by_weight(problem, owner, w) for w in (problem.workload, problem.curves.gain)]
        plans = [Plan(owner, settle_hours(problem, owner, hours)) for hours in starts]
        yield max(plans, key=lambda plan: problem.value(plan.owner, plan.hours))
