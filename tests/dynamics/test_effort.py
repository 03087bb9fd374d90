import numpy as np
import pytest

from kamsim.config import Scenario
from kamsim.dynamics import State, effective_hours, half_effort_hours, hand_over
from kamsim.dynamics.effort import habit_weight


def test_hours_of_the_roles_add_up_by_weight(scenario: Scenario) -> None:
    settings = scenario.override({"dynamics.se_weight": 0.5, "dynamics.csm_weight": 0.25}).dynamics

    hours = effective_hours(np.array([1.0, 0.0]), np.array([2.0, 0.0]), np.array([4.0, 8.0]), settings)

    assert hours.tolist() == [3.0, 2.0]


def test_half_effort_grows_with_the_wallet_as_the_settings_say(scenario: Scenario) -> None:
    changed = {"dynamics.smb.effort_multiplier": 2.5, "dynamics.half_effort_exponent": 0.5}
    settings = scenario.override(changed).dynamics
    wallet = settings.reference_wallet_eur * np.array([1.0, 4.0, 0.0])

    hours = half_effort_hours(np.array([2, 2, 2]), wallet, settings)

    reference = 2.5 * settings.half_effort_hours
    assert hours[:2].tolist() == pytest.approx([reference, 2 * reference])
    assert hours[2] > 0, "an account without a wallet still has a scale"


def test_a_hand_over_costs_goodwill_and_lasts(start: State, scenario: Scenario) -> None:
    moved = np.arange(len(start.account_ids)) % 2 == 0

    after = hand_over(start, moved, scenario.dynamics)

    factor = scenario.dynamics.handover_goodwill
    np.testing.assert_array_equal(after.goodwill[moved], start.goodwill[moved] * factor)
    np.testing.assert_array_equal(after.goodwill[~moved], start.goodwill[~moved])
    assert (after.handover[moved] == scenario.dynamics.handover_months).all()
    np.testing.assert_array_equal(after.handover[~moved], start.handover[~moved])
    assert factor < 1, "else this test says nothing"


def test_habits_follow_money_on_top_of_a_floor() -> None:
    revenue, size = np.array([0.0, 30.0, 90.0]), np.array([4.0, np.nan, 8.0])

    assert habit_weight("revenue", revenue, size).tolist() == [10.0, 40.0, 100.0]
    assert habit_weight("size", revenue, size).tolist() == [5.5, 7.5, 9.5], "the median stands in"
    assert habit_weight("equal", revenue, size).tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize("habit", ["revenue", "size"])
def test_a_habit_without_money_to_follow_is_equal(habit: str) -> None:
    assert habit_weight(habit, np.zeros(2), np.full(2, np.nan)).tolist() == [1.0, 1.0]
