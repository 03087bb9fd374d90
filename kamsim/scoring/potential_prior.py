"""What is known of potential before anything is learned: growth, the attainable share, past revenue."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from kamsim.config import Scenario
from kamsim.dynamics import expected_wallet_growth
from kamsim.schemas import SEGMENTS
from kamsim.scoring.horizon import HORIZON_MONTHS

Floats = NDArray[np.float64]

GRID = (np.arange(99) + 0.5) / 99
"""Levels at which a known distribution is laid out."""


def wallet_months(segments: pd.Series, scenario: Scenario) -> Floats:
    """Return how many of today's monthly wallets an account is expected to spend over 36 months.

    Wallets drift and follow changes at the client, as the scenario's dynamics have it: for an import that is
    a prior like any other.

    Examples
    --------
    >>> months = wallet_months(pd.Series(["strategic", "smb"]), Scenario.load("saas_midmarket"))
    >>> bool(36 < months[1] < months[0] < 40)
    True
    """
    by_segment = expected_wallet_growth(scenario.dynamics, HORIZON_MONTHS).sum(axis=1)
    return np.asarray(segments.map(dict(zip(SEGMENTS, by_segment, strict=True))), dtype="float64")


def mean_attainable_share(scenario: Scenario) -> float:
    """Return the prior mean of the share of a wallet that can be won; no data can tell it."""
    alpha, beta = scenario.portfolio.attainable_share_alpha, scenario.portfolio.attainable_share_beta
    return alpha / (alpha + beta)


def attainable_errors(scenario: Scenario) -> Floats:
    """Lay out the log error made by taking the mean of the Beta-distributed attainable share."""
    alpha, beta = scenario.portfolio.attainable_share_alpha, scenario.portfolio.attainable_share_beta
    return np.asarray(np.log(stats.beta.ppf(GRID, alpha, beta)) - np.log(mean_attainable_share(scenario)))


def revenue_floor(accounts: pd.DataFrame) -> Floats:
    """Return what current revenue alone comes to; one euro where there is none, so that logs exist."""
    revenue = accounts["revenue_eur_per_month"].to_numpy("float64")
    return np.asarray(np.maximum(revenue * HORIZON_MONTHS, 1.0))


def disclosed_potential(accounts: pd.DataFrame, scenario: Scenario) -> Floats:
    """Return potential by the disclosed wallet; missing where none was disclosed."""
    wallet = accounts["disclosed_wallet_eur_per_month"].to_numpy("float64")
    months = wallet_months(accounts["segment"], scenario)
    return np.maximum(wallet * mean_attainable_share(scenario) * months, revenue_floor(accounts))


def prior_potential(accounts: pd.DataFrame, scenario: Scenario) -> Floats:
    """Guess potential without a model, from past revenue and the prior share of wallet (D-KPI-1).

    Parameters
    ----------
    accounts : DataFrame
        ACCOUNTS.
    scenario : Scenario

    Returns
    -------
    array, shape (accounts,)
        EUR over 36 months: revenue over the prior share of wallet is the wallet; of that, the attainable
        share, and never less than the revenue itself. A prospect gets the median of the customers of its
        segment, and where there is none the preset's median wallet.
    """
    revenue = accounts["revenue_eur_per_month"]
    attainable = mean_attainable_share(scenario)
    multiple = max(attainable / scenario.scoring.prior_share_of_wallet, 1.0)
    guess = revenue.where(revenue > 0) * multiple
    typical = guess.groupby(accounts["segment"]).median().dropna().to_dict()
    for segment in set(accounts["segment"]) - set(typical):
        typical[segment] = getattr(scenario.portfolio, segment).wallet_median_eur * attainable
    monthly = guess.fillna(accounts["segment"].map(typical)).to_numpy("float64")
    return np.asarray(monthly * wallet_months(accounts["segment"], scenario))
