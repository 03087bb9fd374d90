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
from kamsim.config import Scenario
from kamsim.dynamics import State, state_from_tables
from kamsim.dynamics.state import Counts
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
    """

    start: State
    per_start: int
    draw: Counts
    replication: Counts


def clusters_wanted(portfolio: Portfolio, scenario: Scenario) -> tuple[int, int]:
    """Clusters that are to be played, and those that may be for the sake of precision or selection."""
    settings = scenario.experiment
    most = max(settings.max_replications, settings.replications)
    if portfolio.truth is not None and portfolio.deals is not None:
        return settings.replications, most
    return settings.draws, max(settings.draws, most // _per_draw(scenario))


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

    Returns
    -------
    Lanes
    """
    if portfolio.truth is not None and portfolio.deals is not None:
        start = state_from_tables(portfolio.accounts, portfolio.truth, portfolio.deals)
        numbers = np.arange(first, last)
        return Lanes(start, numbers.size, np.zeros(numbers.size, np.int64), numbers)
    per_draw, numbers = _per_draw(scenario), np.arange(first, last)
    start = draw_states(portfolio.accounts, portfolio.opportunities, scores, scenario, last, cutoff=cutoff)
    replication = np.arange(first * per_draw, last * per_draw)
    return Lanes(start.pick(numbers), per_draw, np.repeat(numbers, per_draw), replication)


def _per_draw(scenario: Scenario) -> int:
    return max(1, -(-scenario.experiment.replications // scenario.experiment.draws))
