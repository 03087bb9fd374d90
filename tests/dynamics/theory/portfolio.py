"""Uniform portfolios for the truth tests, and one call that plays them in the compiled engine."""

from __future__ import annotations

from typing import Any

import numpy as np

from kamsim.config import DynamicsSettings
from kamsim.dynamics import State, Years, compile_parameters, play
from kamsim.dynamics.state import new_state

KEY = 20260101
FIRST_MONTH = 12 * 56
"""A January."""


def uniform_state(settings: DynamicsSettings, accounts: int, lanes: int, **values: Any) -> State:
    """Equal accounts with one attribute or the other set; a single value stands for all."""
    shape = (accounts, lanes)
    whole = {"renewal_month": 0, "units": 4, "units_penetrated": 1}
    real = {
        "wallet": 1000.0,
        "revenue": 500.0,
        "attainable": 1.0,
        "responsiveness": 1.0,
        "propensity": 0.0,
        "goodwill": 0.5,
        "roles": 0.5,
    }
    known = {name: np.full(shape, values.pop(name, value)) for name, value in whole.items()}
    known |= {name: np.broadcast_to(values.pop(name, v), shape).astype(float) for name, v in real.items()}
    segment = np.broadcast_to(values.pop("segment", 0), (accounts,)).astype(np.int64)
    ids = [f"account {i:07d}" for i in range(accounts)]
    return new_state(settings, account_ids=ids, segment=segment, **known, **values)


def play_plain(
    state: State, settings: DynamicsSettings, months: int, hours: float = 0.0, **options: Any
) -> tuple[Years, State]:
    """Play with the same hours on every account."""
    effort = np.full((state.accounts, state.lanes), hours)
    options = {"key": KEY, "first_month": FIRST_MONTH, "replications": np.arange(state.lanes)} | options
    return play(state, effort, compile_parameters(settings), months=months, **options)
