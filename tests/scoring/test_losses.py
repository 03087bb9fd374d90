import numpy as np
import pytest

from kamsim.scoring.losses import log_errors, log_losses, paired_gain, pinball_losses
from kamsim.streams import stream

LEFT = np.array([True, False, True, False])


def test_log_loss_by_hand() -> None:
    p = np.array([0.8, 0.4, 0.3, 0.1])
    np.testing.assert_allclose(log_losses(LEFT, p), -np.log([0.8, 0.6, 0.3, 0.9]))


def test_certainty_has_a_finite_loss() -> None:
    assert np.isfinite(log_losses(LEFT, np.array([0.0, 1.0, 0.0, 1.0]))).all()


def test_pinball_loss_is_least_at_the_quantile() -> None:
    actual = stream(1, "spend").standard_normal(4000)
    levels = np.array([0.5, 0.9, 0.99])
    losses = [pinball_losses(actual, np.full(4000, q), 0.9).mean() for q in np.quantile(actual, levels)]
    assert losses[1] == min(losses)


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


def test_rows_that_share_their_luck_count_once() -> None:
    draw = stream(7, "losses")
    once, baseline = 1 + draw.standard_normal(200), np.ones(200)
    plain = paired_gain(once, baseline)
    tenfold, place = [np.repeat(losses, 10) for losses in (once, baseline)], np.repeat(np.arange(200), 10)
    assert paired_gain(*tenfold, clusters=place).standard_error == pytest.approx(plain.standard_error)
    assert paired_gain(*tenfold).standard_error < 0.4 * plain.standard_error


def test_each_row_its_own_cluster_is_no_cluster() -> None:
    draw = stream(8, "losses")
    losses, baseline = draw.random(50), draw.random(50)
    apart = paired_gain(losses, baseline, np.arange(50)[::-1])
    assert apart.standard_error == pytest.approx(paired_gain(losses, baseline).standard_error)
    assert paired_gain(losses, baseline).standard_error == pytest.approx(
        (baseline - losses).std(ddof=1) / np.sqrt(50)
    )
