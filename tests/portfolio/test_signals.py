"""Signals follow effort and goodwill, and a neutral knob moves no other signal."""

from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from kamsim.config import Scenario
from kamsim.portfolio.history_table import spent_hours
from kamsim.portfolio.recorded import RecordedBlock
from kamsim.portfolio.signals import Signals, observe_signals
from kamsim.schemas import SEGMENTS


def _see(block: RecordedBlock, scenario: Scenario, **knobs: Any) -> Signals:
    changed = scenario.override({f"portfolio.signals.{name}": value for name, value in knobs.items()})
    return observe_signals(block, spent_hours(block), changed)


@pytest.fixture(scope="module")
def seen(block: RecordedBlock, recorded_scenario: Scenario) -> Signals:
    return _see(block, recorded_scenario)


def test_touches_are_the_logged_share_of_what_the_hours_make(
    seen: Signals, block: RecordedBlock, recorded_scenario: Scenario
) -> None:
    settings, hours = recorded_scenario.portfolio.signals, spent_hours(block)
    for role, name in enumerate(("ae", "se", "csm")):
        mean = settings.logging_share * hours[role] / getattr(settings, f"{name}_hours_per_touch")
        expected, counted = mean.sum(), seen.touches[role].sum()
        assert expected > 200
        assert abs(counted - expected) < 4 * np.sqrt(expected)


@pytest.mark.parametrize("mean", [0.3, 12.0, 80.0, 2000.0])
def test_touches_are_poisson_over_small_and_large_means(
    mean: float, block: RecordedBlock, recorded_scenario: Scenario
) -> None:
    hours = np.full((3, 500, 36), mean)
    knobs = {f"portfolio.signals.{role}_hours_per_touch": 1.0 for role in ("ae", "se", "csm")}
    scenario = recorded_scenario.override(knobs | {"portfolio.signals.logging_share": 1.0})
    counts = np.stack(observe_signals(block, hours, scenario).touches)
    assert counts.mean() == pytest.approx(mean, rel=0.02)
    assert counts.var() == pytest.approx(mean, rel=0.06)


@pytest.mark.parametrize(
    ("knob", "value", "moved"),
    [
        ("logging_share", 0.0, {"touches"}),
        ("review_hours", 20.0, {"reviews"}),
        ("usage_noise", 0.0, {"usage"}),
        ("answer_share", 1.0, {"satisfaction"}),
        ("satisfaction_noise", 0.0, {"satisfaction"}),
        ("smb.surveys_per_year", 0, {"satisfaction"}),
        ("strategic.business_review_share", 0.0, {"reviews"}),
    ],
)
def test_a_knob_moves_its_own_signal_only(
    knob: str, value: Any, moved: set[str], seen: Signals, block: RecordedBlock, recorded_scenario: Scenario
) -> None:
    other = _see(block, recorded_scenario, **{knob: value})
    changed = {
        field.name
        for field in fields(Signals)
        if not np.array_equal(
            np.asarray(getattr(seen, field.name), float), np.asarray(getattr(other, field.name), float), True
        )
    }
    assert changed == moved


def test_usage_is_seen_of_customers_and_follows_goodwill(
    seen: Signals, block: RecordedBlock, recorded_scenario: Scenario
) -> None:
    pays = block.recording.revenue > 0
    np.testing.assert_array_equal(np.isfinite(seen.usage), pays)
    assert np.corrcoef(seen.usage[pays], block.recording.goodwill[pays])[0, 1] > 0.5
    settings = recorded_scenario.portfolio.signals
    still = _see(block, recorded_scenario, usage_noise=0.0).usage[pays]
    assert (still <= settings.usage_floor + settings.usage_slope).all()
    assert np.std(seen.usage[pays] - still) == pytest.approx(settings.usage_noise, rel=0.05)


def test_usage_moves_smoothly(seen: Signals) -> None:
    """Months that follow one another are alike, more than the noise alone would let them be."""
    before, after = seen.usage[:, :-1], seen.usage[:, 1:]
    both = np.isfinite(before) & np.isfinite(after)
    assert np.corrcoef(before[both], after[both])[0, 1] > 0.7


def test_low_usage_announces_churn(seen: Signals, block: RecordedBlock) -> None:
    leaves = block.recording.churned[:, 1:] > 0
    before = seen.usage[:, :-1]
    smb = (block.closing.segment == SEGMENTS.index("smb"))[:, None] & np.isfinite(before)
    assert leaves[smb].sum() > 40
    assert before[leaves & smb].mean() < before[~leaves & smb].mean() - 0.03


def test_each_customer_is_asked_once_or_twice_a_year(
    block: RecordedBlock, recorded_scenario: Scenario
) -> None:
    answers = _see(block, recorded_scenario, answer_share=1.0).satisfaction
    stayed = (block.recording.revenue > 0).all(axis=1)
    yearly = np.array([getattr(recorded_scenario.portfolio.signals, s).surveys_per_year for s in SEGMENTS])
    assert stayed.sum() > 50
    for year in range(3):
        asked = np.isfinite(answers[stayed, 12 * year : 12 * year + 12]).sum(axis=1)
        np.testing.assert_array_equal(asked, yearly[block.closing.segment[stayed]])


def test_satisfaction_is_a_whole_number_that_rises_with_goodwill(seen: Signals, block: RecordedBlock) -> None:
    answered = np.isfinite(seen.satisfaction)
    given = seen.satisfaction[answered]
    assert set(given) <= set(range(11))
    assert answered.sum() > 100
    assert np.corrcoef(given, block.recording.goodwill[answered])[0, 1] > 0.3


def test_reviews_are_held_where_hours_are_spent(seen: Signals, block: RecordedBlock) -> None:
    ae, _, csm = spent_hours(block)
    quarter_end = (block.first_month + np.arange(block.months)) % 3 == 2
    assert seen.reviews[:, ~quarter_end].max() == 1
    assert seen.reviews[:, quarter_end].max() == 2
    assert (seen.reviews[(ae + csm) == 0] == 0).all()
    mid = block.closing.segment == SEGMENTS.index("mid_market")
    busy = (ae + csm)[mid] > np.median((ae + csm)[mid])
    assert seen.reviews[mid][busy].mean() > 1.2 * seen.reviews[mid][~busy].mean()
