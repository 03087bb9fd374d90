"""What a break-even map may be asked."""

import pytest

from kamsim.config import Scenario, presets
from kamsim.errors import ConfigError


@pytest.mark.parametrize("name", presets())
def test_the_guides_ranges_hold_the_presets_own_ratios(name: str) -> None:
    scenario = Scenario.load(name)

    for segment in ("strategic", "mid_market", "smb"):
        low, high = getattr(scenario.breakeven, segment).accounts_per_ae
        assert low <= getattr(scenario.coverage, segment).accounts_per_ae <= high


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("breakeven.strategic.searched", [4.0, 40.0], "accounts_per_ae must lie within searched"),
        ("breakeven.strategic.searched", [0.5, 40.0], "from 1 on, got 3 to 5 within 0.5 to 40"),
        ("breakeven.ranges.response", [0.0, 2.0], "response must be above 0, got 0"),
        ("breakeven.ranges.win_rate", [0.2, 1.2], "must lie between 0 and 1"),
        ("breakeven.ranges.potential", [2.0, 1.0], "must rise, got 2 to 1"),
        ("breakeven.step", 1.0, "breakeven.step must be > 1, got 1"),
    ],
)
def test_what_cannot_be_is_refused(key: str, value: object, sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        Scenario.load("base", {key: value})
