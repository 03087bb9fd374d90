"""A small hand-made state: twelve accounts of all segments, prospects among them, deals in flight."""

import numpy as np
import pytest

from kamsim.config import Scenario
from kamsim.dynamics import FREE, SLOTS, Parameters, State, compile_parameters, new_state
from kamsim.streams import stream

ACCOUNTS = 12


@pytest.fixture(scope="session")
def parameters(scenario: Scenario) -> Parameters:
    return compile_parameters(scenario.dynamics)


@pytest.fixture(scope="session")
def start(scenario: Scenario) -> State:
    """One lane. Read it or copy it, never write to it."""
    rng = stream(7, "tests of the dynamics")
    ids = [f"A{i:02d}" for i in range(ACCOUNTS)]
    shape = (ACCOUNTS, 1)
    wallet = np.exp(rng.normal(8.5, 1.2, shape))
    attainable = rng.uniform(0.3, 0.9, shape)
    revenue = np.where(np.arange(ACCOUNTS)[:, None] % 4 == 0, 0.0, wallet * attainable * rng.random(shape))
    units = rng.integers(1, 9, shape)
    in_flight = rng.random((*shape, SLOTS)) < 0.2
    return new_state(
        scenario.dynamics,
        account_ids=ids,
        segment=np.arange(ACCOUNTS) % 3,
        wallet=wallet,
        revenue=revenue,
        attainable=attainable,
        responsiveness=rng.uniform(0.5, 2.0, shape),
        propensity=rng.uniform(0.02, 0.6, shape),
        goodwill=rng.random(shape),
        roles=rng.random(shape),
        sponsorless=rng.integers(0, 3, shape),
        handover=rng.integers(0, 40, shape),
        renewal_month=rng.integers(0, 12, shape),
        units=units,
        units_penetrated=np.where(revenue > 0, 1, 0),
        milestones_passed=np.where(in_flight, rng.integers(0, 4, in_flight.shape), FREE),
        age=np.where(in_flight, rng.integers(0, 9, in_flight.shape), 0),
        amount=np.where(in_flight, 0.05 * wallet[:, :, None], 0.0),
        kind=np.where(in_flight, rng.integers(0, 6, in_flight.shape), 0),
        meddic=np.where(in_flight, rng.uniform(0, 6, in_flight.shape), 0.0),
    )


@pytest.fixture(scope="session")
def effort() -> np.ndarray:
    return np.linspace(0.0, 6.0, ACCOUNTS)
