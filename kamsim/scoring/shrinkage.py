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
from kamsim.scoring.horizon import YEAR


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


def rescale(probability: NDArray[np.float64], months: int, to_months: int) -> NDArray[np.float64]:
    """Carry a probability of leaving over to another horizon, at a constant hazard.

    Examples
    --------
    >>> rescale(np.array([0.19]), 24, 12)
    array([0.1])
    """
    return np.asarray(1 - (1 - probability) ** (to_months / months))
