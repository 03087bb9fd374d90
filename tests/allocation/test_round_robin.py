from collections.abc import Callable
from typing import Any

import pytest

from kamsim.allocation.round_robin import RoundRobin

Make = Callable[..., Any]


def test_accounts_are_dealt_by_potential_in_turn(make_problem: Make) -> None:
    problem = make_problem([1.0] * 5, [9.0, 9.0], potential=[1.0, 5.0, 4.0, 3.0, 2.0])

    assert RoundRobin().allocate(problem).owner.tolist() == [0, 0, 1, 0, 1]


def test_aes_without_capacity_are_passed_over(make_problem: Make) -> None:
    assert RoundRobin().allocate(make_problem([1.0] * 3, [9.0, 0.0, 9.0])).owner.tolist() == [0, 2, 0]


def test_hours_follow_the_workload(make_problem: Make) -> None:
    hours = RoundRobin().allocate(make_problem([1.0, 2.0], [9.0])).hours

    assert hours == pytest.approx([3.0, 6.0])
