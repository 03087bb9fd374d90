"""Leaning on the preset's prior where there is little to learn from.

The weight of what was learned from `n` accounts is the credibility n / (n + small_sample): the prior
counts as much as `small_sample` accounts would.
"""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamsim.config import Scenario
from kamsim.errors import SmallSampleWarning

YEAR = 12


def warn_if_small(accounts: int, small_sample: int) -> bool:
    """Warn when a portfolio has fewer accounts than `small_sample`, and tell whether it has.

    Warns
    -----
    SmallSampleWarning
        With both numbers.
    """
    if accounts >= small_sample:
        return False
    text = (
        f"scores of {accounts} accounts lean on the scenario's prior:"
        f" fewer than scoring.small_sample = {small_sample}"
    )
    warnings.warn(text, SmallSampleWarning, stacklevel=3)
    return True


def credibility(accounts: int, small_sample: int) -> float:
    """Return the weight of what `accounts` accounts say against the prior.

    Examples
    --------
    >>> credibility(50, 50), credibility(0, 50)
    (0.5, 0.0)
    """
    return accounts / (accounts + small_sample)


def weight_of(accounts: int, small_sample: int) -> float:
    """Return the weight of a model: its credibility under `small_sample` accounts, 1 from there on.

    Examples
    --------
    >>> weight_of(25, 75), weight_of(75, 75)
    (0.25, 1.0)
    """
    return 1.0 if accounts >= small_sample else credibility(accounts, small_sample)


def blend_log(learned: NDArray[np.float64], prior: NDArray[np.float64], weight: float) -> NDArray[np.float64]:
    """Average amounts on the log scale: amounts of accounts span orders of magnitude."""
    return np.asarray(np.exp(weight * np.log(learned) + (1 - weight) * np.log(prior)))


def prior_churn(segments: pd.Series, scenario: Scenario) -> NDArray[np.float64]:
    """Return the preset's churn probability over the scenario's churn horizon, by account.

    Examples
    --------
    >>> scenario = Scenario.load("saas_midmarket")
    >>> prior_churn(pd.Series(["strategic", "smb"]), scenario)
    array([0.08, 0.32])
    """
    yearly = segments.map(lambda name: getattr(scenario.scoring, f"prior_churn_{name}")).to_numpy("float64")
    return rescale(yearly, YEAR, scenario.scoring.churn_horizon_months)


def prior_potential(accounts: pd.DataFrame, scenario: Scenario, months: int) -> NDArray[np.float64]:
    """Guess potential without a model, from past revenue and the prior share of wallet (D-KPI-1).

    Parameters
    ----------
    accounts : DataFrame
        ACCOUNTS.
    scenario : Scenario
    months : int
        Length of the potential's horizon.

    Returns
    -------
    array, shape (accounts,)
        EUR: revenue over the prior share of wallet is the wallet; of that, the attainable share, and
        never less than the revenue itself. A prospect gets the median of the customers of its segment,
        and where there is none the preset's median wallet.
    """
    revenue = accounts["revenue_eur_per_month"]
    attainable = mean_attainable_share(scenario)
    multiple = max(attainable / scenario.scoring.prior_share_of_wallet, 1.0)
    guess = revenue.where(revenue > 0) * multiple
    typical = guess.groupby(accounts["segment"]).median().dropna().to_dict()
    for segment in set(accounts["segment"]) - set(typical):
        typical[segment] = getattr(scenario.portfolio, segment).wallet_median_eur * attainable
    return months * guess.fillna(accounts["segment"].map(typical)).to_numpy("float64")


def mean_attainable_share(scenario: Scenario) -> float:
    """Return the prior mean of the share of a wallet that can be won; no data can tell it."""
    alpha, beta = scenario.portfolio.attainable_share_alpha, scenario.portfolio.attainable_share_beta
    return alpha / (alpha + beta)


def rescale(probability: NDArray[np.float64], months: int, to_months: int) -> NDArray[np.float64]:
    """Carry a probability of leaving over to another horizon, at a constant hazard.

    Examples
    --------
    >>> rescale(np.array([0.19]), 24, 12)
    array([0.1])
    """
    return np.asarray(1 - (1 - probability) ** (to_months / months))
