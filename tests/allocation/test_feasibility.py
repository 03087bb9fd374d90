from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from kamsim.allocation import Plan
from kamsim.allocation.feasibility import check_feasible
from kamsim.allocation.kept import check_plan
from kamsim.errors import InfeasibleAllocationError

Make = Callable[..., Any]


def test_a_team_without_aes_is_refused(make_problem: Make) -> None:
    with pytest.raises(
        InfeasibleAllocationError, match="the team holds no AE: nobody can own the 2 accounts"
    ):
        check_feasible(make_problem([1.0, 1.0], []))


def test_an_empty_book_is_refused(make_problem: Make) -> None:
    with pytest.raises(InfeasibleAllocationError, match="the book holds no account"):
        check_feasible(make_problem([], [10.0]))


def test_too_little_capacity_is_told_in_hours(make_problem: Make) -> None:
    problem = make_problem([10.0] * 5, [8.0, 9.0], minimum=[4.0] * 5)

    with pytest.raises(
        InfeasibleAllocationError,
        match=r"5 accounts need at least 20\.0 AE hours a month, and the 2 AEs have 17\.0",
    ):
        check_feasible(problem)


def test_an_account_too_large_for_every_ae_is_named(make_problem: Make) -> None:
    problem = make_problem([1.0, 1.0], [8.0, 9.0], minimum=[1.0, 9.5])

    with pytest.raises(
        InfeasibleAllocationError, match=r"account 'a001' needs at least 9\.5 .* no AE has more than 9\.0"
    ):
        check_feasible(problem)


def test_exactly_enough_passes(make_problem: Make) -> None:
    check_feasible(make_problem([1.0, 1.0], [5.0, 5.0], minimum=[5.0, 5.0]))


def test_a_plan_above_a_capacity_is_refused(make_problem: Make) -> None:
    problem = make_problem([1.0, 1.0], [9.0, 9.0], hours_per_client_hour=[[1.0, 1.5], [1.0, 1.5]])

    with pytest.raises(
        InfeasibleAllocationError, match=r"'greedy' asks 10\.50 hours .* of 'r001', who has 9\.00"
    ):
        check_plan(problem, Plan(np.array([0, 1]), np.array([9.0, 7.0])), "greedy")


@pytest.mark.parametrize(("owner", "hours"), [(-1, 1.0), (2, 1.0), (0, -1.0), (0, np.nan)])
def test_a_plan_that_leaves_an_account_out_is_refused(owner: int, hours: float, make_problem: Make) -> None:
    plan = Plan(np.array([0, owner]), np.array([1.0, hours]))

    with pytest.raises(InfeasibleAllocationError, match="gives account 'a001' no owner or no hours"):
        check_plan(make_problem([1.0, 1.0], [9.0, 9.0]), plan, "x")
