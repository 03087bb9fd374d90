from collections.abc import Callable
from typing import Any

from kamsim.allocation.nearest import Nearest

Make = Callable[..., Any]


def test_each_account_goes_to_the_closest_ae(make_problem: Make) -> None:
    problem = make_problem([1.0, 1.0], [9.0, 9.0], distance_km=[[300.0, 20.0], [5.0, 6.0]], owner=[0, 1])

    assert Nearest().allocate(problem).owner.tolist() == [1, 0]


def test_a_full_ae_sends_the_smaller_account_to_the_next(make_problem: Make) -> None:
    problem = make_problem([4.0, 7.0], [10.0, 10.0], distance_km=[[1.0, 9.0], [1.0, 9.0]])

    assert Nearest().allocate(problem).owner.tolist() == [1, 0]


def test_unknown_places_leave_the_owner(make_problem: Make) -> None:
    assert Nearest().allocate(make_problem([1.0] * 3, [9.0, 9.0], owner=[1, 0, 1])).owner.tolist() == [
        1,
        0,
        1,
    ]
