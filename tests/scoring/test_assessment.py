import numpy as np
import pytest

from kamsim.schemas import ASSESSMENT, check
from kamsim.scoring.assessment import (
    assess_churn,
    assess_frontier,
    assess_potential,
    auc,
    brier,
    log_errors,
    log_losses,
    paired_gain,
    pinball_losses,
    rank_correlation,
    value_captured,
)
from kamsim.streams import stream

LEFT = np.array([True, False, True, False])


def test_measures_of_a_probability_by_hand() -> None:
    p = np.array([0.8, 0.4, 0.3, 0.1])
    assert auc(LEFT, p) == 0.75
    assert brier(LEFT, p) == pytest.approx((0.04 + 0.16 + 0.49 + 0.01) / 4)
    np.testing.assert_allclose(log_losses(LEFT, p), -np.log([0.8, 0.6, 0.3, 0.9]))


def test_one_class_has_no_auc_and_certainty_a_finite_loss() -> None:
    assert np.isnan(auc(np.array([True, True]), np.array([0.2, 0.3])))
    assert np.isfinite(log_losses(LEFT, np.array([0.0, 1.0, 0.0, 1.0]))).all()


def test_bias_is_signed_and_beside_its_baseline() -> None:
    found = check(assess_churn(LEFT, np.full(4, 0.7), np.full(4, 0.4)), ASSESSMENT).set_index("measure")
    assert found.loc["bias", "value"] == pytest.approx(0.2)
    assert found.loc["bias", "baseline"] == pytest.approx(-0.1)
    assert (found["rows"] == 4).all()


def test_value_captured_is_one_for_the_right_order_only() -> None:
    actual = np.array([10.0, 1, 1, 1, 1, 6, 1, 1, 1, 1])
    assert value_captured(actual, actual**2) == 1.0
    assert value_captured(actual, -actual) == pytest.approx(2 / 16)


def test_rank_correlation_ignores_scale() -> None:
    actual = np.array([1.0, 2.0, 30.0])
    assert rank_correlation(actual, np.log(actual)) == 1.0
    assert np.isnan(rank_correlation(actual, np.ones(3)))


def test_potential_rows_are_an_assessment() -> None:
    actual = np.array([100.0, 200.0, 400.0])
    found = check(assess_potential(actual, actual * 1.1, actual / 2, 0.9), ASSESSMENT).set_index("measure")
    assert found.loc["bias", "value"] == pytest.approx(0.1)
    assert found.loc["log_error", "baseline"] == pytest.approx(np.log(2))
    assert found.loc["interval_coverage", "value"] == 0.9


def test_pinball_loss_is_least_at_the_quantile() -> None:
    actual = stream(1, "spend").standard_normal(4000)
    levels = np.array([0.5, 0.9, 0.99])
    losses = [pinball_losses(actual, np.full(4000, q), 0.9).mean() for q in np.quantile(actual, levels)]
    assert losses[1] == min(losses)


def test_frontier_rows_are_an_assessment() -> None:
    spend = np.arange(10.0)
    found = check(assess_frontier(spend, spend + 1, np.full(10, 6.5), 0.9), ASSESSMENT).set_index("measure")
    assert found.loc["share_above", "value"] == 0
    assert found.loc["share_above", "baseline"] == pytest.approx(0.3)


def test_a_gain_counts_only_beyond_noise() -> None:
    baseline, wobble = np.ones(100), np.tile([-1.0, 1.0], 50)
    assert paired_gain(baseline - 0.1 + 0.5 * wobble, baseline).beyond_noise  # 2 standard errors
    assert not paired_gain(baseline - 0.1 + 0.7 * wobble, baseline).beyond_noise  # 1.4
    assert not paired_gain(baseline + 0.1, baseline).beyond_noise
    assert not paired_gain(np.array([0.1]), np.array([9.0])).beyond_noise


def test_noise_alone_passes_one_time_in_twenty() -> None:
    draw = stream(6, "losses")
    passed = [
        paired_gain(1 + draw.standard_normal(100), 1 + draw.standard_normal(100)).beyond_noise
        for _ in range(2000)
    ]
    assert 0.03 < np.mean(passed) < 0.07


def test_log_errors_are_symmetric() -> None:
    np.testing.assert_allclose(log_errors(np.array([1.0, 2.0]), np.array([2.0, 1.0])), np.log(2))
