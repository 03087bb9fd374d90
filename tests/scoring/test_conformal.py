import numpy as np
import pytest

from kamsim.scoring.conformal import Scale, conformal_interval, learn_scale, probability_above
from kamsim.streams import stream


@pytest.mark.parametrize("count", [19, 50, 333])
def test_coverage_holds_exactly_whatever_the_number_of_errors(count: int) -> None:
    draw = stream(count, "errors")
    inside = []
    for _ in range(2000):
        errors, new = draw.exponential(size=count), draw.exponential()
        low, high = conformal_interval(np.zeros((1, 1)), [errors], 0.9)[0]
        inside.append(low <= new <= high)
    assert np.mean(inside) > 0.9 - 3 * np.sqrt(0.09 / 2000)


def test_eighteen_errors_are_too_few_for_ninety_percent() -> None:
    assert not np.isfinite(conformal_interval(np.zeros((1, 1)), [np.arange(18.0)], 0.9)).any()
    assert np.isfinite(conformal_interval(np.zeros((1, 1)), [np.arange(19.0)], 0.9)).all()
    assert conformal_interval(np.empty((2, 0)), [], 0.9).tolist() == [[-np.inf, np.inf]] * 2


def test_folds_keep_their_own_centres_and_blocks_change_nothing(monkeypatch) -> None:
    draw = stream(1, "folds")
    centres, errors = draw.random((50, 2)), [draw.standard_normal(30), draw.standard_normal(40)]
    whole = conformal_interval(centres, errors, 0.8)
    values = np.sort(np.concatenate([centres[3, 0] + errors[0], centres[3, 1] + errors[1]]))
    assert whole[3].tolist() == [values[6], values[63]]
    monkeypatch.setattr("kamsim.scoring.conformal.CELLS_AT_ONCE", 100)
    np.testing.assert_array_equal(conformal_interval(centres, errors, 0.8), whole)


def test_scales_stretch_both_intervals_and_probabilities() -> None:
    errors = [np.linspace(-1, 1, 99)]
    narrow, wide = conformal_interval(np.zeros((2, 1)), errors, 0.8, np.array([1.0, 2.0]))
    assert wide == pytest.approx(2 * narrow)
    close, far = probability_above(np.zeros((2, 1)), errors, 0.5, np.array([1.0, 2.0]))
    assert close < far


def test_scale_is_flat_where_errors_are_few_and_bounded_elsewhere() -> None:
    level = np.linspace(0, 1, 199)
    assert learn_scale(level, level) == Scale()
    steep = learn_scale(np.linspace(0, 1, 400), np.linspace(0, 1, 400) ** 4)
    assert steep.at(np.array([-9.0, 9.0])).tolist() == [0.5, 2.0]
