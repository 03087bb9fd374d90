"""A setting: what it refuses, and what it makes of a scenario."""

from __future__ import annotations

import pytest

from kamsim.apps import TierAnswer, WhatIf
from kamsim.config import Scenario
from kamsim.errors import ConfigError

BASE = Scenario.load("base")


def test_it_is_applied_to_ratios_and_cutoffs_and_nothing_else() -> None:
    changed = WhatIf((3.0, 30.0, 90.0), 6e5, 2e5, 5.0, 10).applied_to(BASE)

    ratios = [getattr(changed.coverage, s).accounts_per_ae for s in ("strategic", "mid_market", "smb")]
    assert ratios == [3.0, 30.0, 90.0]
    assert (changed.segmentation.tier_1_above_eur, changed.segmentation.tier_2_from_eur) == (6e5, 2e5)
    back = WhatIf((4.0, 35.0, 120.0), 5e5, 1e5, 5.0, 10).applied_to(changed)
    assert back.model_dump(exclude={"sources"}) == BASE.model_dump(exclude={"sources"})


@pytest.mark.parametrize(("name", "value"), [("aes", -1.0), ("aes", float("nan")), ("most_moves", -1)])
def test_a_team_or_limit_below_zero_is_refused(name: str, value: float) -> None:
    numbers = {"aes": 5.0, "most_moves": 10, name: value}
    with pytest.raises(ConfigError, match=f"{name} must be a number >= 0"):
        WhatIf((4.0, 35.0, 120.0), 5e5, 1e5, **numbers)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("setting", "rule"),
    [
        (WhatIf((0.5, 35.0, 120.0), 5e5, 1e5, 5.0, 10), "accounts_per_ae"),
        (WhatIf((4.0, 35.0, 120.0), 1e5, 1e5, 5.0, 10), "tier_2_from_eur must be below"),
    ],
)
def test_the_rules_of_the_scenario_hold(setting: WhatIf, rule: str) -> None:
    with pytest.raises(ConfigError, match=rule):
        setting.applied_to(BASE)


def test_a_tier_without_accounts_abandons_nobody() -> None:
    assert TierAnswer(1, 3, 10.0, 0.9, 1.0).abandoned
    assert not TierAnswer(1, 3, 10.0, 1.0, 1.0).abandoned
    assert not TierAnswer(1, 0, 0.0, 0.0, 1.0).abandoned
