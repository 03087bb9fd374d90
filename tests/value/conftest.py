"""Sixty accounts with scores made by hand, so that this room's tests need no models."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest

from kamsim.bundle import Portfolio
from kamsim.config import Scenario
from kamsim.portfolio import generate_portfolio
from kamsim.schemas import SCORES, check
from kamsim.streams import stream


@dataclass(frozen=True)
class Known:
    """What the room gets to see, the portfolio it comes from, and the scenario."""

    portfolio: Portfolio
    scores: pd.DataFrame
    scenario: Scenario

    @property
    def tables(self) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        return self.portfolio.accounts, self.portfolio.opportunities, self.scores


def scores_around(truth: pd.DataFrame, log_sd: float = 0.4) -> pd.DataFrame:
    """Scores that err as models do: potential by a lognormal factor, with a fair 90 % interval."""
    middle = truth["potential_36m_eur"] * np.exp(log_sd * stream(1, "scores").normal(size=len(truth)))
    scores = pd.DataFrame(
        {
            "account_id": truth["account_id"],
            "potential_36m_eur": middle,
            "potential_low_eur": middle * np.exp(-1.645 * log_sd),
            "potential_high_eur": middle * np.exp(1.645 * log_sd),
            "potential_baseline_eur": 36 * truth["revenue_eur_per_month"],
            "churn_probability_12m": truth["churn_probability_12m"],
            "churn_baseline": truth["churn_probability_12m"],
        }
    )
    scores = scores.assign(**{name: 0.0 for name in SCORES.columns if name not in scores})
    return check(scores[list(SCORES.columns)], SCORES)


@pytest.fixture(scope="session")
def known(scenario: Scenario) -> Known:
    """Read it, never write to it."""
    # A clean CRM, so that tests can hold what is believed against what is true.
    dirt = scenario.portfolio.dirt.model_dump()
    clean = {f"portfolio.dirt.{name}": 0.0 for name in dirt if name.endswith("_share")}
    small = scenario.override({"portfolio.accounts": 60, "value.replications": 96} | clean)
    portfolio = generate_portfolio(small)
    assert portfolio.truth is not None
    return Known(portfolio, scores_around(portfolio.truth), small)
