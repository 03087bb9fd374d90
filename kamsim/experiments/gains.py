"""What better decisions gain, played on one book: the published gains that a portfolio is held against."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from kamsim.allocation import Constraints
from kamsim.bundle import Portfolio
from kamsim.config import Scenario
from kamsim.experiments.ladder import regret_ladder
from kamsim.experiments.measures import Estimate
from kamsim.experiments.realign import RULE
from kamsim.experiments.rebalancing import rebalance
from kamsim.schemas import GAINS, check

Progress = Callable[[int, int], None]
"""Called with the gains measured and those there are."""


def measure_gains(
    portfolio: Portfolio,
    book: pd.DataFrame,
    team: pd.DataFrame,
    scores: pd.DataFrame,
    scenario: Scenario,
    *,
    cutoff: pd.Timestamp,
    constraints: Constraints | None = None,
    parameters: pd.DataFrame | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Play what the best size and allocation gain, and what one realignment does.

    Parameters
    ----------
    portfolio, book, team, scores, scenario, cutoff, constraints, parameters
        As for `regret_ladder`. The realignment knows no constraints, and plays the scenario's own parameters.
    progress : callable, optional

    Returns
    -------
    DataFrame
        GAINS. ``optimisation_gain`` and ``gain_from_allocation`` are those of the regret ladder (E-OPT-1);
        ``realignment_gain`` is what the compiled rule adds to sales when it realigns books once, after the
        first quarter, against books that are never realigned (E-BAL-2).

    Raises
    ------
    SchemaError, ConfigError, InfeasibleAllocationError
        As `regret_ladder` and `rebalance`.
    """
    ladder = regret_ladder(
        portfolio, book, team, scores, scenario, cutoff=cutoff, constraints=constraints, parameters=parameters
    )
    found, gain = {}, ladder.gain()
    for target, name in (("optimisation_gain", "gain"), ("gain_from_allocation", "from_allocation")):
        found[target] = Estimate(gain[name], gain[f"{name}_low"], gain[f"{name}_high"])
    if progress is not None:
        progress(2, 3)
    staffed, once = replace(portfolio, team=team), scenario.experiment.months
    frequencies = rebalance(staffed, book, scores, scenario, cutoff=cutoff, every=[once], method=RULE).frame()
    cost = scenario.experiment.months * float(team["cost_eur_per_month"].sum())
    found["realignment_gain"] = sales_gain(frequencies, cost)
    if progress is not None:
        progress(3, 3)
    rows = [{"target": name, **vars(estimate)} for name, estimate in found.items()]
    return check(pd.DataFrame(rows).astype({"target": "str"}), GAINS)


def sales_gain(frequencies: pd.DataFrame, team_cost_eur: float) -> Estimate:
    """Turn what realigning once adds to contribution into a share of sales.

    Contribution is sales times a margin less the cost of the team, which both have in common, so a share of
    contribution before that cost is a share of sales. The ends are those of what is added; sales are taken as
    known. Missing where nothing is sold.

    Parameters
    ----------
    frequencies : DataFrame
        `FREQUENCIES` of never and of one more.
    team_cost_eur : float
        Over the horizon.

    Examples
    --------
    >>> ends = {"difference_low_eur": [0.0, 2.0], "difference_high_eur": [0.0, 4.0]}
    >>> rows = {"every_months": [0, 36], "contribution_eur": [60.0, 63.0], "difference_eur": [0.0, 3.0]}
    >>> sales_gain(pd.DataFrame(rows | ends), 40.0)
    Estimate(value=0.03, low=0.02, high=0.04)
    """
    never, once = frequencies.sort_values("every_months").to_dict("records")
    sales = never["contribution_eur"] + team_cost_eur
    if not sales > 0:
        return Estimate(float("nan"), float("nan"), float("nan"))
    value, low, high = (float(once[f"difference{end}_eur"] / sales) for end in ("", "_low", "_high"))
    return Estimate(value, low, high)
