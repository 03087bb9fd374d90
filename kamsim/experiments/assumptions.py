"""What turning an assumption does to the accounts and to the model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from kamsim.config import DynamicsSettings
from kamsim.dynamics import State
from kamsim.schemas import SEGMENTS

Values = Mapping[str, float]
"""The value of every assumption of `breakeven.ranges`, by name."""

_MOST_PROPENSITY = 0.99
_BY_SEGMENT = {"opening_rate": ("opening_rate", 10.0), "deal_size": ("deal_share", 1.0)}
"""Assumption to the setting it multiplies and the largest value that the setting takes."""
_MOST_LOSS = 20.0


def shift_state(state: State, values: Values, settings: DynamicsSettings) -> State:
    """Turn what the accounts carry in themselves: half effort, wallet, churn propensity.

    A potential m times as large means wallets, revenue and open amounts m times as large, at the same share
    of wallet, and half effort m**half_effort_exponent times as large: larger accounts take more work, as the
    model has it.

    Examples
    --------
    >>> from kamsim.config import Scenario
    >>> from kamsim.dynamics import new_state
    >>> settings, one = Scenario.load("base").dynamics, np.ones((1, 1))
    >>> state = new_state(
    ...     settings, account_ids=["a"], segment=np.array([0]), wallet=1e4 * one, revenue=1e3 * one,
    ...     attainable=0.5 * one, responsiveness=one, propensity=0.1 * one, goodwill=0.5 * one,
    ...     roles=0.5 * one, renewal_month=one.astype(int), units=one.astype(int),
    ...     units_penetrated=one.astype(int),
    ... )
    >>> moved = shift_state(state, {"response": 2.0, "potential": 3.0, "churn": 1.0}, settings)
    >>> float(moved.wallet[0, 0]), float(moved.revenue[0, 0])
    (30000.0, 3000.0)
    """
    potential = values["potential"]
    growth = values["response"] * potential**settings.half_effort_exponent
    return replace(
        state,
        wallet=state.wallet * potential,
        revenue=state.revenue * potential,
        amount=state.amount * potential,
        half_effort=state.half_effort * growth,
        propensity=np.minimum(
            state.propensity * values["churn"], np.maximum(state.propensity, _MOST_PROPENSITY)
        ),
    )


def shift_dynamics(settings: DynamicsSettings, values: Values, loss_factor: float) -> DynamicsSettings:
    """Turn what the model does with them, in every segment; what a setting cannot take is cut off.

    Parameters
    ----------
    settings : DynamicsSettings
    values : mapping of str to float
    loss_factor : float
        Factor of the loss rates, which moves the win rate (`WinRates.factor_for`).
    """
    update: dict[str, object] = {"goodwill_gain": min(1.0, settings.goodwill_gain * values["goodwill_gain"])}
    for name in SEGMENTS:
        own = getattr(settings, name)
        changes = {"loss_rate": min(_MOST_LOSS, own.loss_rate * loss_factor)}
        for assumption, (key, most) in _BY_SEGMENT.items():
            changes[key] = min(most, getattr(own, key) * values[assumption])
        update[name] = own.model_copy(update=changes)
    return settings.model_copy(update=update)
