"""The accounts of a plan as figures group them: tiers, the year before, what their hours cost."""

from __future__ import annotations

import pandas as pd

from kamsim.bundle import Portfolio
from kamsim.config import Scenario
from kamsim.dynamics import MONTHS_A_YEAR
from kamsim.experiments.periods import Cohort, hours_cost


def cohort_of(
    portfolio: Portfolio, book: pd.DataFrame, plan: pd.DataFrame, scenario: Scenario, cutoff: pd.Timestamp
) -> Cohort:
    """Group the accounts of a plan as the figures want them.

    Parameters
    ----------
    portfolio : Portfolio
        Its history tells the year before, its team the costs and hours.
    book : DataFrame
        BOOK.
    plan : DataFrame
        ASSIGNMENT of one policy, sorted as the book is.
    scenario : Scenario
    cutoff : Timestamp
        First day of the horizon.

    Returns
    -------
    Cohort
    """
    if has_year_before(portfolio, cutoff):
        before = _year_before(portfolio, cutoff).groupby("account_id")["revenue_eur"].sum()
    else:
        # Too short a history for a year's sum: the current monthly revenue stands in for every month of it.
        before = MONTHS_A_YEAR * portfolio.accounts.set_index("account_id")["revenue_eur_per_month"]
    before = before.reindex(book["account_id"], fill_value=0.0)
    aes = portfolio.team[portfolio.team["role"] == "AE"].set_index("rep_id")["capacity_hours"]
    return Cohort(
        tier=book["tier"].to_numpy(),
        revenue_before=before.to_numpy(),
        hours_cost=hours_cost(plan, portfolio.team, scenario.coverage),
        team_cost=float(portfolio.team["cost_eur_per_month"].sum()),
        margin=scenario.coverage.margin,
        ae_hours=(plan["ae_hours"] + plan["travel_hours"]).to_numpy(float),
        owner=aes.index.get_indexer(pd.Index(plan["rep_id"])),
        capacity=aes.to_numpy(float),
    )


def _year_before(portfolio: Portfolio, cutoff: pd.Timestamp) -> pd.DataFrame:
    """The history of the year before the cut-off."""
    history = portfolio.history
    return history[(history["month"] >= cutoff - pd.DateOffset(years=1)) & (history["month"] < cutoff)]


def has_year_before(portfolio: Portfolio, cutoff: pd.Timestamp) -> bool:
    """Tell whether the history holds all months of the year before the cut-off."""
    return bool(_year_before(portfolio, cutoff)["month"].nunique() == MONTHS_A_YEAR)
