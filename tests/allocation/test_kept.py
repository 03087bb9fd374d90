from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from kamsim.allocation import Plan
from kamsim.allocation.kept import broken_constraints, check_plan
from kamsim.allocation.limits import Budget, Limits
from kamsim.errors import InfeasibleAllocationError

Make = Callable[..., Any]


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


LIMITS = Limits(
    {"skills": np.array([[True, True], [False, True], [True, True]])},
    family=np.array([0, 1, 1]),
    budgets=(Budget("disruption.accounts", np.ones(3), 1.0),),
)


def test_everything_that_is_broken_is_listed(make_problem: Make) -> None:
    problem = make_problem([1.0] * 3, [9.0, 9.0], owner=[1, 1, 0], limits=LIMITS)
    broken = broken_constraints(problem, np.array([0, 0, 1]))

    assert broken["constraint"].tolist() == ["skills", "families", "families", "disruption.accounts"]
    assert broken["account_id"].tolist()[:3] == ["a001", "a001", "a002"]
    assert broken[["used", "limit"]].iloc[-1].tolist() == [3.0, 1.0]
    assert broken_constraints(problem, np.array([1, 1, 1])).empty


def test_a_plan_that_breaks_a_constraint_is_refused_unless_it_proposes_nothing(make_problem: Make) -> None:
    problem = make_problem([1.0] * 3, [9.0, 9.0], owner=[0, 0, 1], limits=LIMITS)
    hours = np.ones(3)

    assert check_plan(problem, Plan(np.array([0, 0, 1]), hours), "x")["constraint"].tolist() == [
        "skills",
        "families",
        "families",
    ]
    with pytest.raises(InfeasibleAllocationError, match="'x' breaks skills with account 'a001' at 'r000'"):
        check_plan(problem, Plan(np.array([1, 0, 0]), hours), "x")
    with pytest.raises(InfeasibleAllocationError, match=r"'x' breaks disruption\.accounts: 2 against 1"):
        check_plan(problem, Plan(np.array([1, 1, 1]), hours), "x")
