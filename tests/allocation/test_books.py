from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from kamsim.allocation.books import NOBODY, Books, largest_first
from kamsim.allocation.limits import Limits

Make = Callable[..., Any]


def test_giving_adds_the_workload_with_its_travel(make_problem: Make) -> None:
    books = Books(make_problem([4.0, 6.0], [10.0, 10.0], hours_per_client_hour=[[1.5, 1.0], [1.0, 1.0]]))
    books.give(0, 0)
    books.give(1, 0)

    assert books.owner.tolist() == [0, 0]
    assert books.load.tolist() == [12.0, 0.0]


def test_accounts_stay_while_their_owner_has_room(make_problem: Make) -> None:
    books = Books(make_problem([6.0, 6.0, 4.0, 1.0], [10.0, 50.0], owner=[0, 0, 0, -1]))

    assert books.keep(np.array([0, 1, 2, 3]), 1.0).tolist() == [1, 3]
    assert books.owner.tolist() == [0, NOBODY, 0, NOBODY]


def test_the_least_used_is_by_share_of_capacity(make_problem: Make) -> None:
    books = Books(make_problem([5.0, 5.0], [10.0, 100.0, 0.0]))
    books.give(0, 1)

    assert books.least_used(1) == 1


def test_the_nearest_with_room_passes_over_the_full(make_problem: Make) -> None:
    problem = make_problem([8.0, 8.0], [10.0, 10.0, 10.0], distance_km=[[5.0, 9.0, 1.0], [1.0, 9.0, 5.0]])
    books = Books(problem)
    books.give(0, 0)

    assert books.nearest_with_room(1) == 2


def test_the_owner_is_preferred_among_equally_near(make_problem: Make) -> None:
    assert Books(make_problem([1.0], [10.0] * 3, owner=[2])).nearest_with_room(0) == 2


def test_room_is_a_fair_share_where_the_team_is_overloaded(make_problem: Make) -> None:
    spare = Books(make_problem([5.0], [10.0]))
    short = Books(make_problem([30.0], [10.0], settings={"balance_tolerance": 0.2}))

    assert spare.room == 1
    assert short.room == pytest.approx(3 * 1.2)


def test_equals_come_in_order_of_id() -> None:
    assert largest_first(np.array([2.0, 5.0, 2.0, 5.0])).tolist() == [1, 3, 0, 2]


def test_a_family_goes_together_and_only_to_who_may(make_problem: Callable[..., Any]) -> None:
    barred = np.array([[True, True, False], [True, True, True], [True, True, True]])
    limits = Limits({"x": barred}, family=np.array([0, 0, 1]))
    problem = make_problem([4.0, 3.0, 1.0], [20.0, 10.0, 90.0], owner=[2, 2, 2], limits=limits)
    books = Books(problem)

    assert books.use_with(1).tolist() == [0.35, 0.7, np.inf]
    assert books.least_used(1) == 0
    assert books.least_used(1, among=np.array([False, False, True])) == 0
    books.place(np.array([1, 0, 2]))
    assert books.owner.tolist() == [0, 0, 2]
    assert books.load.tolist() == [7.0, 0.0, 1.0]
