from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from kamsim.allocation.settle import settle_hours

Make = Callable[..., Any]
ONE_BOOK = np.zeros(4, dtype=np.intp)


@pytest.fixture
def problem(make_problem: Make) -> Any:
    return make_problem(
        [3.0] * 4,
        [24.0],
        gain=[900.0, 1000.0, 2000.0, 500.0],
        half=[2.0, 3.0, 4.0, 1.0],
        hours_per_client_hour=[[1.0], [1.2], [1.5], [1.0]],
    )


def test_an_hour_more_is_worth_the_same_everywhere(problem: Any) -> None:
    hours = settle_hours(problem, ONE_BOOK, np.array([4.0, 4.0, 4.0, 4.0]))
    step = 1e-5
    slope = (problem.curves.value(hours + step) - problem.curves.value(hours)) / step
    per_hour_of_capacity = slope / problem.rate(ONE_BOOK)

    assert per_hour_of_capacity == pytest.approx([per_hour_of_capacity.mean()] * 4, rel=1e-3)
    assert problem.load(ONE_BOOK, hours) == pytest.approx([24.0])


def test_no_other_hours_found_at_random_are_worth_more(problem: Any) -> None:
    best = problem.value(ONE_BOOK, settle_hours(problem, ONE_BOOK, np.array([4.0, 4.0, 4.0, 4.0])))
    draw = np.random.default_rng(5)
    for shares in draw.dirichlet(np.ones(4), 3000):
        hours = np.maximum(24.0 * shares / problem.rate(ONE_BOOK), problem.minimum)
        fits = problem.load(ONE_BOOK, hours)[0] <= 24.0
        assert not fits or problem.value(ONE_BOOK, hours) <= best + 1e-6


def test_an_account_at_its_minimum_stays_there(problem: Any) -> None:
    hours = settle_hours(problem, ONE_BOOK, np.array([0.3, 6.0, 6.0, 3.0]))

    assert hours[0] == pytest.approx(0.3)
    assert problem.load(ONE_BOOK, hours) == pytest.approx([24.0])


@pytest.mark.parametrize("seed", range(10))
def test_it_uses_the_month_up_and_never_loses_value(seed: int, make_problem: Make) -> None:
    draw = np.random.default_rng(seed)
    owner = draw.integers(0, 3, 20)
    problem = make_problem(
        draw.uniform(1, 3, 20), [40.0] * 3, gain=draw.uniform(0, 3000, 20), half=draw.uniform(0.1, 30, 20)
    )
    hours = problem.minimum + draw.choice([0.0, 0.5, 1.0], 20)
    settled = settle_hours(problem, owner, hours)

    assert problem.value(owner, settled) >= problem.value(owner, hours) - 1e-9
    assert problem.load(owner, settled) == pytest.approx(problem.capacity)
    assert (settled >= problem.minimum - 1e-9).all()


def test_an_account_on_the_convex_part_stays_there(make_problem: Make) -> None:
    """With 2 of the 30 hours that half of its gain takes, an hour more is worth more the more there are."""
    problem = make_problem([3.0] * 4, [18.0], gain=[900.0, 1000.0, 2000.0, 500.0], half=[2.0, 3.0, 4.0, 30.0])
    hours = settle_hours(problem, ONE_BOOK, np.array([1.5, 9.0, 5.5, 2.0]))

    assert hours[3] == pytest.approx(2.0)
    assert hours[0] > 1.5
