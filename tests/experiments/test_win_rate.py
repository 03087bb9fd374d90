"""The win rate and the loss rate that brings it."""

import numpy as np
import pytest

from kamsim.errors import ConfigError
from kamsim.experiments import Population
from kamsim.experiments.assumptions import shift_dynamics
from kamsim.experiments.population import SAMPLING
from kamsim.experiments.win_rate import WinRates, measure_win_rates
from kamsim.streams import luck_key


def _measured(crowd: Population, factor: float) -> float:
    people = crowd.scenario.coverage.mid_market.accounts_per_ae
    rates = measure_win_rates(
        crowd.state,
        crowd.scenario.coverage.ae_hours / people + crowd.support_hours,
        shift_dynamics(crowd.scenario.dynamics, crowd.preset, factor),
        key=luck_key(crowd.scenario.seed, SAMPLING),
        first_month=crowd.first_month,
        months=crowd.months,
    )
    return rates.base


def test_more_losses_mean_fewer_wins(crowd: Population) -> None:
    assert (np.diff(crowd.win_rates.rates) < 0).all()
    assert 0 < crowd.win_rates.reach[0] < crowd.win_rates.base < crowd.win_rates.reach[1] < 1


@pytest.mark.parametrize("share", [0.25, 0.75])
def test_the_factor_brings_the_rate_that_was_asked_for(crowd: Population, share: float) -> None:
    low, high = crowd.win_rates.reach
    wanted = low + share * (high - low)

    found = _measured(crowd, crowd.win_rates.factor_for(wanted))

    # Interpolated between factors 1.4 to 2 apart, measured under the same luck.
    assert found == pytest.approx(wanted, abs=0.03)


def test_the_scenarios_own_rate_is_factor_one(crowd: Population) -> None:
    assert crowd.win_rates.factor_for(crowd.win_rates.base) == 1.0
    assert _measured(crowd, 1.0) == pytest.approx(crowd.win_rates.base)


def test_an_unreachable_rate_is_refused() -> None:
    rates = WinRates(np.array([0.5, 1.0]), np.array([0.6, 0.3]))

    with pytest.raises(ConfigError, match=r"win_rate must lie within 0\.300 to 0\.600, got 0\.9"):
        rates.factor_for(0.9)


def test_no_closed_opportunity_is_an_error(crowd: Population) -> None:
    quiet = {
        name: getattr(crowd.scenario.dynamics, name).model_copy(update={"opening_rate": 0.0})
        for name in ("strategic", "mid_market", "smb")
    }
    nobody = crowd.state.copy()
    nobody.milestones_passed[:] = -1
    with pytest.raises(ConfigError, match="no opportunity closes"):
        measure_win_rates(
            nobody, 1.0, crowd.scenario.dynamics.model_copy(update=quiet), key=1, first_month=600, months=3
        )
