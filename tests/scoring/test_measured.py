import numpy as np
import pytest

from kamsim.scoring.held_out import HeldOut
from kamsim.scoring.measured import Beside, by_name, measure_table
from kamsim.scoring.measures_of_skill import area_under_curve
from kamsim.streams import stream


def _held_out(happened: np.ndarray, predicted: np.ndarray, base: np.ndarray) -> HeldOut:
    rows = np.arange(len(happened))
    return HeldOut(rows, happened, predicted, base, 0 * rows, predicted / 2, predicted * 2)


def _measured(held_out: HeldOut, *, classify: bool, beside: Beside | None = None):
    rng = stream(1, "measured")
    return measure_table(held_out, beside or Beside(), classify=classify, rng=rng, resamples=20)


def test_base_rates_by_segment_rank_and_one_for_all_does_not() -> None:
    draw = stream(2, "segments")
    by_segment = np.repeat([0.1, 0.4], 300)
    happened = (draw.random(600) < by_segment).astype(float)
    known = by_name(_measured(_held_out(happened, by_segment, by_segment), classify=True))
    plain = by_name(_measured(_held_out(happened, by_segment, np.full(600, 0.25)), classify=True))
    assert known["auc"].baseline == area_under_curve(happened, by_segment) > 0.6
    assert known["captured_top_20"].baseline == known["captured_top_20"].value
    assert plain["auc"].baseline == 0.5
    assert plain["captured_top_20"].baseline < plain["captured_top_20"].value


def test_a_baseline_too_low_throughout_flatters_no_model() -> None:
    draw = stream(3, "amounts")
    actual = np.exp(8 + draw.standard_normal(200))
    low = actual * np.exp(0.3 * draw.standard_normal(200)) / 50
    known = by_name(_measured(_held_out(actual, low, low), classify=False))
    assert known["log_r2"].value == pytest.approx(0)


def test_coverage_by_tier_rests_on_the_rows_of_the_tier() -> None:
    amounts = np.linspace(10, 90, 50)
    tier = np.array(["1"] * 8 + ["2"] * 42)
    table = _measured(_held_out(amounts, amounts, amounts + 1), classify=False, beside=Beside(tier=tier))
    rows = table.set_index("measure")["rows"]
    assert rows["interval_coverage_tier_1"] == 8
    assert rows["interval_coverage_tier_2"] == 42
    assert rows["interval_coverage"] == 50
