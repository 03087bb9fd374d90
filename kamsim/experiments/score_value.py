"""Scores in euros: what a better score, or one more question, brings through the allocation that it feeds."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from kamsim.allocation import Constraints, Policy, build_problem, find_policy
from kamsim.bundle import Portfolio
from kamsim.config import Scenario
from kamsim.coverage import build_book
from kamsim.dynamics.state import Floats
from kamsim.errors import ConfigError
from kamsim.experiments.better_scores import WAYS, Known, know
from kamsim.experiments.intervals import mean_interval
from kamsim.experiments.plan_play import plan_contributions
from kamsim.experiments.starts import Starts, find_starts
from kamsim.schemas import SCORE_VALUE, SCORES, TIERS, check
from kamsim.streams import luck_key
from kamsim.value import believe_values

UNITS = {"churn_score": 1.0, "potential_score": -10.0, "budget": 100.0, "deciders": 100.0}
"""What a slope is stated for: one point of AUC, an interval 10 % narrower, 100 accounts asked."""


@dataclass(frozen=True, eq=False)
class ScoreValueResult:
    """What knowing more is worth.

    Attributes
    ----------
    table : DataFrame
        SCORE_VALUE.
    slopes : DataFrame
        One row a way: way; unit, in units of `measure`; eur, low_eur and high_eur for a unit, by least
        squares over the levels in each replication, or in each repeat.
    """

    table: pd.DataFrame
    slopes: pd.DataFrame

    def frame(self) -> pd.DataFrame:
        """Return SCORE_VALUE."""
        return self.table.copy()

    def summary(self) -> pd.DataFrame:
        """Return the slopes."""
        return self.slopes.copy()


def value_of_scores(
    portfolio: Portfolio,
    scores: pd.DataFrame,
    tiers: pd.DataFrame,
    scenario: Scenario,
    *,
    cutoff: pd.Timestamp,
    policy: str = "profit_maximising",
    constraints: Constraints | None = None,
    repeats: int = 1,
) -> ScoreValueResult:
    """Make scores and fields better and worse, believe values anew, allocate anew, and play.

    Tiers stay, so that every plan serves the same service levels: only what effort is believed to bring
    differs. All plans meet the same luck, and beliefs are drawn from the same luck, too.

    Parameters
    ----------
    portfolio : Portfolio
        With its truth.
    scores, tiers : DataFrame
        SCORES and TIERS, as they are.
    scenario : Scenario
    cutoff : Timestamp
        First day of the horizon.
    policy : str
        What the scores feed.
    constraints : Constraints, optional
        What no plan may do.
    repeats : int
        How often all is done, each time with other draws of belief, other accounts asked and other months.
        With one, intervals are over replications and hold the luck of the months alone; with more they are
        over repeats, and hold the chance in the beliefs that the plans rest on as well. The scores' own
        errors are those of this portfolio throughout.

    Returns
    -------
    ScoreValueResult

    Raises
    ------
    ConfigError
        Without a truth, for an unknown policy, or for fewer repeats than one.
    """
    if portfolio.truth is None or portfolio.deals is None:
        raise ConfigError("what better scores are worth needs a portfolio with its truth, got an import")
    if repeats < 1:
        raise ConfigError(f"repeats must be >= 1, got {repeats}")
    desk = _Desk(
        replace(portfolio, accounts=portfolio.accounts.sort_values("account_id", ignore_index=True)),
        portfolio.truth.sort_values("account_id", ignore_index=True),
        check(scores, SCORES),
        check(tiers, TIERS),
        find_policy(policy),
        constraints,
        cutoff,
    )
    own = [_with_seed(scenario, number) for number in range(repeats)]
    played = [_play_ways(desk, each) for each in own]
    rows, slopes = [], []
    confidence = scenario.experiment.confidence
    for way, levels in WAYS.items():
        measures = [played[0][way, level][0] for level in levels]
        gains = [_witnesses([each[way, level][1] for each in played]) for level in levels]
        for level, measure, gain in zip(levels, measures, gains, strict=True):
            row = {"way": way, "level": level, "measure": measure}
            rows.append(row | _ends("difference", gain, confidence))
        slopes.append({"way": way, "unit": UNITS[way]} | _slope(measures, gains, UNITS[way], confidence))
    table = pd.DataFrame(rows).astype({"way": "str"})
    return ScoreValueResult(check(table, SCORE_VALUE), pd.DataFrame(slopes).astype({"way": "str"}))


@dataclass(frozen=True, eq=False)
class _Desk:
    """What all plays have in common."""

    portfolio: Portfolio
    truth: pd.DataFrame
    scores: pd.DataFrame
    tiers: pd.DataFrame
    rule: Policy
    constraints: Constraints | None
    cutoff: pd.Timestamp


def _with_seed(scenario: Scenario, number: int) -> Scenario:
    """Give each repeat but the first luck of its own."""
    if number == 0:
        return scenario
    return scenario.model_copy(update={"seed": luck_key(scenario.seed, f"score_value {number}")})


def _play_ways(desk: _Desk, scenario: Scenario) -> dict[tuple[str, float], tuple[float, Floats]]:
    """Give the measure, and the gain by replication, of every way and level."""
    starts = find_starts(desk.portfolio, desk.scores, scenario, desk.cutoff)
    as_is = _play(desk, Known(desk.portfolio.accounts, desk.scores, 0.0), starts, scenario)
    found = {}
    for way, levels in WAYS.items():
        for level in levels:
            known = know(way, level, desk.portfolio.accounts, desk.scores, desk.truth, scenario.seed)
            gain = _play(desk, known, starts, scenario) - as_is if level else np.zeros_like(as_is)
            found[way, level] = known.measure, gain
    return found


def _play(desk: _Desk, known: Known, starts: Starts, scenario: Scenario) -> Floats:
    """Believe, allocate and play with what is known."""
    deals = desk.portfolio.opportunities
    values = believe_values(known.accounts, deals, known.scores, scenario, cutoff=desk.cutoff)
    book = build_book(known.accounts, deals, known.scores, desk.tiers, values, scenario.coverage)
    problem = build_problem(book, desk.portfolio.team, scenario, desk.constraints)
    plan = desk.rule.allocate(problem)
    return plan_contributions(desk.portfolio, book, problem, plan, "plan", starts, scenario, desk.cutoff)


def _witnesses(gains: list[Floats]) -> Floats:
    """Count each repeat once; where there is one alone, its replications."""
    return gains[0] if len(gains) == 1 else np.array([gain.mean() for gain in gains])


def _slope(measures: list[float], gains: list[Floats], unit: float, confidence: float) -> dict[str, float]:
    """Fit a line to each replication's gains; the interval is that of the mean of the slopes."""
    x = np.array(measures) - np.mean(measures)
    spread = float(x @ x)
    if not spread > 0:
        return {"eur": np.nan, "low_eur": np.nan, "high_eur": np.nan}
    found = _ends("", unit * (x @ np.array(gains)) / spread, confidence)
    return {name.removeprefix("_"): value for name, value in found.items()}


def _ends(name: str, values: Floats, confidence: float) -> dict[str, float]:
    found = mean_interval(values, confidence)
    ends = {"": found.mean, "_low": found.low, "_high": found.high}
    return {f"{name}{end}_eur": value if np.isfinite(value) else np.nan for end, value in ends.items()}
