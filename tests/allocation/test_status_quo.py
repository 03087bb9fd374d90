from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from kamsim.allocation.status_quo import StatusQuo
from kamsim.dynamics import habit_weight

Make = Callable[..., Any]


def test_owners_keep_their_accounts_even_in_an_overloaded_book(make_problem: Make) -> None:
    plan = StatusQuo().allocate(make_problem([50.0] * 3, [10.0, 10.0], owner=[1, 1, 1]))

    assert plan.owner.tolist() == [1, 1, 1]
    assert plan.hours.sum() == pytest.approx(10.0)


def test_accounts_without_owner_go_where_capacity_is_least_used(make_problem: Make) -> None:
    problem = make_problem([5.0, 2.0, 3.0], [10.0, 10.0], owner=[0, -1, -1])

    assert StatusQuo().allocate(problem).owner.tolist() == [0, 1, 1]


@pytest.mark.parametrize("habit", ["revenue", "size", "equal"])
def test_hours_follow_the_habit_of_the_generated_past(habit: str, make_problem: Make) -> None:
    revenue, size = np.array([0.0, 5.0, 9.0]), np.array([1e6, np.nan, 9e6])
    problem = make_problem(
        [1.0] * 3, [30.0], owner=[0, 0, 0], revenue=revenue, firm_revenue=size, minimum=[0.0] * 3, habit=habit
    )
    weight = habit_weight(habit, revenue, size)

    assert StatusQuo().allocate(problem).hours == pytest.approx(30 * weight / weight.sum())
