from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from kamsim.allocation import Plan
from kamsim.allocation.fewer_moves import take_back_moves
from kamsim.allocation.limits import Limits
from kamsim.allocation.settle import settle_hours

from .worlds import random_problem

Make = Callable[..., Any]


def moved_at_random(problem: Any, seed: int) -> Plan:
    draw = np.random.default_rng(seed)
    owner = draw.integers(0, problem.reps, problem.accounts)
    return Plan(owner, settle_hours(problem, owner, problem.minimum), gap=0.5)


@pytest.mark.parametrize("seed", range(4))
def test_nothing_is_lost_and_no_account_moves_that_did_not(seed: int, make_problem: Make) -> None:
    problem = random_problem(make_problem, seed, 20, 3)
    plan = moved_at_random(problem, seed)
    fewer = take_back_moves(problem, plan)

    assert problem.value(fewer.owner, fewer.hours) >= problem.value(plan.owner, plan.hours)
    assert ((fewer.owner == plan.owner) | (fewer.owner == problem.owner)).all()
    assert problem.leaves(fewer.owner).sum() < problem.leaves(plan.owner).sum()
    assert (problem.load(fewer.owner, fewer.hours) <= problem.capacity + 1e-6).all()
    assert (fewer.hours >= problem.minimum - 1e-9).all()
    assert fewer.gap == 0.5


def test_what_a_floor_can_spare_goes_back(make_problem: Make) -> None:
    problem = random_problem(make_problem, 1, 20, 3)
    plan = take_back_moves(problem, moved_at_random(problem, 1))
    value = problem.value(plan.owner, plan.hours)
    fewer = take_back_moves(problem, plan, 0.98 * value)

    assert 0.98 * value <= problem.value(fewer.owner, fewer.hours)
    assert problem.leaves(fewer.owner).sum() < problem.leaves(plan.owner).sum()


def test_who_may_not_go_back_stays_and_families_go_together(make_problem: Make) -> None:
    problem = make_problem([1.0] * 4, [9.0, 9.0], owner=[0, 0, 0, 1], handover_eur=[50.0] * 4)
    barred = np.array([[False, True], [True, True], [True, True], [True, True]])
    held = replace(problem, limits=Limits({"x": barred}, family=np.array([0, 1, 1, 2])))
    plan = Plan(np.array([1, 1, 1, 1]), np.full(4, 2.0))

    assert take_back_moves(held, plan).owner.tolist() == [1, 0, 0, 1]
    assert take_back_moves(problem, plan).owner.tolist() != [1, 1, 1, 1]
