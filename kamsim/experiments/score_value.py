"""Scores in euros: what a better score, or one more question, brings through the allocation that it feeds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamsim.allocation import Constraints, build_problem, find_policy
from kamsim.bundle import Portfolio
from kamsim.config import Scenario
from kamsim.coverage import build_book
from kamsim.dynamics.state import Floats
from kamsim.errors import ConfigError
from kamsim.experiments.better_scores import WAYS, Known, know
from kamsim.experiments.intervals import mean_interval
from kamsim.experiments.plan_play import plan_contributions
from kamsim.experiments.starts import find_starts
from kamsim.schemas import SCORE_VALUE, SCORES, TIERS, check
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
        squares over the levels in each replication.
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

    Returns
    -------
    ScoreValueResult

    Raises
    ------
    ConfigError
        Without a truth, or for an unknown policy.
    """
    if portfolio.truth is None or portfolio.deals is None:
        raise ConfigError("what better scores are worth needs a portfolio with its truth, got an import")
    rule = find_policy(policy)
    accounts = portfolio.accounts.sort_values("account_id", ignore_index=True)
    truth = portfolio.truth.sort_values("account_id", ignore_index=True)
    scores, tiers = check(scores, SCORES), check(tiers, TIERS)
    starts = find_starts(portfolio, scores, scenario, cutoff)
    confidence = scenario.experiment.confidence

    def play(known: Known) -> Floats:
        deals = portfolio.opportunities
        values = believe_values(known.accounts, deals, known.scores, scenario, cutoff=cutoff)
        book = build_book(known.accounts, deals, known.scores, tiers, values, scenario.coverage)
        problem = build_problem(book, portfolio.team, scenario, constraints)
        plan = rule.allocate(problem)
        return plan_contributions(portfolio, book, problem, plan, policy, starts, scenario, cutoff)

    as_is = play(Known(accounts, scores, 0.0))
    rows, slopes = [], []
    for way, levels in WAYS.items():
        made = [know(way, level, accounts, scores, truth, scenario.seed) for level in levels]
        gains = [
            play(known) - as_is if level else np.zeros_like(as_is)
            for level, known in zip(levels, made, strict=True)
        ]
        measures = [known.measure for known in made]
        for level, measure, gain in zip(levels, measures, gains, strict=True):
            rows.append(
                {"way": way, "level": level, "measure": measure} | _ends("difference", gain, confidence)
            )
        slopes.append({"way": way, "unit": UNITS[way]} | _slope(measures, gains, UNITS[way], confidence))
    table = pd.DataFrame(rows).astype({"way": "str"})
    return ScoreValueResult(check(table, SCORE_VALUE), pd.DataFrame(slopes).astype({"way": "str"}))


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
