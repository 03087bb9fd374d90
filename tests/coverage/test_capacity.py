from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamsim.config import Scenario
from kamsim.coverage import fit_bounds_to_capacity, service_levels, tier_of
from kamsim.errors import ConfigError, InfeasibleAllocationError
from kamsim.schemas import SCORES


def scores_of(potential: list[float]) -> pd.DataFrame:
    ids = pd.Series([f"a{i:03}" for i in range(len(potential))], dtype="str")
    frame = pd.DataFrame({"account_id": ids, "potential_36m_eur": np.asarray(potential, dtype=float)})
    return frame.reindex(columns=list(SCORES.columns), fill_value=0.0)


def hours_asked(potential: list[float], scenario: Scenario, factor: float) -> float:
    start = scenario.segmentation
    bounds = start.model_copy(
        update={
            "tier_1_above_eur": factor * start.tier_1_above_eur,
            "tier_2_from_eur": factor * start.tier_2_from_eur,
        }
    )
    tier = tier_of(np.asarray(potential, dtype=float), bounds)
    return float(service_levels(tier, np.ones(len(tier)), scenario.coverage)["workload_hours"].sum())


def test_enough_hours_for_the_guide_s_tiers_leave_its_bounds(scenario: Scenario) -> None:
    potential = [5e5, 5e5 + 1, 1e5, 99_999.0]
    hours = hours_asked(potential, scenario, 1.0)
    found = fit_bounds_to_capacity(scores_of(potential), hours, scenario.coverage, scenario.segmentation)

    assert found.factor == 1.0
    assert found.settings(scenario.segmentation) == scenario.segmentation
    assert found.accounts == (1, 2, 1), "a bound itself is tier 2"
    assert found.hours_needed == pytest.approx(hours)


@settings(max_examples=40, deadline=None)
@given(
    potential=st.lists(st.floats(0, 3e6), min_size=1, max_size=25),
    share=st.floats(0, 1),
)
def test_no_other_factor_fills_the_hours_better(
    scenario: Scenario, potential: list[float], share: float
) -> None:
    coverage = scenario.coverage
    least, most = (
        len(potential) * coverage.ae_hours / tier.accounts_per_ae
        for tier in (coverage.smb, coverage.strategic)
    )
    team = least + share * (most - least)
    found = fit_bounds_to_capacity(scores_of(potential), team, coverage, scenario.segmentation)
    others = [hours_asked(potential, scenario, factor) for factor in np.geomspace(1e-4, 1e3, 400)]

    assert found.hours_needed <= team * (1 + 1e-9)
    assert found.hours_needed >= max(h for h in others if h <= team * (1 + 1e-12)) - 1e-9
    assert found.hours_needed == pytest.approx(hours_asked(potential, scenario, found.factor))
    assert sum(found.accounts) == len(potential)


def test_fewer_hours_raise_the_cut_offs(scenario: Scenario) -> None:
    potential = np.geomspace(2e4, 2e6, 200).tolist()
    full = hours_asked(potential, scenario, 1.0)
    factors = [
        fit_bounds_to_capacity(
            scores_of(potential), share * full, scenario.coverage, scenario.segmentation
        ).factor
        for share in (1.4, 1.0, 0.7, 0.4)
    ]
    assert factors[0] < factors[1] == 1.0 < factors[2] < factors[3]


def test_the_ratio_of_the_cut_offs_stays(scenario: Scenario) -> None:
    potential = np.geomspace(2e4, 2e6, 50).tolist()
    found = fit_bounds_to_capacity(scores_of(potential), 60.0, scenario.coverage, scenario.segmentation)
    assert found.tier_1_above_eur / found.tier_2_from_eur == pytest.approx(5.0)


def test_a_large_team_puts_all_in_tier_1_and_has_hours_to_spare(scenario: Scenario) -> None:
    found = fit_bounds_to_capacity(scores_of([1e4, 2e4]), 1e3, scenario.coverage, scenario.segmentation)
    assert found.accounts == (2, 0, 0)
    assert found.hours_needed < found.hours_available


def test_too_few_hours_for_tier_3_are_said_with_numbers(scenario: Scenario) -> None:
    settings = scenario.override({"coverage.smb.accounts_per_ae": 130}).coverage
    hours = 200 * settings.ae_hours / 130
    words = (
        f"50.0 AE hours a month: 200 accounts, all in tier 3, ask for {hours:.1f}, {hours - 50:.1f} too many"
    )
    with pytest.raises(InfeasibleAllocationError, match=words):
        fit_bounds_to_capacity(scores_of([1.0] * 200), 50.0, settings, scenario.segmentation)


@pytest.mark.parametrize("hours", [-1.0, float("nan"), float("inf")])
def test_hours_that_are_none_are_refused(hours: float, scenario: Scenario) -> None:
    with pytest.raises(ConfigError, match="team_hours must be a number >= 0"):
        fit_bounds_to_capacity(scores_of([1.0]), hours, scenario.coverage, scenario.segmentation)


def test_service_levels_upside_down_are_refused(scenario: Scenario) -> None:
    settings = scenario.override({"coverage.strategic.accounts_per_ae": 500}).coverage
    with pytest.raises(ConfigError, match="must not ask for more hours an account than the tier above"):
        fit_bounds_to_capacity(scores_of([1.0]), 50.0, settings, scenario.segmentation)


def test_the_frame_is_one_row(scenario: Scenario) -> None:
    found = fit_bounds_to_capacity(scores_of([6e5, 1e4]), 40.0, scenario.coverage, scenario.segmentation)
    row = replace(found, accounts=(4, 5, 6)).frame()
    assert row[["tier_1_accounts", "tier_2_accounts", "tier_3_accounts"]].to_numpy().tolist() == [[4, 5, 6]]


def test_no_accounts_need_no_hours(scenario: Scenario) -> None:
    found = fit_bounds_to_capacity(scores_of([]), 0.0, scenario.coverage, scenario.segmentation)
    assert (found.factor, found.hours_needed) == (1.0, 0.0)
