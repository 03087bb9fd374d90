"""Puts a synthetic portfolio together: accounts, team, past, what the CRM shows, and the truth apart."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from kamsim.bundle import Portfolio
from kamsim.config import Scenario
from kamsim.dynamics import (
    MONTHS_A_YEAR,
    State,
    compile_parameters,
    expected_wallet_growth,
    foresee,
    state_to_tables,
)
from kamsim.dynamics.state import Floats
from kamsim.portfolio.accounts import InitialPortfolio, draw_accounts
from kamsim.portfolio.history import Past, month_number, play_past
from kamsim.portfolio.team import draw_team, historical_owners
from kamsim.schemas import ACCOUNTS, DEALS, HISTORY, OPPORTUNITIES, TEAM, TRUTH, check
from kamsim.streams import luck_key

POTENTIAL_MONTHS = 36
_CHURN_LANES = 200


def generate_portfolio(scenario: Scenario) -> Portfolio:
    """Generate a portfolio with its past and its truth.

    Parameters
    ----------
    scenario : Scenario
        `scenario.portfolio` says what accounts look like, `scenario.dynamics` how they behave,
        `scenario.seed` which luck they have.

    Returns
    -------
    Portfolio
        With TRUTH and DEALS.

    Examples
    --------
    >>> scenario = Scenario.load("saas_midmarket", {"portfolio.accounts": 40})
    >>> portfolio = generate_portfolio(scenario)
    >>> portfolio.accounts.shape[0], portfolio.history["month"].nunique()
    (40, 36)
    """
    initial = draw_accounts(scenario)
    team = draw_team(initial.facts, initial.state.segment, scenario)
    owner = historical_owners(initial.facts, team, scenario.seed)
    past = play_past(initial, owner, team, scenario)
    truth, deals = _truth(past, scenario)
    return Portfolio(
        accounts=check(_observed_accounts(initial, past, owner, scenario), ACCOUNTS),
        history=check(past.history, HISTORY),
        opportunities=check(past.opportunities, OPPORTUNITIES),
        team=check(team, TEAM),
        truth=check(truth, TRUTH),
        deals=check(deals, DEALS),
    )


def true_potential(state: State, scenario: Scenario) -> Floats:
    """Sum the attainable spend over 36 months, whatever the effort.

    The wallet drifts, jumps by factors of mean 1, and follows changes at the client.

    Returns
    -------
    array, shape (accounts, lanes)
        EUR.
    """
    first_month = month_number(pd.Timestamp(scenario.portfolio.cutoff))
    months = expected_wallet_growth(scenario.dynamics, POTENTIAL_MONTHS, first_month=first_month)
    growth = months.sum(axis=1)[state.segment]
    return np.asarray(state.attainable * state.wallet * growth[:, None])


def _truth(past: Past, scenario: Scenario) -> tuple[pd.DataFrame, pd.DataFrame]:
    truth, deals = state_to_tables(past.state)
    truth["potential_36m_eur"] = true_potential(past.state, scenario)[:, 0]
    years = foresee(
        past.state,
        past.last_effort,
        compile_parameters(scenario.dynamics),
        key=luck_key(scenario.seed, "true churn"),
        first_month=month_number(pd.Timestamp(scenario.portfolio.cutoff)),
        months=MONTHS_A_YEAR,
        replications=np.arange(_CHURN_LANES),
    )
    left = years.customer[0] & ~years.retained[0]
    truth["churn_probability_12m"] = left.mean(axis=1)
    return truth, deals


def _observed_accounts(
    initial: InitialPortfolio, past: Past, owner: pd.Series, scenario: Scenario
) -> pd.DataFrame:
    """Write what the CRM shows: facts, ratings with an error, the wallet for a surveyed sample only."""
    settings, state, u = scenario.portfolio, past.state, initial.uniforms
    accounts = initial.facts.copy()
    accounts["parent_id"] = pd.Series(None, index=accounts.index, dtype="str")
    accounts["owner_id"] = owner
    revenue = state.revenue[:, 0]
    accounts["revenue_eur_per_month"] = revenue
    accounts["customer_since"] = _customer_since(past.history, accounts["account_id"])
    surveyed = u["survey"].to_numpy() < settings.survey_share
    accounts["disclosed_wallet_eur_per_month"] = np.where(surveyed, state.wallet[:, 0], np.nan)
    accounts["business_units"] = pd.array(state.units[:, 0], dtype="Int64")
    accounts["units_penetrated"] = pd.array(state.units_penetrated[:, 0], dtype="Int64")
    noise = settings.observation_noise
    accounts["relationship"] = np.clip(state.goodwill[:, 0] + noise * stats.norm.ppf(u["rating"]), 0, 1)
    accounts["roles_engaged"] = np.clip(state.roles[:, 0] + noise * stats.norm.ppf(u["rated_roles"]), 0, 1)
    accounts["sponsor_identified"] = pd.array(state.sponsorless[:, 0] == 0, dtype="boolean")
    return accounts


def _customer_since(history: pd.DataFrame, account_ids: pd.Series) -> pd.Series:
    """Find the first month of the present unbroken run of revenue; missing for a prospect."""
    paying = history["revenue_eur"] > 0
    last_gap = history["month"].where(~paying).groupby(history["account_id"]).max()
    month = history["month"].where(
        paying
        & (history["month"] > history["account_id"].map(last_gap).fillna(pd.Timestamp.min.as_unit("us")))
    )
    return account_ids.map(month.groupby(history["account_id"]).min()).astype("datetime64[us]")
