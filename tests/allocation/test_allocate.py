from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kamsim.allocation import POLICIES, AllocationProblem, Plan, allocate
from kamsim.config import Scenario
from kamsim.errors import ConfigError, InfeasibleAllocationError
from kamsim.schemas import ASSIGNMENT, check

Make = Callable[..., pd.DataFrame]
QUICK = ["status_quo", "balanced"]


@pytest.fixture
def book(make_book: Make) -> pd.DataFrame:
    return make_book(
        [4.0, 5.0, 6.0],
        owner_id=["r000", "r000", None],
        latitude=[45.0, np.nan, 46.0],
        longitude=[4.0, np.nan, 5.0],
        se_hours=[1.0, 0.0, 2.0],
    )


@pytest.fixture
def team(make_team: Make) -> pd.DataFrame:
    places = {"latitude": [45.5, 45.0, np.nan], "longitude": [4.0, 4.0, np.nan]}
    return make_team([30.0, 30.0, 6.0], role=["AE", "AE", "SE"], **places)


def test_one_row_a_policy_and_account(book: pd.DataFrame, team: pd.DataFrame, scenario: Scenario) -> None:
    result = allocate(book, team, scenario, QUICK)

    assert len(result.frame()) == 6
    pd.testing.assert_frame_equal(result.frame(), check(result.frame(), ASSIGNMENT))
    assert list(result.seconds) == QUICK
    assert result.gaps == {}


def test_travel_stands_beside_the_hours_it_belongs_to(
    book: pd.DataFrame, team: pd.DataFrame, scenario: Scenario
) -> None:
    rows = allocate(book, team, scenario, ["status_quo"]).assignment.set_index("account_id")
    trip = 2 * 55.6 / scenario.coverage.travel_speed_km_per_hour

    assert rows.loc["a000", "travel_hours"] == pytest.approx(
        rows.loc["a000", "ae_hours"] * trip / scenario.coverage.hours_per_visit, rel=1e-3
    )
    assert rows.loc["a001", "travel_hours"] == 0
    assert rows["se_hours"].tolist() == [1.0, 0.0, 2.0]


def test_the_scenario_s_policies_are_the_default(
    book: pd.DataFrame, team: pd.DataFrame, scenario: Scenario
) -> None:
    two = scenario.override({"allocation.policies": QUICK})

    assert set(allocate(book, team, two).assignment["policy"]) == set(QUICK)


def test_the_summary_says_what_each_plan_does(
    book: pd.DataFrame, team: pd.DataFrame, scenario: Scenario
) -> None:
    summary = allocate(book, team, scenario, ["profit_maximising", "status_quo"]).summary()

    assert summary["policy"].tolist() == ["profit_maximising", "status_quo"]
    assert summary["accounts_moved"].tolist()[1] == 0
    assert summary["gap"].notna().tolist() == [True, False]
    assert summary["believed_eur"][0] >= summary["believed_eur"][1]
    assert (summary["ae_hours"] + summary["travel_hours"] <= 60 + 1e-9).all()


def test_an_unknown_policy_is_refused_before_any_runs(
    book: pd.DataFrame, team: pd.DataFrame, scenario: Scenario
) -> None:
    with pytest.raises(ConfigError, match="unknown policy 'balansed'"):
        allocate(book, team, scenario, ["status_quo", "balansed"])


def test_too_little_capacity_is_told_before_any_solver(
    book: pd.DataFrame, make_team: Make, scenario: Scenario
) -> None:
    with pytest.raises(InfeasibleAllocationError, match=r"need at least 1\.5 .* 1 AEs have 1\.2"):
        allocate(book, make_team([1.2]), scenario)


def test_a_plan_that_breaks_a_rule_does_not_get_out(
    book: pd.DataFrame, team: pd.DataFrame, scenario: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    @dataclass(frozen=True)
    class Careless:
        def allocate(self, problem: AllocationProblem) -> Plan:
            return Plan(np.zeros(problem.accounts, dtype=np.intp), np.full(problem.accounts, 99.0))

    policies: dict[str, Any] = {"careless": Careless}
    monkeypatch.setattr("kamsim.allocation.registry.POLICIES", POLICIES | policies)

    with pytest.raises(InfeasibleAllocationError, match="policy 'careless' asks"):
        allocate(book, team, scenario, ["careless"])
