import numpy as np
import pytest

from kamsim.scoring.calibration import calibrate
from kamsim.streams import stream


def _overconfident(rows: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    draw = stream(rows, "calibration")
    z = draw.standard_normal(rows)
    truth = 1 / (1 + np.exp(-z + 1))
    return 1 / (1 + np.exp(-3 * z)), truth, draw.random(rows) < truth


@pytest.mark.parametrize(("rows", "method"), [(1500, "sigmoid"), (20_000, "isotonic")])
def test_overconfidence_is_mended(rows: int, method: str) -> None:
    said, truth, happened = _overconfident(rows)
    calibration = calibrate(said, happened)
    assert calibration.method == method
    assert np.abs(calibration.apply(said) - truth).mean() < 0.02 < np.abs(said - truth).mean()


def test_a_few_rows_that_say_the_reverse_do_not_turn_a_model_round() -> None:
    said = np.linspace(0.1, 0.9, 20)
    mapped = calibrate(said, said < 0.5).apply(said)
    assert (np.diff(mapped) >= 0).all()


def test_certain_predictions_stay_finite() -> None:
    calibration = calibrate(np.array([0.0, 0.0, 1.0, 1.0]), np.array([False, True, True, True]))
    mapped = calibration.apply(np.array([0.0, 1.0]))
    assert ((mapped > 0) & (mapped < 1)).all()


def test_the_line_can_be_moved_to_a_rate() -> None:
    said, _, happened = _overconfident(1500)
    line = calibrate(said, happened)
    moved = line.centred(said**2, 0.3)
    assert moved.apply(said**2).mean() == pytest.approx(0.3)
    assert moved.slope == line.slope
    assert line.centred(np.full(5, 0.2), 0.4).apply(np.full(5, 0.2)) == pytest.approx(0.4)


def test_timid_predictions_are_drawn_apart_only_where_that_is_allowed() -> None:
    timid = np.repeat([0.4, 0.6], 400)
    happened = np.tile(np.arange(10) < 1, 40).tolist() + np.tile(np.arange(10) >= 1, 40).tolist()
    assert calibrate(timid, np.array(happened)).slope > 2
    assert calibrate(timid, np.array(happened), stretch=False).slope == 1.0
    bold = np.repeat([0.01, 0.99], 400)
    assert calibrate(bold, np.array(happened), stretch=False).slope < 0.7
