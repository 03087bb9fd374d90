"""Values of assumptions and names of recommendations for readers."""

import pytest

from kamsim.config import PlausibleRanges, Scenario
from kamsim.locale import Locale
from kamsim.reporting.assumptions import recommendation_text, write_assumption, write_ratio


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_assumption_has_a_name_and_a_value(lang: str) -> None:
    locale = Locale(lang)

    for name in PlausibleRanges.model_fields:
        assert locale.has(f"assumption.{name}")
        assert write_assumption(name, 0.5, locale)


def test_values_are_written_in_their_unit() -> None:
    french = Locale("fr")

    assert write_assumption("ae_cost_eur", 12_847.0, french) == "12,8\xa0k€"
    assert write_assumption("win_rate", 0.235, french) == french.percent(0.235, 0)
    assert write_assumption("potential", 0.8, french) == "×0,80"
    assert write_assumption("potential", float("nan")) == "–"


def test_ratios_have_a_decimal_below_ten() -> None:
    assert [write_ratio(x) for x in (1.0, 2.44, 9.96, 26.4)] == ["1", "2.4", "10", "26"]


def test_recommendations_are_named() -> None:
    base = Scenario.load("base")

    assert recommendation_text("smb_ratio", base) == "100 to 1,000 SMB accounts per AE"
    assert recommendation_text("team_size", base) == "A team of the set ratios' size"
    assert recommendation_text("mine over status_quo", base) == "mine over Status quo"
