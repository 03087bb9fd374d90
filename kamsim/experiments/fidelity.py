"""How far the surrogate is to be trusted: value predicted by the curves against value simulated.

Allocation maximises curves that hold one account at a time at constant effort. Here random plans are valued
by these curves, the believed ones and (where there is a truth) the true ones, and then played.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import stats

from kamsim.allocation import AllocationProblem, ValueCurves, build_problem, find_policy, keep_minimum
from kamsim.allocation import Plan as Allocation
from kamsim.bundle import Portfolio
from kamsim.config import Scenario
from kamsim.dynamics import (
    NEUTRAL,
    Parameters,
    Plan,
    State,
    Surroundings,
    compile_parameters,
    foresee,
    hand_over,
)
from kamsim.dynamics.state import Floats
from kamsim.errors import ConfigError, SchemaError
from kamsim.experiments.intervals import cluster_means
from kamsim.experiments.random_plans import RandomPlan, draw_plans
from kamsim.experiments.starts import Starts, find_starts, first_month
from kamsim.experiments.world import World, client_share
from kamsim.schemas import BOOK, FIDELITY, SCORES, VALUES, check
from kamsim.streams import luck_key
from kamsim.value import sample_values

PREDICTORS = ("believed", "true")
FEWEST_PLANS = 3
"""A line through fewer says nothing."""
LEVELS = (0.5, 1.0, 2.0, 4.0)
"""Efforts at which beliefs are held against the truth, in half-efforts of the believed curve."""
_CURVE = ["base_eur", "gain_eur", "half_hours", "exponent"]


@dataclass(frozen=True, eq=False)
class FidelityResult:
    """Predicted against simulated value of random plans.

    Attributes
    ----------
    plans : DataFrame
        FIDELITY, one row a plan.
    measures : DataFrame
        One row a predictor ("believed", and "true" where there is a truth): plans; slope of simulated on
        predicted; r2, rank_correlation; mean_error_eur (predicted less simulated) and error_sd_eur, both also
        as shares of the mean simulated value.
    calibration : DataFrame
        One row an effort level, in half-efforts: share of accounts whose true gain (and whose true value)
        lies inside one, and inside two, spreads of the believed one. Without rows where there is no truth.
    """

    plans: pd.DataFrame
    measures: pd.DataFrame
    calibration: pd.DataFrame

    def frame(self) -> pd.DataFrame:
        """Return FIDELITY."""
        return self.plans.copy()

    def summary(self) -> pd.DataFrame:
        """Return the measures by predictor."""
        return self.measures.copy()


def measure_fidelity(
    portfolio: Portfolio,
    book: pd.DataFrame,
    scores: pd.DataFrame,
    scenario: Scenario,
    *,
    cutoff: pd.Timestamp,
    plans: int = 200,
    policy: str = "profit_maximising",
    with_team: bool = False,
) -> FidelityResult:
    """Draw random plans, predict the value of each, play each, and compare.

    Parameters
    ----------
    portfolio : Portfolio
        With a truth, that is what is played and what the true curves are sampled from; without one, draws.
    book, scores : DataFrame
        BOOK and SCORES.
    scenario : Scenario
        `experiment.replications` courses of events a plan, the same ones for all plans.
    cutoff : Timestamp
        First day of the horizon.
    plans : int
        How many, 3 or more.
    policy : str
        Towards whose plan the random ones are mixed.
    with_team : bool
        Play with AEs who leave and ramp, and with SE and CSM pools, none of which the curves know.

    Returns
    -------
    FidelityResult

    Raises
    ------
    ConfigError
        For fewer than 3 plans, or an unknown policy.
    SchemaError
        When the book is not of this portfolio.
    InfeasibleAllocationError
        When no plan meets the constraints.
    """
    if plans < FEWEST_PLANS:
        raise ConfigError(f"plans must be >= {FEWEST_PLANS}, got {plans}")
    book = check(book, BOOK)
    world = World.of(portfolio.team, scenario.coverage) if with_team else None
    starts = find_starts(
        portfolio, check(scores, SCORES), scenario, cutoff, None if world is None else world.team
    )
    if starts.start.account_ids != book["account_id"].tolist():
        raise SchemaError("the book and the portfolio must hold the same accounts")
    problem = build_problem(book, portfolio.team, scenario)
    stay = keep_minimum(problem, problem.owner)
    drawn = draw_plans(
        problem,
        Allocation(stay, problem.minimum),
        find_policy(policy).allocate(problem),
        plans,
        scenario.seed,
    )
    true = _true_values(starts, scenario, cutoff)
    table = _play_all(problem, drawn, starts, world, true, scenario, cutoff)
    return FidelityResult(check(table, FIDELITY), measure(table), calibrate(book, true))


def _true_values(starts: Starts, scenario: Scenario, cutoff: pd.Timestamp) -> pd.DataFrame | None:
    """Sample the oracle's curves from the truth, by the code that samples the believed ones."""
    if not starts.truth_known:
        return None
    return sample_values(starts.start, scenario, cutoff=cutoff, replications=scenario.value.replications)


def curves_of(values: pd.DataFrame) -> ValueCurves:
    """Take the curves of VALUES, or of BOOK."""
    return ValueCurves(*(values[column].to_numpy() for column in _CURVE))


def _play_all(
    problem: AllocationProblem,
    drawn: list[RandomPlan],
    starts: Starts,
    world: World | None,
    true: pd.DataFrame | None,
    scenario: Scenario,
    cutoff: pd.Timestamp,
) -> pd.DataFrame:
    """Predict and play every plan; all of them meet the same luck."""
    oracle = None if true is None else replace(problem, curves=curves_of(true))
    parameters = compile_parameters(scenario.dynamics)
    rows, paths = [], []
    for number, each in enumerate(drawn):
        owner, hours = each.plan.owner, each.plan.hours
        value = _play(problem, each.plan, starts, world, parameters, scenario, cutoff)
        paths.append(value)
        rows.append(
            {
                "plan": number,
                "nearness": each.nearness,
                "worked_share": each.worked,
                "accounts_moved": int(problem.moved(owner).sum()),
                "believed_eur": problem.value(owner, hours),
                "true_eur": np.nan if oracle is None else oracle.value(owner, hours),
                "simulated_eur": float(value.mean()),
            }
        )
    # What luck leaves in the differences between plans: all plans share it, so it is small.
    apart = cluster_means(np.transpose(paths - np.mean(paths, axis=0)), starts.cluster)
    error = apart.std(axis=0, ddof=1) / np.sqrt(len(apart)) if len(apart) > 1 else np.nan
    return pd.DataFrame(rows).assign(simulated_error_eur=error)


def _play(
    problem: AllocationProblem,
    plan: Allocation,
    starts: Starts,
    world: World | None,
    parameters: Parameters,
    scenario: Scenario,
    cutoff: pd.Timestamp,
) -> Floats:
    """Play one plan; contribution before the team's cost of each lane."""
    moved = problem.moved(plan.owner)
    start: State = hand_over(starts.start, moved, scenario.dynamics)
    effort: Floats | Plan = plan.hours + problem.pool_effort
    around: Surroundings = NEUTRAL
    if world is not None:
        start = replace(start, owner=np.repeat(plan.owner[:, None].astype(np.int64), start.lanes, axis=1))
        effort = Plan(plan.hours, problem.se_hours, problem.csm_hours)
        travel = plan.hours * (problem.rate(plan.owner) - 1)
        around = world.surround(client_share(plan.owner, plan.hours, travel, problem.reps))
    years = foresee(
        starts.of_lanes(start, slice(None)),
        effort,
        parameters,
        key=luck_key(scenario.seed, "simulation"),
        first_month=first_month(cutoff),
        months=scenario.experiment.months,
        replications=starts.replication,
        surroundings=around,
    )
    return np.asarray(scenario.coverage.margin * years.revenue.sum(axis=(0, 1)))


def measure(plans: pd.DataFrame) -> pd.DataFrame:
    """Compare predicted with simulated value.

    Parameters
    ----------
    plans : DataFrame
        FIDELITY.

    Returns
    -------
    DataFrame
        As `FidelityResult.measures`.

    Examples
    --------
    >>> table = pd.DataFrame({"believed_eur": [110.0, 210.0, 310.0], "simulated_eur": [100.0, 200.0, 300.0]})
    >>> float(measure(table.assign(true_eur=np.nan))["mean_error_share"].iloc[0])
    0.05
    """
    simulated = plans["simulated_eur"].to_numpy()
    rows = []
    for name in PREDICTORS:
        predicted = plans[f"{name}_eur"].to_numpy()
        if np.isnan(predicted).any():
            continue
        line = stats.linregress(predicted, simulated)
        error = predicted - simulated
        rows.append(
            {
                "predictor": name,
                "plans": len(plans),
                "slope": float(line.slope),
                "r2": float(line.rvalue**2),
                "rank_correlation": float(stats.spearmanr(predicted, simulated).statistic),
                "mean_error_eur": float(error.mean()),
                "mean_error_share": float(error.mean() / simulated.mean()),
                "error_sd_eur": float(error.std(ddof=1)),
                "error_sd_share": float(error.std(ddof=1) / simulated.mean()),
            }
        )
    return pd.DataFrame(rows).astype({"predictor": "str"})


def calibrate(book: pd.DataFrame, true: pd.DataFrame | None) -> pd.DataFrame:
    """Count the accounts whose true curve lies inside the spread of the believed one.

    At effort e the believed gain is gain x share(e), and its spread `gain_sd_eur` x share(e). Were beliefs
    normal and right, 68 % would lie inside one spread and 95 % inside two. The spread holds the luck of
    36 months beside the doubt about the account, and the true curve is a mean over that luck: more than
    this inside is to be expected. The value, base included, is held against `gain_sd_eur` itself.

    Parameters
    ----------
    book : DataFrame
        BOOK, or VALUES.
    true : DataFrame, optional
        VALUES of the truth.

    Returns
    -------
    DataFrame
        As `FidelityResult.calibration`.
    """
    columns = ["level", "gain_inside_1", "gain_inside_2", "value_inside_1", "value_inside_2"]
    if true is None:
        return pd.DataFrame(columns=columns, dtype="float64")
    if check(true, VALUES)["account_id"].tolist() != book["account_id"].tolist():
        raise SchemaError("believed and true values must be of the same accounts")
    believed, real = curves_of(book), curves_of(true)
    spread = book["gain_sd_eur"].to_numpy()
    rows = []
    for level in LEVELS:
        effort = level * believed.half
        value, truth = believed.value(effort), real.value(effort)
        gain = value - believed.base
        share = np.divide(gain, believed.gain, out=np.zeros_like(gain), where=believed.gain > 0)
        off_gain, off_value = np.abs(truth - real.base - gain), np.abs(truth - value)
        inside = [
            float((off <= times * width).mean())
            for off, width in ((off_gain, spread * share), (off_value, spread))
            for times in (1, 2)
        ]
        rows.append([level, *inside])
    return pd.DataFrame(rows, columns=columns)
