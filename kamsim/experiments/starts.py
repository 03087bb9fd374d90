"""Where every lane of an experiment starts: from the truth where there is one, else from draws of it.

Clusters are the independent witnesses: replications where the truth is known, else draws of the latent
state, each played by several replications. Cluster k is the same however many are laid out, so that an
experiment can be continued.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamsim.bundle import Portfolio
from kamsim.config import DynamicsSettings, Scenario
from kamsim.dynamics import State, Team, state_from_tables
from kamsim.dynamics.state import Counts
from kamsim.experiments.outer import JUDGED, count_draws, scenarios_by_draw, states_by_draw
from kamsim.streams import luck_key
from kamsim.value import draw_states


@dataclass(frozen=True)
class Starts:
    """Where every lane starts, and what it stands for.

    Attributes
    ----------
    start : State
        One lane where the truth is known, else one for each draw.
    per_start : int
        Lanes that share a starting state.
    draw, replication : array of int, shape (lanes,)
        The draw of the latent state, and the number that addresses the lane's luck.
    truth_known : bool
    dynamics : tuple of DynamicsSettings
        Of each draw laid out, or one that all share.
    """

    start: State
    per_start: int
    draw: Counts
    replication: Counts
    truth_known: bool
    dynamics: tuple[DynamicsSettings, ...]

    @property
    def lanes(self) -> int:
        """Number of lanes to play."""
        return self.draw.size

    @property
    def cluster(self) -> Counts:
        """What counts as one independent observation: a replication, or else a draw of the state."""
        return self.replication if self.truth_known else self.draw

    def of_lanes(self, state: State, some: slice) -> State:
        """Give the starting states of some lanes; one that all share stays one lane."""
        if state.lanes == 1:
            return state
        return state.pick((np.arange(self.lanes) // self.per_start)[some])

    def spread_out(self) -> State:
        """Give every lane a state of its own, so that lanes may part before the run begins."""
        return self.start.pick(np.arange(self.lanes) // self.per_start)

    def alike(self, first: int, last: int) -> Iterator[tuple[slice, DynamicsSettings]]:
        """Cut the lanes from `first` up to `last` into runs of lanes that share their parameters."""
        if len(self.dynamics) == 1:
            yield slice(first, last), self.dynamics[0]
            return
        ends = (np.flatnonzero(np.diff(self.draw[first:last])) + 1 + first).tolist()
        for begin, end in zip([first, *ends], [*ends, last], strict=True):
            yield slice(begin, end), self.dynamics[int(self.draw[begin] - self.draw[0])]


def find_starts(
    portfolio: Portfolio,
    scores: pd.DataFrame,
    scenario: Scenario,
    cutoff: pd.Timestamp,
    team: Team | None = None,
    *,
    clusters: tuple[int, int] | None = None,
    parameters: pd.DataFrame | None = None,
) -> Starts:
    """Find where the lanes of an experiment start.

    Parameters
    ----------
    portfolio : Portfolio
        Its truth is played where there is one and no `parameters` are given; else latent states are drawn.
    scores : DataFrame
        SCORES.
    scenario : Scenario
        `scenario.experiment` says how many replications and draws.
    cutoff : Timestamp
        First day of the horizon.
    team : Team, optional
        Numbers the posts of the portfolio's people, where these are known.
    clusters : pair of int, optional
        The first cluster and the one after the last; by default all that the scenario wants.
    parameters : DataFrame, optional
        CALIBRATION_DRAWS: each draw of the latent state has its own parameters.

    Returns
    -------
    Starts

    Raises
    ------
    ConfigError
        When there are fewer draws of the parameters than clusters.
    """
    first, last = clusters or (0, clusters_wanted(portfolio, scenario, parameters)[0])
    numbers, one = np.arange(first, last), (scenario.dynamics,)
    if parameters is None and portfolio.truth is not None and portfolio.deals is not None:
        # Owners are a plan's affair: only the posts are taken from the tables.
        nobody = portfolio.truth.assign(owner_id=pd.Series(None, portfolio.truth.index, dtype="str"))
        people = None if team is None else portfolio.people
        start = state_from_tables(portfolio.accounts, nobody, portfolio.deals, people, team)
        return Starts(start, numbers.size, np.zeros(numbers.size, np.int64), numbers, True, one)
    per_draw = _per_draw(scenario)
    draw, replication = np.repeat(numbers, per_draw), np.arange(first * per_draw, last * per_draw)
    tables = portfolio.accounts, portfolio.opportunities, scores
    if parameters is None:
        start = draw_states(*tables, scenario, last - first, cutoff=cutoff, first=first, luck=JUDGED)
        return Starts(start, per_draw, draw, replication, False, one)
    own = scenarios_by_draw(scenario, parameters, last)[first:]
    start = states_by_draw(*tables, own, first=first, cutoff=cutoff)
    return Starts(start, per_draw, draw, replication, False, tuple(s.dynamics for s in own))


def clusters_wanted(
    portfolio: Portfolio, scenario: Scenario, parameters: pd.DataFrame | None = None
) -> tuple[int, int]:
    """Clusters that are to be played, and those that may be for the sake of precision or selection."""
    settings = scenario.experiment
    most = max(settings.max_replications, settings.replications)
    if parameters is None and portfolio.truth is not None and portfolio.deals is not None:
        return settings.replications, most
    draws = max(settings.draws, most // _per_draw(scenario))
    if parameters is not None:
        draws = max(settings.draws, min(draws, count_draws(parameters)))
    return settings.draws, draws


def with_fresh_luck(scenario: Scenario) -> Scenario:
    """Give the same scenario a root seed of its own, so that none of its luck was met before."""
    return scenario.model_copy(update={"seed": luck_key(scenario.seed, "confirmation")})


def first_month(cutoff: pd.Timestamp) -> int:
    """Count the months from January 1970 to the cut-off.

    Examples
    --------
    >>> first_month(pd.Timestamp("1971-03-01"))
    14
    """
    return 12 * (cutoff.year - 1970) + cutoff.month - 1


def _per_draw(scenario: Scenario) -> int:
    return max(1, -(-scenario.experiment.replications // scenario.experiment.draws))
