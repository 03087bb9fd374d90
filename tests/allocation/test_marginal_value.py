from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from kamsim.allocation.curves import ValueCurves
from kamsim.allocation.hours import share_by_weight
from kamsim.allocation.marginal_value import MarginalValue, step_by_elasticity
from kamsim.allocation.settle import settle_hours

Make = Callable[..., Any]


def concave_book(make_problem: Make, seed: int) -> Any:
    """One AE with 30 accounts on concave curves, the gain of the largest many times the smallest's."""
    draw = np.random.default_rng(seed)
    gain, half = np.exp(draw.normal(0, 1.5, 30)), np.exp(draw.normal(np.log(2), 0.7, 30))
    curves = ValueCurves(np.zeros(30), gain, half, draw.uniform(0.5, 1, 30))
    return make_problem([1.0] * 30, [65.0], owner=[0] * 30, minimum=[0.0] * 30, curves=curves)


def test_three_steps_come_near_the_optimum_on_concave_books(make_problem: Make) -> None:
    """Published: near-optimal in a few steps (E-RUL-1). At least 94, 99 and 99.7 % are asked for."""
    reached = []
    for seed in range(12):
        problem = concave_book(make_problem, seed)
        equal = share_by_weight(problem, problem.owner, np.ones(30))
        best = problem.value(problem.owner, settle_hours(problem, problem.owner, equal))
        plans = [MarginalValue(steps).allocate(problem) for steps in range(4)]
        reached.append([problem.value(p.owner, p.hours) / best for p in plans])
    mean = np.mean(reached, axis=0)

    assert mean[0] < 0.85
    assert (mean[1:] >= [0.94, 0.99, 0.997]).all()
    assert np.max(reached) <= 1 + 1e-9


def test_it_gives_back_hours_that_are_the_best_already(make_problem: Make) -> None:
    problem = concave_book(make_problem, 1)
    best = settle_hours(problem, problem.owner, np.full(30, 65 / 30))

    assert step_by_elasticity(problem, problem.owner, best) == pytest.approx(best, rel=1e-4)


def test_one_step_by_hand(make_problem: Make) -> None:
    """Five hours each at half effort 5 and exponent 1: the elasticity is a half for both, the gains 3 : 1."""
    curves = ValueCurves(*map(np.array, ([0.0, 0.0], [300.0, 100.0], [5.0, 5.0], [1.0, 1.0])))
    problem = make_problem([5.0, 5.0], [10.0], owner=[0, 0], minimum=[0.0, 0.0], curves=curves)

    assert MarginalValue().allocate(problem).hours == pytest.approx([7.5, 2.5])


def test_hours_on_the_road_count(make_problem: Make) -> None:
    """The farther of two equal accounts takes two hours for one: it gets half as many with the client."""
    curves = ValueCurves(*map(np.array, ([0.0, 0.0], [100.0, 100.0], [4.0, 4.0], [1.0, 1.0])))
    problem = make_problem(
        [4.0, 4.0], [12.0], owner=[0, 0], minimum=[0.0, 0.0], curves=curves,
        hours_per_client_hour=[[1.0], [2.0]],
    )  # fmt: skip

    assert MarginalValue().allocate(problem).hours == pytest.approx([6.0, 3.0])


def test_the_account_of_least_gain_leaves_an_overloaded_book(make_problem: Make) -> None:
    problem = make_problem([6.0, 6.0, 2.0], [10.0, 10.0], owner=[0, 0, 0], gain=[1.0, 9.0, 5.0])

    assert MarginalValue().allocate(problem).owner.tolist() == [1, 0, 0]
