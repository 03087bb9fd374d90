"""What turning an assumption does: to the accounts, to the model, and to nothing else."""

from dataclasses import fields

import numpy as np
import pytest

from kamsim.experiments import Population
from kamsim.experiments.assumptions import shift_dynamics, shift_state


def test_the_preset_moves_no_bit(crowd: Population) -> None:
    state = shift_state(crowd.state, crowd.preset, crowd.scenario.dynamics)

    for field in fields(state):
        before, after = getattr(crowd.state, field.name), getattr(state, field.name)
        assert np.array_equal(before, after), field.name
    assert shift_dynamics(crowd.scenario.dynamics, crowd.preset, 1.0) == crowd.scenario.dynamics


def test_potential_scales_money_and_the_work_it_takes(crowd: Population) -> None:
    settings = crowd.scenario.dynamics
    state = shift_state(crowd.state, crowd.preset | {"potential": 2.0, "response": 3.0}, settings)

    assert state.wallet == pytest.approx(2 * crowd.state.wallet)
    assert state.revenue == pytest.approx(2 * crowd.state.revenue)
    assert state.amount == pytest.approx(2 * crowd.state.amount)
    assert state.half_effort == pytest.approx(3 * 2**settings.half_effort_exponent * crowd.state.half_effort)


def test_churn_stays_a_probability(crowd: Population) -> None:
    state = shift_state(crowd.state, crowd.preset | {"churn": 50.0}, crowd.scenario.dynamics)

    assert state.propensity.max() < 1
    assert (state.propensity >= crowd.state.propensity).all()


def test_every_segment_of_the_model_is_turned(crowd: Population) -> None:
    before = crowd.scenario.dynamics
    values = crowd.preset | {"opening_rate": 2.0, "deal_size": 0.5, "goodwill_gain": 1.5}
    after = shift_dynamics(before, values, 4.0)

    for name in ("strategic", "mid_market", "smb"):
        own, was = getattr(after, name), getattr(before, name)
        assert own.opening_rate == 2 * was.opening_rate
        assert own.deal_share == 0.5 * was.deal_share
        assert own.loss_rate == 4 * was.loss_rate
    assert after.goodwill_gain == pytest.approx(1.5 * before.goodwill_gain)
    assert shift_dynamics(before, values | {"deal_size": 1e3}, 1e9).smb.deal_share == 1.0
    assert shift_dynamics(before, values, 1e9).smb.loss_rate == 20.0
