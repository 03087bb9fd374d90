from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest

from kamsim.allocation.limits import Budget, Limits
from kamsim.allocation.repair import keep_minimum
from kamsim.errors import InfeasibleAllocationError

Make = Callable[..., Any]


def test_owners_that_can_are_left_alone(make_problem: Make) -> None:
    owner = np.array([1, 1, 0])

    assert keep_minimum(make_problem([1.0] * 3, [9.0, 9.0], minimum=[4.0, 5.0, 9.0]), owner) is owner


def test_the_fewest_accounts_move(make_problem: Make) -> None:
    """Five hours are too many: moving the one of 5 is enough, moving small ones would take two."""
    problem = make_problem([1.0] * 4, [10.0, 6.0], minimum=[5.0, 3.0, 3.0, 4.0])

    assert keep_minimum(problem, np.zeros(4, dtype=np.intp)).tolist() == [1, 0, 0, 0]


@pytest.mark.parametrize("seed", range(8))
def test_as_few_as_enumeration_finds(seed: int, make_problem: Make) -> None:
    draw = np.random.default_rng(seed)
    minimum, wished = draw.uniform(1, 6, 6), draw.integers(0, 3, 6)
    problem = make_problem([1.0] * 6, [9.0, 9.0, 9.0], minimum=minimum)
    able = [
        np.array(o)
        for o in product(range(3), repeat=6)
        if (problem.load(np.array(o), minimum) <= problem.capacity).all()
    ]
    if not able:
        with pytest.raises(InfeasibleAllocationError):
            keep_minimum(problem, wished)
        return
    moves = int((keep_minimum(problem, wished) != wished).sum())

    assert moves == min(int((o != wished).sum()) for o in able)


def test_an_impossible_packing_is_told_with_its_hours(make_problem: Make) -> None:
    """Three accounts of 6 hours are 18 of 20 hours, yet no two fit one AE."""
    problem = make_problem([1.0] * 3, [10.0, 10.0], minimum=[6.0] * 3)

    with pytest.raises(
        InfeasibleAllocationError, match=r"18\.0 a month .* cannot be packed into the 20\.0 hours"
    ):
        keep_minimum(problem, np.zeros(3, dtype=np.intp))


def test_an_account_that_fits_nobody_makes_it_impossible(make_problem: Make) -> None:
    problem = make_problem([1.0] * 2, [10.0], minimum=[1.0, 8.0], hours_per_client_hour=[[1.0], [1.5]])

    with pytest.raises(InfeasibleAllocationError):
        keep_minimum(problem, np.zeros(2, dtype=np.intp))


@pytest.mark.parametrize("seed", range(6))
def test_under_limits_as_few_as_enumeration_finds(seed: int, make_problem: Make) -> None:
    draw = np.random.default_rng(seed)
    allowed = draw.uniform(size=(5, 3)) < 0.8
    limits = Limits({"x": allowed}, np.array([0, 0, 1, 2, 3]), (Budget("b", draw.uniform(size=5), 1.2),))
    wished = draw.integers(0, 3, 5)
    problem = make_problem(
        [1.0] * 5, [9.0] * 3, minimum=draw.uniform(1, 6, 5), owner=draw.integers(0, 3, 5), limits=limits
    )
    able = [
        np.array(o)
        for o in product(range(3), repeat=5)
        if (problem.load(np.array(o), problem.minimum) <= problem.capacity).all()
        and allowed[np.arange(5), o].all()
        and o[0] == o[1]
        and (problem.spent(np.array(o)) <= problem.limits.caps).all()
    ]
    if not able:
        with pytest.raises(InfeasibleAllocationError, match="under the constraints"):
            keep_minimum(problem, wished)
        return
    owner = keep_minimum(problem, wished)

    assert any((owner == o).all() for o in able)
    assert (owner != wished).sum() == min(int((o != wished).sum()) for o in able)
