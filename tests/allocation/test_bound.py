from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from kamsim.allocation.bound import Prices, bound_line, price, refine
from kamsim.allocation.frontier import bound_lines
from kamsim.allocation.levels import hour_levels
from kamsim.allocation.limits import Budget, Limits
from kamsim.allocation.profit_maximising import ProfitMaximising, list_options

from .worlds import every_plan, random_problem

Make = Callable[..., Any]


def limits_of(seed: int) -> Limits:
    draw = np.random.default_rng(seed)
    allowed = draw.uniform(size=(6, 2)) < 0.85
    allowed[np.arange(6), draw.integers(0, 2, 6)] = True
    return Limits({"x": allowed}, np.array([0, 1, 2, 3, 4, 4]), (Budget("b", draw.uniform(size=6), 1.5),))


@pytest.mark.parametrize("seed", range(3))
def test_no_plan_passes_the_bound_at_any_prices(seed: int, make_problem: Make) -> None:
    """Theory (weak duality): also at prices that are far from the best ones."""
    problem = random_problem(make_problem, seed, 6, 2)
    draw = np.random.default_rng(seed)
    lines = [
        bound_line(problem, Prices(draw.uniform(0, 600, 2), np.zeros(0), float(draw.uniform(0, 300))))
        for _ in range(5)
    ]

    for plan in every_plan(problem):
        value, moves = problem.value(plan.owner, plan.hours), problem.leaves(plan.owner).sum()
        assert value <= min(line.at(moves) for line in lines) + 1e-6


@pytest.mark.parametrize("seed", range(3))
def test_no_plan_within_limits_passes_the_bound(seed: int, make_problem: Make) -> None:
    problem = random_problem(make_problem, seed, 6, 2, limits=limits_of(seed))
    lines = bound_lines(problem, ProfitMaximising(), [1], [0.0])
    kept = 0
    for plan in every_plan(problem):
        owner = plan.owner
        within = problem.eligible[np.arange(6), owner].all() and owner[4] == owner[5]
        if within and (problem.spent(owner) <= problem.limits.caps).all():
            kept += 1
            assert problem.value(owner, plan.hours) <= min(
                line.at(problem.leaves(owner).sum()) for line in lines
            )
    assert kept


def test_the_bound_is_close_where_hours_divide_well(make_problem: Make) -> None:
    problem = random_problem(make_problem, 3, 60, 3)
    plan = ProfitMaximising().allocate(problem)
    value = problem.value(plan.owner, plan.hours)
    bound = min(line.at(60) for line in bound_lines(problem, ProfitMaximising(), [60], [value]))

    assert value <= bound <= 1.02 * value


def test_refined_prices_never_bound_worse(make_problem: Make) -> None:
    problem = random_problem(make_problem, 5, 20, 3)
    options = list_options(problem, problem.owner, hour_levels(problem, (4.0, 1.0, 0.25)))
    first = price(problem, options, 3.0)
    better = refine(problem, first, 3.0, 0.0)

    assert bound_line(problem, better).at(3.0) < bound_line(problem, first).at(3.0)
