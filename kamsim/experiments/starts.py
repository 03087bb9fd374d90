"""Where every lane of an experiment starts: from the truth where there is one, else from draws of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamsim.bundle import Portfolio
from kamsim.config import Scenario
from kamsim.dynamics import State, Team, state_from_tables
from kamsim.dynamics.state import Counts
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
    """

    start: State
    per_start: int
    draw: Counts
    replication: Counts
    truth_known: bool

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


def find_starts(
    portfolio: Portfolio,
    scores: pd.DataFrame,
    scenario: Scenario,
    cutoff: pd.Timestamp,
    team: Team | None = None,
) -> Starts:
    """Find where the lanes of an experiment start.

    Parameters
    ----------
    portfolio : Portfolio
        Its truth is played where there is one; else latent states are drawn,
        `scenario.experiment.draws` of them.
    scores : DataFrame
        SCORES.
    scenario : Scenario
        `scenario.experiment` says how many replications.
    cutoff : Timestamp
        First day of the horizon.
    team : Team, optional
        Numbers the posts of the portfolio's people, where these are known.

    Returns
    -------
    Starts
    """
    settings = scenario.experiment
    if portfolio.truth is not None and portfolio.deals is not None:
        # Owners are a plan's affair: only the posts are taken from the tables.
        nobody = portfolio.truth.assign(owner_id=pd.Series(None, portfolio.truth.index, dtype="str"))
        people = None if team is None else portfolio.people
        start = state_from_tables(portfolio.accounts, nobody, portfolio.deals, people, team)
        zeros = np.zeros(settings.replications, np.int64)
        return Starts(start, settings.replications, zeros, np.arange(settings.replications), True)
    per_draw = max(1, -(-settings.replications // settings.draws))
    start = draw_states(
        portfolio.accounts, portfolio.opportunities, scores, scenario, settings.draws, cutoff=cutoff
    )
    draw = np.repeat(np.arange(settings.draws), per_draw)
    return Starts(start, per_draw, draw, np.arange(settings.draws * per_draw), False)


def first_month(cutoff: pd.Timestamp) -> int:
    """Count the months from January 1970 to the cut-off.

    Examples
    --------
    >>> first_month(pd.Timestamp("1971-03-01"))
    14
    """
    return 12 * (cutoff.year - 1970) + cutoff.month - 1
