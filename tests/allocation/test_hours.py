from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamsim.allocation.hours import serve_in_order, share_by_weight

Make = Callable[..., Any]
ONE_BOOK = np.zeros(3, dtype=np.intp)
HOURS = st.floats(0, 20).map(lambda x: round(x, 3))


def test_hours_follow_the_weight_and_use_the_whole_month(make_problem: Make) -> None:
    hours = share_by_weight(make_problem([1.0] * 3, [60.0]), ONE_BOOK, np.array([1.0, 2.0, 3.0]))

    assert hours == pytest.approx([10.0, 20.0, 30.0])


def test_travel_comes_out_of_the_same_month(make_problem: Make) -> None:
    problem = make_problem([1.0] * 3, [60.0], hours_per_client_hour=[[1.5]] * 3)

    assert share_by_weight(problem, ONE_BOOK, np.ones(3)) == pytest.approx([60 / 1.5 / 3] * 3)


def test_nobody_falls_below_the_minimum(make_problem: Make) -> None:
    problem = make_problem([1.0] * 3, [20.0], minimum=[5.0, 0.0, 0.0])

    assert share_by_weight(problem, ONE_BOOK, np.array([0.0, 1.0, 2.0])) == pytest.approx([5.0, 5.0, 10.0])


def test_a_book_too_large_for_its_minimum_is_served_thinner(make_problem: Make) -> None:
    problem = make_problem([1.0] * 3, [5.0], minimum=[4.0, 4.0, 2.0])

    assert share_by_weight(problem, ONE_BOOK, np.ones(3)) == pytest.approx([2.0, 2.0, 1.0])
    assert serve_in_order(problem, ONE_BOOK, np.ones(3)) == pytest.approx([2.0, 2.0, 1.0])


def test_a_book_without_weights_is_shared_equally(make_problem: Make) -> None:
    assert share_by_weight(make_problem([1.0] * 3, [6.0]), ONE_BOOK, np.zeros(3)) == pytest.approx([2.0] * 3)


def test_the_first_are_served_in_full_before_the_next(make_problem: Make) -> None:
    problem = make_problem([10.0, 10.0, 10.0], [16.0], minimum=[1.0, 1.0, 1.0])

    assert serve_in_order(problem, ONE_BOOK, np.array([2.0, 3.0, 1.0])) == pytest.approx([5.0, 10.0, 1.0])


def test_hours_left_over_follow_the_priority(make_problem: Make) -> None:
    problem = make_problem([2.0, 2.0, 2.0], [12.0])

    assert serve_in_order(problem, ONE_BOOK, np.array([1.0, 2.0, 3.0])) == pytest.approx([3.0, 4.0, 5.0])


@settings(deadline=None)
@given(
    st.lists(st.tuples(HOURS, HOURS, st.floats(1, 2)), min_size=3, max_size=3),
    st.floats(0, 50),
    st.sampled_from([share_by_weight, serve_in_order]),
)
def test_a_month_is_used_up_and_not_exceeded(
    make_problem: Make, rows: list[tuple[float, float, float]], capacity: float, rule: Callable[..., Any]
) -> None:
    minimum, weight, rate = (np.array(column) for column in zip(*rows, strict=True))
    problem = make_problem([5.0] * 3, [capacity], minimum=minimum, hours_per_client_hour=rate[:, None])
    hours = rule(problem, ONE_BOOK, weight)

    assert problem.load(ONE_BOOK, hours) == pytest.approx([capacity], abs=1e-9)
    if minimum @ rate <= capacity:
        assert (hours >= minimum - 1e-9).all()
