import pytest

from kamsim.config import Scenario
from kamsim.errors import ConfigError


@pytest.mark.parametrize("surveys", [5, 7, 11])
def test_surveys_spread_evenly_over_a_year(surveys: int, scenario: Scenario) -> None:
    with pytest.raises(ConfigError, match=f"surveys_per_year must divide 12 or be 0, got {surveys}"):
        scenario.override({"portfolio.signals.smb.surveys_per_year": surveys})


@pytest.mark.parametrize("surveys", [0, 1, 2, 3, 4, 6, 12])
def test_even_numbers_of_surveys_are_taken(surveys: int, scenario: Scenario) -> None:
    changed = scenario.override({"portfolio.signals.smb.surveys_per_year": surveys})
    assert changed.portfolio.signals.smb.surveys_per_year == surveys


@pytest.mark.parametrize(
    ("reasons", "message"),
    [({"price": 1.0}, "win_reasons must name product fit"), ({}, "win_reasons must name")],
)
def test_reasons_are_all_named(reasons: dict[str, float], message: str, scenario: Scenario) -> None:
    with pytest.raises(ConfigError, match=message):
        scenario.override({"portfolio.pipeline.win_reasons": reasons})


def test_reasons_have_weight(scenario: Scenario) -> None:
    weights = scenario.portfolio.pipeline.win_reasons | {"price": 0.0}
    with pytest.raises(ConfigError, match="win_reasons must have weights above 0"):
        scenario.override({"portfolio.pipeline.win_reasons": weights})


@pytest.mark.parametrize("name", ["missing_share", "late_share", "duplicated_opportunity_share"])
@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_shares_of_dirt_are_shares(name: str, share: float, scenario: Scenario) -> None:
    with pytest.raises(ConfigError, match=name):
        scenario.override({f"portfolio.dirt.{name}": share})
