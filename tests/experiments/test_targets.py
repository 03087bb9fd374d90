"""The registry: every target has a band, a source, a name in every language, and a way to measure it."""

import math

import pytest

from kamsim.config import Scenario, presets
from kamsim.experiments.evidence import gather
from kamsim.experiments.targets import TARGETS
from kamsim.locale import Locale
from kamsim.locale.catalogue import languages
from kamsim.reporting.validation import target_text
from kamsim.schemas import SEGMENTS

from .by_hand import CUTOFF, hand_made


@pytest.mark.parametrize("preset", presets())
def test_bands_come_from_the_preset_with_their_source(preset: str) -> None:
    scenario = Scenario.load(preset)
    for target in TARGETS.values():
        band = target.bounds(scenario)
        if target.standing == "beside":
            assert band is None
            assert target.source(scenario) == ""
        else:
            assert band is not None
            assert all(map(math.isfinite, band))
            assert target.source(scenario) != ""


def test_a_preset_may_move_a_band(scenario: Scenario) -> None:
    other = scenario.override({"validation.smb.logo_retention": [0.7, 0.8]})
    assert TARGETS["smb.logo_retention"].bounds(other) == (0.7, 0.8)


def test_tiers_are_measured_against_the_scenarios_own_thresholds(scenario: Scenario) -> None:
    potential = [200e3, 200e3, 50e3]
    book = hand_made([[1.0] * 12] * 3, ["mid_market"] * 3, potential=potential)
    wide = scenario.override({"segmentation.tier_2_from_eur": 40e3})
    target = TARGETS["mid_market.own_tier"]
    assert target.build is not None
    found = [target.build(s)(gather(book, s, CUTOFF)) for s in (scenario, wide)]
    assert found == pytest.approx([2 / 3, 1.0])
    assert target.standing == "target"


def test_only_gains_are_not_measured_on_what_is_pooled() -> None:
    gains = {"optimisation_gain", "gain_from_allocation", "realignment_gain"}
    assert {t.name for t in TARGETS.values() if t.build is None} == gains


def test_claims_are_the_surveys_and_paretos() -> None:
    claims = {t.name for t in TARGETS.values() if t.standing == "claim"}
    surveys = {f"{s}.{m}_retention" for s in SEGMENTS for m in ("gross", "net")}
    assert claims == surveys | {"top_20_share_claimed", "realignment_gain"}


@pytest.mark.parametrize("lang", languages())
def test_every_target_has_a_name_of_its_own(lang: str) -> None:
    names = [target_text(name, Locale(lang)) for name in TARGETS]
    assert len(set(names)) == len(names)
