"""One world for all engines: accounts of the default preset, hours for each, all there from the start."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from kamsim.config import Scenario
from kamsim.dynamics import Parameters, State, compile_parameters, state_from_tables
from kamsim.portfolio import generate_portfolio
from kamsim.schemas import SEGMENTS
from kamsim.streams import entity_keys

FIRST_MONTH = 672
"""January 2026."""


@dataclass(frozen=True)
class World:
    """What every engine starts from; nobody writes to it."""

    state: State
    hours: NDArray[np.float64]
    parameters: Parameters

    def pattern(self, segment: int) -> dict[str, float]:
        """Return the service pattern of a segment: its factor for each kind of effort."""
        kinds = ("mapping", "offer", "review", "pursuit", "defence")
        return dict(zip(kinds, self.parameters.kinds[segment].tolist(), strict=True))

    def response(self) -> NDArray[np.float64]:
        """Return s of section 6.7; without pools and rules it stays the same for the whole run."""
        exponent = self.parameters.settings.response_exponent
        power = self.hours**exponent
        return np.asarray(power / (self.state.half_effort[:, 0] ** exponent + power))


@dataclass(frozen=True)
class Outcome:
    """What a peer brings, as `kamsim.dynamics.Years`: arrays of (years, accounts, replications)."""

    revenue: NDArray[np.floating]
    retained: NDArray[np.bool_]
    customer: NDArray[np.bool_]


@cache
def _portfolio() -> tuple[State, Parameters]:
    """Generate the preset's portfolio, segments spread evenly: small worlds have the mix of large ones."""
    scenario = Scenario.load("saas_midmarket")
    made = generate_portfolio(scenario)
    if made.truth is None or made.deals is None:
        raise SystemExit("error: the generated portfolio has no truth")
    state = state_from_tables(made.accounts, made.truth, made.deals)
    mixed = np.argsort(_position_in_segment(state.segment), kind="stable")
    return _take(state, mixed), compile_parameters(scenario.dynamics)


@cache
def world(accounts: int) -> World:
    """Return the portfolio, repeated under new ids; hours go through the whole response curve."""
    base, parameters = _portfolio()
    state = _take(base, np.arange(accounts) % base.accounts)
    ids = [f"B{number:06d}" for number in range(accounts)]
    state = replace(state, account_ids=ids, entities=entity_keys(ids), arrival=np.zeros(accounts, np.int64))
    # The golden ratio's multiples fill the range evenly at any size.
    share = np.arange(accounts) * 0.6180339887498949 % 1.0
    return World(state, state.half_effort[:, 0] * (0.2 + 1.8 * share), parameters)


def _position_in_segment(segment: NDArray[np.int64]) -> NDArray[np.float64]:
    """Number the accounts of each segment evenly from 0 to 1."""
    position = np.zeros(segment.size)
    for code in range(len(SEGMENTS)):
        members = np.flatnonzero(segment == code)
        position[members] = (np.arange(members.size) + 0.5) / max(1, members.size)
    return position


def _take(state: State, index: NDArray[np.int64]) -> State:
    """Take accounts by position; one may be taken more than once."""
    apart = ("account_ids", "tenure", "vacancy")
    return replace(
        state, **{f.name: getattr(state, f.name)[index] for f in fields(state) if f.name not in apart}
    )
