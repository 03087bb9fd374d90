from collections.abc import Callable
from typing import Any

import pytest

from kamsim.allocation.potential_greedy import PotentialGreedy

Make = Callable[..., Any]


def test_the_largest_potential_is_served_in_full(make_problem: Make) -> None:
    problem = make_problem([8.0, 8.0, 8.0], [13.0], owner=[0, 0, 0], potential=[2.0, 9.0, 3.0])

    assert PotentialGreedy().allocate(problem).hours == pytest.approx([0.8, 8.0, 4.2])


def test_the_largest_potential_keeps_its_owner(make_problem: Make) -> None:
    problem = make_problem([8.0, 8.0], [10.0, 10.0], owner=[0, 0], potential=[2.0, 9.0])

    assert PotentialGreedy().allocate(problem).owner.tolist() == [1, 0]
