import numpy as np
import pytest

from kamsim.config import Scenario
from kamsim.coverage import service_levels


def test_a_full_book_of_any_tier_is_one_ae(scenario: Scenario) -> None:
    """As many accounts as the guide's ratio says (D-COV-1) take exactly an AE's hours."""
    coverage = scenario.coverage
    ratios = [coverage.strategic, coverage.mid_market, coverage.smb]
    hours = service_levels(np.array([1, 2, 3]), np.ones(3), coverage)["workload_hours"]

    assert hours * [r.accounts_per_ae for r in ratios] == pytest.approx([coverage.ae_hours] * 3)


def test_minimum_is_a_share_of_the_workload(scenario: Scenario) -> None:
    settings = scenario.override({"coverage.smb.minimum_share": 0.4}).coverage
    levels = service_levels(np.array([3]), np.ones(1), settings)

    assert levels["minimum_hours"] == pytest.approx(0.4 * levels["workload_hours"])


def test_se_hours_grow_with_complexity_and_csm_hours_do_not(scenario: Scenario) -> None:
    levels = service_levels(np.array([1, 1]), np.array([0.25, 1.0]), scenario.coverage)

    assert levels["se_hours"].tolist() == [
        0.25 * scenario.coverage.strategic.se_hours,
        scenario.coverage.strategic.se_hours,
    ]
    assert levels["csm_hours"].tolist() == [scenario.coverage.strategic.csm_hours] * 2


def test_the_median_complexity_stands_in_for_a_missing_one(scenario: Scenario) -> None:
    complexity = np.array([0.2, 0.3, 0.9, np.nan])
    levels = service_levels(np.ones(4, dtype=np.int64), complexity, scenario.coverage)

    assert levels["se_hours"][3] == levels["se_hours"][1]


def test_full_se_hours_are_asked_where_no_complexity_is_known(scenario: Scenario) -> None:
    levels = service_levels(np.array([1]), np.array([np.nan]), scenario.coverage)

    assert levels["se_hours"].tolist() == [scenario.coverage.strategic.se_hours]
