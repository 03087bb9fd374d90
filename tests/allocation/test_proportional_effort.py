from collections.abc import Callable
from typing import Any

import pytest

from kamsim.allocation.potential_greedy import PotentialGreedy
from kamsim.allocation.proportional_effort import ProportionalEffort

Make = Callable[..., Any]


def test_twice_the_potential_gets_twice_the_hours(make_problem: Make) -> None:
    problem = make_problem([3.0, 3.0, 5.0], [9.0, 8.0], owner=[0, 0, 1], potential=[2.0, 1.0, 7.0])
    plan = ProportionalEffort().allocate(problem)

    assert plan.owner.tolist() == [0, 0, 1]
    assert plan.hours == pytest.approx([6.0, 3.0, 8.0])


def test_nobody_is_below_the_minimum(make_problem: Make) -> None:
    problem = make_problem([3.0, 3.0], [9.0], owner=[0, 0], potential=[99.0, 1.0], minimum=[1.0, 2.0])

    assert ProportionalEffort().allocate(problem).hours == pytest.approx([7.0, 2.0])


def test_owners_are_those_of_the_greedy_rule(make_problem: Make) -> None:
    problem = make_problem(
        [6.0, 6.0, 2.0, 4.0], [9.0, 10.0], owner=[0, 0, 0, 1], potential=[1.0, 4.0, 3.0, 2.0]
    )
    plan = ProportionalEffort().allocate(problem)

    assert plan.owner.tolist() == PotentialGreedy().allocate(problem).owner.tolist() == [1, 0, 0, 1]
