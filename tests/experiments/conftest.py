"""Eighty accounts, a handful of AEs, and plans made by hand, so that no policy is needed."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pytest

from kamsim.bundle import Portfolio
from kamsim.config import Scenario
from kamsim.coverage import assign_tiers, build_book
from kamsim.experiments import ComparisonResult, Population, compare_policies, gather_population
from kamsim.portfolio import generate_portfolio
from kamsim.schemas import ASSIGNMENT, SCORES, check
from kamsim.value import believe_values

CUTOFF = pd.Timestamp("2026-01-01")


@dataclass(frozen=True)
class Desk:
    """All that a comparison wants but the plans."""

    portfolio: Portfolio
    book: pd.DataFrame
    scores: pd.DataFrame
    scenario: Scenario

    def plan(self, policy: str, *, hours: float = 1.0, turn: int = 0) -> pd.DataFrame:
        """A plan with the workload's hours times a factor; `turn` hands every account to the n-th next AE."""
        team = self.portfolio.team
        aes = team.loc[team["role"] == "AE", "rep_id"].tolist()
        owner = self.book["owner_id"]
        rep = owner.map({rep: aes[(i + turn) % len(aes)] for i, rep in enumerate(aes)})
        rows = pd.DataFrame(
            {
                "policy": pd.Series(policy, index=self.book.index, dtype="str"),
                "account_id": self.book["account_id"],
                "rep_id": rep,
                "ae_hours": hours * self.book["workload_hours"],
                "travel_hours": 0.1 * hours * self.book["workload_hours"],
                "se_hours": hours * self.book["se_hours"],
                "csm_hours": hours * self.book["csm_hours"],
                "moved": rep != owner,
            }
        )
        return check(rows, ASSIGNMENT)

    def compare(self, *plans: pd.DataFrame, **changes: object) -> ComparisonResult:
        scenario = self.scenario.override({key.replace("__", "."): value for key, value in changes.items()})
        return compare_policies(
            self.portfolio, self.book, self.scores, pd.concat(plans), scenario, cutoff=CUTOFF
        )

    def without_truth(self) -> "Desk":
        return replace(self, portfolio=replace(self.portfolio, truth=None, deals=None))


@pytest.fixture(scope="session")
def desk(scenario: Scenario) -> Desk:
    """Read it, never write to it."""
    small = scenario.override(
        {
            "portfolio.accounts": 80,
            "coverage.mid_market.accounts_per_ae": 8,
            "coverage.smb.accounts_per_ae": 30,
            "value.replications": 4,
            "experiment.replications": 30,
            "experiment.draws": 10,
        }
    )
    portfolio = generate_portfolio(small)
    scores = _scores_of(portfolio)
    tiers = assign_tiers(scores, small.segmentation)
    values = believe_values(portfolio.accounts, portfolio.opportunities, scores, small, cutoff=CUTOFF)
    book = build_book(portfolio.accounts, portfolio.opportunities, scores, tiers, values, small.coverage)
    return Desk(portfolio, book, scores, small)


def _scores_of(portfolio: Portfolio) -> pd.DataFrame:
    assert portfolio.truth is not None
    truth = portfolio.truth
    potential = truth["potential_36m_eur"]
    scores = pd.DataFrame(
        {
            "account_id": truth["account_id"],
            "potential_36m_eur": potential,
            "potential_low_eur": 0.5 * potential,
            "potential_high_eur": 2.0 * potential,
            "potential_baseline_eur": 36 * truth["revenue_eur_per_month"],
            "churn_probability_12m": truth["churn_probability_12m"],
            "churn_baseline": np.where(truth["revenue_eur_per_month"] > 0, 0.3, 0.0),
        }
    )
    scores = scores.assign(**{name: 0.0 for name in SCORES.columns if name not in scores})
    return check(scores[list(SCORES.columns)], SCORES)


@pytest.fixture(scope="session")
def crowd(desk: Desk) -> Population:
    """The mid-market accounts of the desk, for small maps; read it, never write to it."""
    return crowd_of(desk)


def crowd_of(desk: Desk, segment: str | None = "mid_market") -> Population:
    small = {"breakeven.points": 3, "breakeven.replications": 32, "breakeven.flip_replications": 8}
    scenario = desk.scenario.override(small)
    return gather_population(desk.portfolio, desk.book, desk.scores, scenario, segment, cutoff=CUTOFF)
