import numpy as np
import pandas as pd
import pytest

from kamsim.errors import ConfigError, SchemaError
from kamsim.experiments import FidelityResult, measure_fidelity
from kamsim.experiments.fidelity import calibrate, measure
from kamsim.schemas import FIDELITY, VALUES, check

CUTOFF = pd.Timestamp("2026-01-01")
PLANS = 12
COARSE = {"allocation.target_gap": 0.05, "experiment.replications": 16, "value.replications": 64}


@pytest.fixture(scope="module")
def result(desk) -> FidelityResult:
    scenario = desk.scenario.override(COARSE)
    return measure_fidelity(desk.portfolio, desk.book, desk.scores, scenario, cutoff=CUTOFF, plans=PLANS)


def test_the_table_keeps_its_contract(result: FidelityResult) -> None:
    pd.testing.assert_frame_equal(check(result.frame(), FIDELITY), result.frame())
    assert len(result.frame()) == PLANS
    assert result.frame()["nearness"].tolist() == pytest.approx(np.linspace(0, 1, PLANS))


def test_true_curves_predict_what_is_simulated(result: FidelityResult) -> None:
    """The one claim that the surrogate lives by; broken by any mistake in units, hours or horizon."""
    true = result.summary().set_index("predictor").loc["true"]
    assert true["rank_correlation"] > 0.9
    assert 0.8 < true["slope"] < 1.3
    assert abs(true["mean_error_share"]) < 0.1


def test_better_plans_bring_more(result: FidelityResult) -> None:
    plans = result.frame()
    assert plans["simulated_eur"].iloc[-3:].mean() > plans["simulated_eur"].iloc[:3].mean()


def test_it_is_deterministic_whatever_the_order_of_rows(desk) -> None:
    scenario = desk.scenario.override(COARSE | {"experiment.months": 12, "value.replications": 8})
    one, other = (
        measure_fidelity(
            desk.portfolio, book, desk.scores, scenario, cutoff=CUTOFF, plans=3, policy="balanced"
        ).frame()
        for book in (desk.book, desk.book.iloc[::-1])
    )
    pd.testing.assert_frame_equal(one, other)


def test_without_a_truth_there_is_no_oracle(desk) -> None:
    scenario = desk.scenario.override(COARSE | {"experiment.months": 12})
    imported = desk.without_truth()
    result = measure_fidelity(
        imported.portfolio, desk.book, desk.scores, scenario, cutoff=CUTOFF, plans=3, policy="balanced",
        with_team=True,
    )  # fmt: skip
    assert result.frame()["true_eur"].isna().all()
    assert result.summary()["predictor"].tolist() == ["believed"]
    assert result.calibration.empty


def test_measures_by_hand() -> None:
    plans = pd.DataFrame({"simulated_eur": [10.0, 20.0, 30.0], "believed_eur": [15.0, 20.0, 25.0]})
    row = measure(plans.assign(true_eur=[12.0, 22.0, 32.0])).set_index("predictor")
    assert row["slope"].tolist() == pytest.approx([2.0, 1.0])
    assert row["mean_error_eur"].tolist() == pytest.approx([0.0, 2.0])
    assert row["error_sd_eur"].tolist() == pytest.approx([5.0, 0.0])
    assert row["mean_error_share"].tolist() == pytest.approx([0.0, 0.1])


def curves(gain: list[float], base: float = 100.0, spread: float = 10.0) -> pd.DataFrame:
    ids = pd.Series([f"A{i}" for i in range(len(gain))], dtype="str")
    rows = pd.DataFrame({"account_id": ids, "base_eur": base, "gain_eur": gain, "half_hours": 2.0})
    return check(rows.assign(exponent=1.0, gain_sd_eur=spread)[list(VALUES.columns)], VALUES)


def test_spreads_are_counted_by_hand() -> None:
    """Gains off by 0, 9, 15 and 30 with a spread of 10: half within one, three quarters within two."""
    believed, true = curves([50.0] * 4), curves([50.0, 59.0, 65.0, 80.0])
    found = calibrate(believed, true)
    assert found["gain_inside_1"].tolist() == [0.5] * 4
    assert found["gain_inside_2"].tolist() == [0.75] * 4
    # The value is off by the gain's error times the share reached, here a third to four fifths of it.
    assert found["value_inside_1"].tolist() == [1.0, 0.75, 0.75, 0.5]
    other = true.assign(account_id=[f"B{i}" for i in range(4)])
    with pytest.raises(SchemaError, match="believed and true values must be of the same accounts"):
        calibrate(believed, other)


def test_bad_input_is_refused(desk) -> None:
    args = desk.portfolio, desk.book, desk.scores, desk.scenario
    with pytest.raises(ConfigError, match="plans must be >= 3, got 2"):
        measure_fidelity(*args, cutoff=CUTOFF, plans=2)
    with pytest.raises(ConfigError, match="unknown policy 'balancd'"):
        measure_fidelity(*args, cutoff=CUTOFF, policy="balancd")
    with pytest.raises(SchemaError, match="must hold the same accounts"):
        measure_fidelity(args[0], desk.book.iloc[1:], *args[2:], cutoff=CUTOFF)
