"""Measures against scikit-learn, against hand counts, and against the order of rows."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

from kamsim.scoring import measures_of_skill as skill
from kamsim.streams import stream


@pytest.fixture
def forecast() -> tuple[np.ndarray, np.ndarray]:
    draw = stream(1, "forecast")
    p = np.round(draw.beta(2, 4, 800), 2).clip(0.01, 0.99)
    return (draw.random(800) < p).astype(float), p


def test_agrees_with_scikit_learn(forecast) -> None:
    y, p = forecast
    assert skill.area_under_curve(y, p) == pytest.approx(roc_auc_score(y, p))
    assert skill.brier_score(y, p) == pytest.approx(brier_score_loss(y, p))
    assert skill.log_loss(y, p) == pytest.approx(log_loss(y, p))
    model = LogisticRegression(C=1e9, tol=1e-10).fit(np.log(p / (1 - p))[:, None], y)
    assert skill.calibration_slope(y, p) == pytest.approx(model.coef_[0, 0], abs=1e-4)


def test_honest_probabilities_are_calibrated_and_stretched_ones_are_not(forecast) -> None:
    y, p = forecast
    stretched = 1 / (1 + ((1 - p) / p) ** 2)
    assert skill.calibration_slope(y, p) == pytest.approx(1, abs=0.2)
    assert skill.calibration_slope(y, stretched) == pytest.approx(skill.calibration_slope(y, p) / 2)
    assert skill.bias_in_points(y, p + 0.05) == pytest.approx(skill.bias_in_points(y, p) + 5)
    assert skill.expected_calibration_error(y, stretched) > skill.expected_calibration_error(y, p)


@given(st.permutations(range(12)), st.lists(st.sampled_from([0.1, 0.5, 0.9]), min_size=12, max_size=12))
def test_order_of_tied_rows_does_not_matter(order, scores) -> None:
    y, score = np.array([0.0, 1, 0, 1, 1, 0, 0, 0, 1, 0, 0, 1]), np.array(scores)
    shuffled = np.array(order)
    assert skill.captured_by_top(y, score) == pytest.approx(
        skill.captured_by_top(y[shuffled], score[shuffled])
    )
    np.testing.assert_allclose(
        skill.lift_by_decile(y, score), skill.lift_by_decile(y[shuffled], score[shuffled])
    )


def test_a_constant_score_captures_what_chance_would() -> None:
    value = np.array([10.0, 0, 0, 0, 0])
    assert skill.captured_by_top(value, np.zeros(5)) == pytest.approx(0.2)


def test_r_squared_of_the_baseline_is_nothing_and_of_the_truth_is_one() -> None:
    amounts = np.array([10.0, 100.0, 1000.0])
    rough = np.array([20.0, 50.0, 1500.0])
    assert skill.log_r_squared(amounts, amounts, rough) == 1
    assert skill.log_r_squared(amounts, rough, rough) == pytest.approx(0)


def test_one_class_has_no_area() -> None:
    assert np.isnan(skill.area_under_curve(np.ones(4), np.arange(4.0)))
    assert np.isnan(skill.calibration_slope(np.ones(4), np.linspace(0.1, 0.9, 4)))
