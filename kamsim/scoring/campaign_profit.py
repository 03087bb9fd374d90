"""Expected maximum profit of a retention campaign that a churn score aims.

Verbraken, Verbeke & Baesens 2013, "A novel profit maximizing metric for measuring classification
performance of customer churn prediction models", IEEE Transactions on Knowledge and Data Engineering 25(5).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc
from sklearn.isotonic import isotonic_regression

from kamsim.errors import ConfigError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class CampaignCost:
    """What a campaign costs and what it may save. There are no defaults: they are the caller's business.

    Parameters
    ----------
    customer_value : float
        Worth of a customer who is kept, EUR.
    incentive : float
        Cost of the offer to one who accepts it, EUR; below `customer_value`.
    contact : float
        Cost of contacting one customer, EUR.
    alpha, beta : float
        Of the Beta-distributed share of would-be leavers who accept the offer.

    Examples
    --------
    >>> CampaignCost(customer_value=200, incentive=10, contact=1, alpha=6, beta=14).acceptance
    0.3
    """

    customer_value: float
    incentive: float
    contact: float
    alpha: float
    beta: float

    def __post_init__(self) -> None:
        if not 0 <= self.incentive < self.customer_value:
            raise ConfigError(
                f"incentive is {self.incentive}: it must lie in [0, customer_value={self.customer_value})"
            )
        if self.contact < 0 or self.alpha <= 0 or self.beta <= 0:
            raise ConfigError("contact must be 0 or more, and alpha and beta above 0")

    @property
    def acceptance(self) -> float:
        """Mean share of would-be leavers who accept."""
        return self.alpha / (self.alpha + self.beta)


def expected_maximum_profit(happened: Floats, score: Floats, cost: CampaignCost) -> float:
    """Return the profit per customer, EUR, of contacting the best share by score, averaged over acceptance.

    Parameters
    ----------
    happened : array of 0 and 1, shape (rows,)
        Who left.
    score : array, shape (rows,)
    cost : CampaignCost

    Returns
    -------
    float
        At least 0: nobody need be contacted.

    Examples
    --------
    >>> cost = CampaignCost(customer_value=200, incentive=10, contact=1, alpha=6, beta=14)
    >>> left = np.repeat([0.0, 1.0], [80, 20])
    >>> round(expected_maximum_profit(left, left, cost), 2)
    11.2
    >>> round(expected_maximum_profit(left, np.zeros(100), cost), 2)
    2.96
    """
    left_share = float(happened.mean())
    leavers, stayers = _convex_hull(happened, score)
    delta, phi = cost.incentive / cost.customer_value, cost.contact / cost.customer_value
    gain, fixed = (1 - delta) * left_share, (delta + phi) * (1 - left_share)
    step_leavers, step_stayers = np.diff(leavers), np.diff(stayers)
    spent = phi * left_share * step_leavers + fixed * step_stayers
    # Where nobody more could be kept, no acceptance is high enough, unless it costs nothing.
    needed = np.where(spent > 0, np.inf, 0.0)
    np.divide(spent, gain * step_leavers, out=needed, where=step_leavers > 0)
    bounds = np.minimum(np.concatenate([[0.0], needed, [1.0]]), 1.0)
    chance = np.diff(betainc(cost.alpha, cost.beta, bounds))
    mean = cost.acceptance * np.diff(betainc(cost.alpha + 1, cost.beta, bounds))
    profit = gain * leavers * mean - (phi * left_share * leavers + fixed * stayers) * chance
    return float(cost.customer_value * profit.sum())


def _convex_hull(happened: Floats, score: Floats) -> tuple[Floats, Floats]:
    """Return the corners of the ROC curve's upper hull: shares of leavers and of stayers contacted.

    Its edges are the blocks of an isotonic regression (Fawcett & Niculescu-Mizil 2007, Machine Learning 68).
    """
    _, level = np.unique(-score, return_inverse=True)
    counts, left = np.bincount(level), np.bincount(level, weights=happened)
    pooled = isotonic_regression(left / counts, sample_weight=counts, increasing=False)
    last = np.append(np.diff(pooled) != 0, True)
    leavers = np.append(0.0, np.cumsum(left)[last] / max(happened.sum(), 1))
    stayers = np.append(0.0, np.cumsum(counts - left)[last] / max((1 - happened).sum(), 1))
    return leavers, stayers
