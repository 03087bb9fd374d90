from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from kamsim.allocation import build_problem
from kamsim.config import Scenario

Make = Callable[..., pd.DataFrame]


def test_accounts_and_aes_are_sorted_and_only_aes_own(
    make_book: Make, make_team: Make, scenario: Scenario
) -> None:
    book = make_book([1.0, 2.0, 3.0], account_id=["c", "a", "b"], owner_id=["z", "gone", None])
    team = make_team([10.0, 20.0, 30.0], rep_id=["z", "y", "x"], role=["AE", "AE", "SE"])
    problem = build_problem(book, team, scenario)

    assert problem.account_ids == ("a", "b", "c")
    assert problem.rep_ids == ("y", "z")
    assert problem.capacity.tolist() == [20.0, 10.0]
    assert problem.workload.tolist() == [2.0, 3.0, 1.0]
    assert problem.owner.tolist() == [-1, -1, 1]
    assert problem.had_owner.tolist() == [True, False, True]


def test_only_a_change_of_hands_is_a_move(make_book: Make, make_team: Make, scenario: Scenario) -> None:
    book = make_book([1.0] * 4, owner_id=["r000", "r000", "gone", None])
    problem = build_problem(book, make_team([10.0, 10.0]), scenario)

    assert problem.moved(np.array([0, 1, 1, 1])).tolist() == [False, True, True, False]


def test_travel_takes_capacity_by_client_hours(make_book: Make, make_team: Make, scenario: Scenario) -> None:
    """A visit brings hours_per_visit with the client and takes the trip there and back."""
    settings = scenario.override(
        {
            "coverage.travel_speed_km_per_hour": 100,
            "coverage.hours_per_visit": 4,
            "coverage.longest_trip_hours": 99,
        }
    )
    book = make_book([1.0, 1.0], latitude=[0.0, np.nan], longitude=[1.0, 1.0])
    team = make_team([10.0], latitude=[0.0], longitude=[0.0])
    problem = build_problem(book, team, settings)
    trip = 2 * 111.195 / 100

    assert problem.hours_per_client_hour[:, 0] == pytest.approx([1 + trip / 4, 1.0], rel=1e-4)
    assert problem.distance_km[:, 0] == pytest.approx([111.195, np.inf], rel=1e-4)
    assert problem.load(np.array([0, 0]), np.array([8.0, 1.0])) == pytest.approx([8 + 2 * trip + 1], rel=1e-4)


def test_pools_count_in_the_effort_at_the_weights_of_the_dynamics(
    make_book: Make, make_team: Make, scenario: Scenario
) -> None:
    book = make_book([1.0], se_hours=[4.0], csm_hours=[2.0])
    problem = build_problem(book, make_team([10.0, 2.0, 9.0], role=["AE", "SE", "CSM"]), scenario)
    dynamics = scenario.dynamics

    assert problem.se_hours.tolist() == [2.0]
    assert problem.pool_effort == pytest.approx([2 * dynamics.se_weight + 2 * dynamics.csm_weight])


def test_the_value_of_a_plan_is_its_curves_less_its_moves(
    make_problem: Callable[..., object], scenario: Scenario
) -> None:
    problem = make_problem([1.0, 1.0], [9.0, 9.0], owner=[0, 0], handover_eur=[30.0, 70.0])

    assert problem.value(np.array([0, 1]), np.array([1.0, 1.0])) == pytest.approx(500 + 500 - 70)  # type: ignore[attr-defined]


def test_seniority_is_read_and_unknown_is_not_senior(
    make_book: Make, make_team: Make, scenario: Scenario
) -> None:
    team = make_team([10.0] * 3, seniority=["junior", None, "senior"])

    assert build_problem(make_book([1.0]), team, scenario).senior.tolist() == [False, False, True]


def test_se_hours_shared_otherwise_count_in_the_effort(
    make_book: Make, make_team: Make, scenario: Scenario
) -> None:
    book, moved = make_book([1.0, 1.0], se_hours=[4.0, 2.0]), make_book([1.0, 1.0], se_hours=[1.0, 5.0])
    team = make_team([10.0, 9.0], role=["AE", "SE"])
    problem = build_problem(book, team, scenario).with_se_hours(np.array([1.0, 5.0]))

    assert problem.se_hours.tolist() == [1.0, 5.0]
    assert problem.pool_effort == pytest.approx(build_problem(moved, team, scenario).pool_effort)


def test_the_spread_of_beliefs_is_read(make_book: Make, make_team: Make, scenario: Scenario) -> None:
    book = make_book([1.0, 1.0], gain_sd_eur=[7.0, 3.0])

    assert build_problem(book, make_team([9.0]), scenario).gain_sd.tolist() == [7.0, 3.0]
