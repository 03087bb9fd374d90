"""From a portfolio to its book of business in one call: where every notebook on decisions begins."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from kamsim.bundle import Portfolio, read_portfolio
from kamsim.config import Scenario
from kamsim.coverage import assign_tiers, build_book
from kamsim.portfolio import generate_portfolio
from kamsim.runs.standing import cutoff_of
from kamsim.scoring import ScoreResult, score_accounts
from kamsim.value import believe_values


@dataclass(frozen=True)
class Desk:
    """What lies on the table before a decision: the portfolio, and what is believed of it.

    Attributes
    ----------
    portfolio : Portfolio
    scenario : Scenario
        What scores, tiers and values were computed with.
    cutoff : Timestamp
        First day that the portfolio knows nothing of.
    scored : ScoreResult
        Scores with the models and how they did on held-out accounts.
    tiers, values, book : DataFrame
        TIERS, VALUES and BOOK.
    """

    portfolio: Portfolio
    scenario: Scenario
    cutoff: pd.Timestamp
    scored: ScoreResult
    tiers: pd.DataFrame
    values: pd.DataFrame
    book: pd.DataFrame

    @property
    def accounts(self) -> pd.DataFrame:
        """ACCOUNTS of the portfolio."""
        return self.portfolio.accounts

    @property
    def team(self) -> pd.DataFrame:
        """TEAM of the portfolio."""
        return self.portfolio.team

    @property
    def scores(self) -> pd.DataFrame:
        """SCORES: 3-year potential and churn of each account."""
        return self.scored.scores


def lay_out(scenario: Scenario, run: Path | None = None) -> Desk:
    """Generate a portfolio or read that of a run folder, and take it to its book of business.

    Parameters
    ----------
    scenario : Scenario
    run : Path, optional
        A run folder with a stage "portfolio", imported or generated; nothing is written to it.

    Returns
    -------
    Desk

    Raises
    ------
    BundleError
        When the run folder has no portfolio that can be read.

    Examples
    --------
    >>> small = {"portfolio.accounts": 60, "value.replications": 2}
    >>> desk = lay_out(Scenario.load("saas_midmarket", small))
    >>> len(desk.book), set(desk.book["account_id"]) == set(desk.scores["account_id"])
    (60, True)
    """
    portfolio = generate_portfolio(scenario) if run is None else read_portfolio(run)
    cutoff = pd.Timestamp(scenario.portfolio.cutoff) if run is None else cutoff_of(run)
    accounts, deals = portfolio.accounts, portfolio.opportunities
    scored = score_accounts(
        accounts, portfolio.history, deals, scenario, cutoff=cutoff, events=portfolio.events
    )
    tiers = assign_tiers(scored.scores, scenario.segmentation)
    values = believe_values(accounts, deals, scored.scores, scenario, cutoff=cutoff)
    book = build_book(accounts, deals, scored.scores, tiers, values, scenario.coverage)
    return Desk(portfolio, scenario, cutoff, scored, tiers, values, book)
