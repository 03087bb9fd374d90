from dataclasses import fields, is_dataclass

import pytest

from kamsim.allocation import POLICIES, find_policy, rules_of
from kamsim.allocation.registry import RULES
from kamsim.config import Scenario
from kamsim.errors import ConfigError


def test_the_preset_names_policies_that_exist(scenario: Scenario) -> None:
    assert set(scenario.allocation.policies) <= set(POLICIES)
    assert scenario.experiment.baseline in POLICIES
    assert len(POLICIES) >= 5


@pytest.mark.parametrize("name", POLICIES)
def test_a_policy_is_a_frozen_dataclass_with_defaults(name: str) -> None:
    policy = find_policy(name)

    assert is_dataclass(policy)
    assert policy == POLICIES[name]()
    for field in fields(policy):
        with pytest.raises(AttributeError):
            setattr(policy, field.name, None)


def test_an_unknown_policy_is_told_with_the_nearest() -> None:
    with pytest.raises(ConfigError, match="unknown policy 'balnced': did you mean 'balanced'"):
        find_policy("balnced")


def test_rules_belong_to_policies_that_exist(scenario: Scenario) -> None:
    assert set(RULES) <= set(POLICIES)
    for name in POLICIES:
        assert (rules_of(name, scenario.dynamics.rules) is not None) == (name in RULES)
    assert rules_of("my_own_plan", scenario.dynamics.rules) is None
