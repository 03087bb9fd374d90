"""Lanes of a comparison: where each starts and what it stands for.

Clusters are the independent witnesses: replications where the truth is known, else draws of the latent
state, each played by several replications. Cluster k is the same however many are laid out, so that a
comparison can be continued.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamsim.bundle import Portfolio
from kamsim.config import DynamicsSettings, Scenario
from kamsim.dynamics import State, state_from_tables
from kamsim.dynamics.state import Counts
from kamsim.experiments.outer import scenarios_by_draw, states_by_draw
from kamsim.streams import luck_key
from kamsim.value import draw_states


@dataclass(frozen=True)
class Lanes:
    """Where every lane starts, and what it stands for.

    Attributes
    ----------
    start : State
        One lane a start.
    per_start : int
        Lanes that begin there.
    draw, replication : array of int, shape (lanes,)
    dynamics : tuple of DynamicsSettings
        One for all lanes, or one for each draw in turn.
    """

    start: State
    per_start: int
    draw: Counts
    replication: Counts
    dynamics: tuple[DynamicsSettings, ...]


def clusters_wanted(
    portfolio: Portfolio, scenario: Scenario, parameters: pd.DataFrame | None = None
) -> tuple[int, int]:
    """Clusters that are to be played, and those that may be for the sake of precision or selection."""
    settings = scenario.experiment
    most = max(settings.max_replications, settings.replications)
    if portfolio.truth is not None and portfolio.deals is not None and parameters is None:
        return settings.replications, most
    budget = max(settings.draws, most // _per_draw(scenario))
    known = budget if parameters is None else int(parameters["draw"].nunique())
    return settings.draws, max(settings.draws, min(budget, known))


def with_fresh_luck(scenario: Scenario) -> Scenario:
    """Give the same scenario a root seed of its own, so that none of its luck was met before."""
    return scenario.model_copy(update={"seed": luck_key(scenario.seed, "confirmation")})


def lay_out(
    portfolio: Portfolio,
    scores: pd.DataFrame,
    scenario: Scenario,
    cutoff: pd.Timestamp,
    first: int,
    last: int,
    parameters: pd.DataFrame | None = None,
) -> Lanes:
    """Lay out the lanes of the clusters from `first` up to `last`.

    Parameters
    ----------
    portfolio : Portfolio
    scores : DataFrame
        SCORES.
    scenario : Scenario
    cutoff : Timestamp
        First day of the horizon.
    first, last : int
    parameters : DataFrame, optional
        CALIBRATION_DRAWS: draw k is then played with their draw k, and no truth is.

    Returns
    -------
    Lanes
    """
    if portfolio.truth is not None and portfolio.deals is not None and parameters is None:
        start = state_from_tables(portfolio.accounts, portfolio.truth, portfolio.deals)
        numbers = np.arange(first, last)
        return Lanes(start, numbers.size, np.zeros(numbers.size, np.int64), numbers, (scenario.dynamics,))
    per_draw, numbers = _per_draw(scenario), np.arange(first, last)
    tables = portfolio.accounts, portfolio.opportunities, scores
    replication, draw = np.arange(first * per_draw, last * per_draw), np.repeat(numbers, per_draw)
    if parameters is None:
        start = draw_states(*tables, scenario, last, cutoff=cutoff).pick(numbers)
        return Lanes(start, per_draw, draw, replication, (scenario.dynamics,))
    own = scenarios_by_draw(scenario, parameters, first, last)
    start = states_by_draw(*tables, own, first, cutoff=cutoff)
    return Lanes(start, per_draw, draw, replication, tuple(s.dynamics for s in own))


def _per_draw(scenario: Scenario) -> int:
    return max(1, -(-scenario.experiment.replications // scenario.experiment.draws))
