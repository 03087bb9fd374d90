"""What nobody could exceed who knew how every course of events ends, among plans of constant effort."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kamsim.config import Scenario
from kamsim.dynamics import compile_parameters, foresee, half_effort_hours
from kamsim.dynamics.state import Floats
from kamsim.experiments.ladder_plans import Made
from kamsim.experiments.starts import Starts, first_month
from kamsim.streams import luck_key

PRICES = np.concatenate([[0.0], np.geomspace(1.0, 1e6, 121)])
"""EUR over the horizon for an hour a month, tried for each course of events: any of them gives a bound."""


def clairvoyant_bound(starts: Starts, made: Made, scenario: Scenario, cutoff: pd.Timestamp) -> Floats:
    """Bound the contribution of every plan that serves each account at one of the levels of VALUES.

    For each course of events each account is played at every level of ``value.effort_levels``. Then, at a
    price p of an hour, the accounts take the levels that leave most:

    sum over accounts i of max over levels l of (v_il - p h_il) + p H - cost of the team

    with v_il what this course brings at the level, h_il the AE hours of it beyond what the pools give, with
    the least travel to any AE, and H all hours of the team. It is a bound at any price (weak duality); the
    lowest is taken for each course. Who owns what, hand-overs, caps, limits and minimum hours are relaxed.
    So it bounds all plans at constant levels of this grid whatever their owners; a plan that changes effort
    during the run, or lies between the levels, may exceed it.

    Parameters
    ----------
    starts : Starts
        Lanes that share a starting state.
    made : Made
        Whose team, pools and travel are taken.
    scenario : Scenario
    cutoff : Timestamp
        First day of the horizon.

    Returns
    -------
    array, shape (lanes,)
        EUR, after the cost of the team.
    """
    problem, months = made.problem, scenario.experiment.months
    here = starts.of_lanes(starts.start, slice(None))
    dynamics = starts.dynamics[0]
    scale = half_effort_hours(here.segment[:, None], here.wallet, dynamics).mean(axis=1)
    multiples = np.array(scenario.value.effort_levels)
    effort = multiples[:, None] * scale
    parameters, key = compile_parameters(dynamics), luck_key(scenario.seed, "simulation")
    brings = np.stack(
        [
            scenario.coverage.margin
            * foresee(
                here, hours, parameters, key=key, first_month=first_month(cutoff), months=months,
                replications=starts.replication,
            ).revenue.sum(axis=0)
            for hours in effort
        ]
    )  # fmt: skip
    least_rate = problem.hours_per_client_hour.min(axis=1)
    takes = np.maximum(effort - problem.pool_effort, 0.0) * least_rate
    team_cost = months * float(made.team["cost_eur_per_month"].sum())
    return lowest_bound(brings, takes, float(problem.capacity.sum())) - team_cost


def lowest_bound(brings: Floats, takes: Floats, hours: float) -> Floats:
    """Take for each lane the lowest of the bounds that `PRICES` give.

    Parameters
    ----------
    brings : array, shape (levels, accounts, lanes)
        EUR.
    takes : array, shape (levels, accounts)
        Hours a month.
    hours : float
        That there are.

    Returns
    -------
    array, shape (lanes,)

    Examples
    --------
    Two accounts that bring 10 and 6 for an hour each, and one hour: no more than 10.

    >>> brings = np.array([[[0.0], [0.0]], [[10.0], [6.0]]])
    >>> takes = np.array([[0.0, 0.0], [1.0, 1.0]])
    >>> bool(10.0 <= lowest_bound(brings, takes, 1.0)[0] < 10.5)
    True
    """
    lowest = np.full(brings.shape[2], np.inf)
    for price in PRICES:
        worth = (brings - price * takes[:, :, None]).max(axis=0).sum(axis=0) + price * hours
        lowest = np.minimum(lowest, worth)
    return lowest
