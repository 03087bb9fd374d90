import numpy as np
import pytest

from kamsim.config import Scenario
from kamsim.errors import ConfigError
from kamsim.experiments.calibration.parameters import (
    CONCENTRATION,
    free_parameters,
    is_told,
    values_of,
    with_values,
)


def only(scenario: Scenario, key: str, factor: float = 2.0) -> Scenario:
    return scenario.override({"calibration.free": {key: factor}})


def test_a_rate_moves_by_its_factor_and_a_share_by_that_of_its_odds(scenario: Scenario) -> None:
    pace, churn = (
        free_parameters(only(scenario, key))[0]
        for key in ("dynamics.smb.milestone_pace", "dynamics.smb.churn_mean")
    )
    assert float(pace.value(np.asarray(pace.centre + pace.half_width))) == pytest.approx(2 * 5.2)
    value = float(churn.value(np.asarray(churn.centre - churn.half_width)))
    assert value / (1 - value) == pytest.approx(0.465 / 0.535 / 2)


def test_the_prior_has_the_variance_of_the_even_law_over_the_range(scenario: Scenario) -> None:
    (pace,) = free_parameters(only(scenario, "dynamics.smb.milestone_pace"))
    even = np.linspace(-pace.half_width, pace.half_width, 100_001)
    assert pace.prior_sd == pytest.approx(even.std(), rel=1e-4)


def test_parameters_of_absent_segments_are_not_free(scenario: Scenario) -> None:
    found = free_parameters(scenario, ["smb"])
    assert {p.segment for p in found} == {"smb", ""}


def test_no_concentration_stands_for_what_the_wallets_say() -> None:
    (found,) = free_parameters(only(Scenario.load("base"), CONCENTRATION))
    assert 0.5 < float(found.value(np.asarray(found.centre))) < 0.95


def test_what_cannot_be_fitted_is_refused(scenario: Scenario) -> None:
    with pytest.raises(ConfigError, match=r"unknown setting 'dynamics\.smb\.los_rate'.*loss_rate"):
        free_parameters(only(scenario, "dynamics.smb.los_rate"))
    with pytest.raises(ConfigError, match="cannot be fitted: it must be a number with decimals, got 1"):
        free_parameters(only(scenario, "dynamics.smb.minimum_cycle_months"))
    with pytest.raises(ConfigError, match=r"drift must lie between its ends to be fitted, got 0"):
        free_parameters(only(scenario, "portfolio.drift"))


def test_a_parameter_wants_a_moment_that_speaks_of_it(scenario: Scenario) -> None:
    (churn,) = free_parameters(only(scenario, "dynamics.smb.churn_mean"))
    assert is_told(churn, ["smb.leaving_newcomers"])
    assert not is_told(churn, ["smb.won_share", "strategic.leaving", "top_share_now"])


def test_values_carry_their_source(scenario: Scenario) -> None:
    parameters = free_parameters(only(scenario, "dynamics.smb.loss_rate"))
    changed = with_values(scenario, values_of(parameters, np.array([np.log(0.7)])), "calibrated")
    assert changed.dynamics.smb.loss_rate == pytest.approx(0.7)
    assert changed.sources["dynamics.smb.loss_rate"] == "calibrated"
    assert scenario.sources["dynamics.smb.loss_rate"] != "calibrated"
