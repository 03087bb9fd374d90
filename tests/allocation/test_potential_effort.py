from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from kamsim.allocation import allocate
from kamsim.allocation.potential_effort import PotentialEffort
from kamsim.config import Scenario

Make = Callable[..., Any]
MATRIX = {"high_potential_eur": 100.0, "high_effort_hours": 5.0, "se_support_weight": 3.0}


def test_high_potential_with_moderate_effort_goes_to_a_senior_ae(make_problem: Make) -> None:
    """The first is high and moderate, the second high and hard, the third low: only the first moves."""
    problem = make_problem(
        [4.0, 4.0, 4.0], [20.0, 20.0], owner=[0, 0, 0], potential=[200.0, 300.0, 50.0],
        half=[5.0, 5.1, 1.0], senior=[False, True], settings=MATRIX,
    )  # fmt: skip

    assert PotentialEffort().allocate(problem).owner.tolist() == [1, 0, 0]


def test_potential_at_the_bound_is_not_high(make_problem: Make) -> None:
    problem = make_problem(
        [4.0, 4.0], [20.0, 20.0], owner=[0, 0], potential=[100.0, 100.1], senior=[False, True],
        settings=MATRIX,
    )  # fmt: skip

    assert PotentialEffort().allocate(problem).owner.tolist() == [0, 1]


def test_seniors_take_the_largest_first_and_no_more_than_they_have_room_for(make_problem: Make) -> None:
    problem = make_problem(
        [6.0, 6.0, 6.0], [20.0, 8.0], owner=[0, 0, 0], potential=[200.0, 400.0, 300.0],
        senior=[False, True], settings=MATRIX,
    )  # fmt: skip

    assert PotentialEffort().allocate(problem).owner.tolist() == [0, 1, 0]


def test_a_senior_owner_keeps_his_own(make_problem: Make) -> None:
    problem = make_problem(
        [6.0, 6.0], [20.0, 20.0, 20.0], owner=[0, 0], potential=[200.0, 400.0],
        senior=[True, True, False], settings=MATRIX,
    )  # fmt: skip

    assert PotentialEffort().allocate(problem).owner.tolist() == [0, 0]


def test_high_potential_with_high_effort_gets_se_support_out_of_the_same_pool(make_problem: Make) -> None:
    problem = make_problem(
        [4.0] * 4, [20.0], owner=[0] * 4, potential=[200.0, 200.0, 50.0, 50.0],
        half=[9.0, 1.0, 9.0, 1.0], se_hours=[2.0, 2.0, 2.0, 0.0], settings=MATRIX,
    )  # fmt: skip
    plan = PotentialEffort().allocate(problem)

    assert plan.se_hours == pytest.approx([3.6, 1.2, 1.2, 0.0])


def test_the_support_is_in_the_assignment_and_in_the_value(
    make_book: Callable[..., pd.DataFrame], make_team: Callable[..., pd.DataFrame], scenario: Scenario
) -> None:
    book = make_book(
        [4.0, 4.0], owner_id=["r000"] * 2, potential_36m_eur=[2e6, 1e3], half_hours=[30.0, 30.0],
        se_hours=[2.0, 2.0], gain_eur=[1e6, 0.0],
    )  # fmt: skip
    team = make_team([8.0, 9.0], role=["AE", "SE"])
    result = allocate(book, team, scenario, ["potential_effort", "guide_ratios"])
    rows = result.assignment.set_index(["policy", "account_id"])["se_hours"]

    assert rows["potential_effort"].tolist() == pytest.approx([8 / 3, 4 / 3])
    assert rows["guide_ratios"].tolist() == [2.0, 2.0]
    assert result.believed_eur["potential_effort"] > result.believed_eur["guide_ratios"]


def test_no_se_and_no_senior_leave_the_usual_service(make_problem: Make) -> None:
    problem = make_problem(
        [4.0, 4.0], [20.0, 20.0], owner=[0, 0], potential=[200.0, 300.0], half=[1.0, 9.0], settings=MATRIX
    )
    plan = PotentialEffort().allocate(problem)

    assert plan.owner.tolist() == [0, 0]
    assert plan.hours == pytest.approx([10.0, 10.0])
    assert plan.se_hours is not None
    assert plan.se_hours.tolist() == [0.0, 0.0]
