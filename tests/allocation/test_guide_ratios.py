from collections.abc import Callable
from typing import Any

import pytest

from kamsim.allocation.guide_ratios import GuideRatios

Make = Callable[..., Any]


def test_books_within_capacity_stay_and_hours_follow_the_ratios(make_problem: Make) -> None:
    plan = GuideRatios().allocate(make_problem([4.0, 2.0, 5.0], [12.0, 10.0], owner=[0, 0, 1]))

    assert plan.owner.tolist() == [0, 0, 1]
    assert plan.hours == pytest.approx([8.0, 4.0, 10.0])


def test_the_account_of_least_revenue_leaves_an_overloaded_book(make_problem: Make) -> None:
    problem = make_problem(
        [6.0, 6.0, 2.0], [10.0, 10.0, 10.0], owner=[0, 0, 0], revenue=[1.0, 9.0, 5.0],
        distance_km=[[0.0, 800.0, 70.0]] * 3,
    )  # fmt: skip

    assert GuideRatios().allocate(problem).owner.tolist() == [2, 0, 0]


def test_an_overloaded_team_is_scaled_down_evenly(make_problem: Make) -> None:
    plan = GuideRatios().allocate(make_problem([10.0] * 4, [10.0, 10.0], owner=[0, 0, 1, 1]))

    assert plan.owner.tolist() == [0, 0, 1, 1]
    assert plan.hours == pytest.approx([5.0] * 4)
