"""Plays one plan and takes its contribution: what the ladder and the value of scores compare."""

from __future__ import annotations

import pandas as pd

from kamsim.allocation import AllocationProblem, Plan, assignment_rows
from kamsim.bundle import Portfolio
from kamsim.config import Scenario
from kamsim.dynamics.state import Floats
from kamsim.experiments.cohorts import cohort_of
from kamsim.experiments.game import Game, play_plans
from kamsim.experiments.intervals import cluster_means
from kamsim.experiments.periods import ALL_TIERS, WHOLE_HORIZON
from kamsim.experiments.starts import Starts


def plan_contributions(
    portfolio: Portfolio,
    book: pd.DataFrame,
    problem: AllocationProblem,
    plan: Plan,
    name: str,
    starts: Starts,
    scenario: Scenario,
    cutoff: pd.Timestamp,
) -> Floats:
    """Play a plan by the game that compares policies, accounts alone.

    Parameters
    ----------
    portfolio : Portfolio
        Its team is paid.
    book : DataFrame
        BOOK.
    problem : AllocationProblem
        That the plan was made for.
    plan : Plan
    name : str
    starts : Starts
    scenario : Scenario
    cutoff : Timestamp
        First day of the horizon.

    Returns
    -------
    array, shape (clusters,)
        Contribution over the horizon after the cost of the team, EUR.
    """
    rows = assignment_rows(problem, plan, name)
    cohort = cohort_of(portfolio, book, rows, scenario, cutoff)
    played = play_plans({name: rows}, {name: cohort}, [name], Game(starts, None, scenario, cutoff))
    periods = pd.concat([block.periods for _, block in played], ignore_index=True)
    whole = periods[(periods["tier"] == ALL_TIERS) & (periods["year"] == WHOLE_HORIZON)]
    return cluster_means(whole[["contribution_eur"]].to_numpy(), starts.cluster)[:, 0]
