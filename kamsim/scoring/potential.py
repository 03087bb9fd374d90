"""Three-year potential: attainable spend over 36 months, whatever the effort.

Potential = attainable share x what the client is expected to spend over 36 months. What can be learned
depends on what is known:

1. *survey*: some accounts disclosed their wallet. Their potential is the disclosed wallet, grown as the
   scenario expects, times the prior mean of the attainable share (which no data can tell); a model carries
   it over to the others.
2. *spend*: nobody did. Potential is then read off a high quantile of what customers of its size and kind
   spend, averaged with the prior's guess.
3. *prior*: too few customers even for that. Past revenue over the prior share of wallet, times the
   attainable share.

Whatever the way, current revenue is attainable, so potential is never below 36 months of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from kamsim.config import Scenario
from kamsim.schemas import ASSESSMENT
from kamsim.scoring.check import Check
from kamsim.scoring.conformal import probability_above
from kamsim.scoring.notes import ScoreNote
from kamsim.scoring.potential_check import check_frontier, check_survey
from kamsim.scoring.potential_prior import (
    attainable_errors,
    disclosed_potential,
    prior_potential,
    revenue_floor,
)
from kamsim.scoring.potential_regressor import FEWEST_TO_LEARN, PotentialRegressor
from kamsim.scoring.prior_column import PRIOR
from kamsim.scoring.quiet import quietly

Floats = NDArray[np.float64]

SPEND_QUANTILE = 0.9
"""Quantile of spend that is taken for attainable spend."""

SIZE = ("segment", "industry", "region", "firm_revenue", "headcount", "business_units")
"""What the frontier may condition on: the client's size and kind, nothing of what it buys."""


@dataclass(frozen=True)
class PotentialScores:
    """Potential by account (sorted by id) in EUR over 36 months, and what it rests on.

    Parameters
    ----------
    potential, low, high, baseline : array, shape (accounts,)
        EUR; the ends of the interval at `scoring.interval_coverage`.
    tiers : array, shape (accounts, 3)
        Probability of each tier.
    model : PotentialRegressor or None
        None where too little was known to learn from.
    features : DataFrame
        What the model read.
    disclosed : array of bool, shape (accounts,)
        Whose potential is what they disclosed, and not the model's.
    check : Check
    notes : tuple of ScoreNote
    """

    potential: Floats
    low: Floats
    high: Floats
    baseline: Floats
    tiers: Floats
    model: PotentialRegressor | None
    features: pd.DataFrame
    disclosed: NDArray[np.bool_]
    check: Check
    notes: tuple[ScoreNote, ...]


def score_potential(
    accounts: pd.DataFrame,
    features: pd.DataFrame,
    scenario: Scenario,
    rfm: Floats | None = None,
    *,
    checked: bool = True,
) -> PotentialScores:
    """Estimate potential with its interval, by the best way that the data allow.

    Parameters
    ----------
    accounts : DataFrame
        ACCOUNTS, sorted by id.
    features : DataFrame
        Dated, lasting and standing features at the final cut-off, rows as in `accounts`.
    scenario : Scenario
    rfm : array, shape (accounts,), optional
        Recency, frequency and monetary value read as one number: a baseline of the check.
    checked : bool, default True
        Whether to hold accounts out as well, which takes most of the time; the scores are the same without.

    Returns
    -------
    PotentialScores
        An account that disclosed its wallet keeps it: only the attainable share is uncertain then.
        ``low <= potential <= high``.
    """
    disclosed = disclosed_potential(accounts, scenario)
    spend = revenue_floor(accounts)
    is_customer = accounts["revenue_eur_per_month"].to_numpy() > 0
    from_survey = int(np.isfinite(disclosed).sum()) >= FEWEST_TO_LEARN
    baseline = prior_potential(accounts, scenario)
    table = (features if from_survey else features[list(SIZE)]).assign(**{PRIOR: baseline})
    if not from_survey and is_customer.sum() < FEWEST_TO_LEARN:
        return _from_prior(accounts, table, scenario)
    model = _regressor(scenario, from_survey)
    known = disclosed if from_survey else None
    with quietly():
        model.fit(table, known, spend=None if from_survey else np.where(is_customer, spend, 0.0))
        potential = np.maximum(model.predict(table), spend)
        bounds = model.predict_interval(table, scenario.scoring.interval_coverage)
        tiers = model.predict_tier_probability(table, tier_bounds(scenario)).to_numpy()
    check = Check(ASSESSMENT.empty())
    notes: tuple[ScoreNote, ...] = ()
    if checked and from_survey:
        check, notes = check_survey(accounts, table, disclosed, scenario, model, rfm)
    elif checked:
        check, notes = check_frontier(table[is_customer], spend[is_customer], model)
    estimated = PotentialScores(
        potential=potential,
        low=bounds[:, 0],
        high=bounds[:, 1],
        baseline=baseline,
        tiers=tiers,
        model=model,
        features=table,
        disclosed=np.isfinite(disclosed),
        check=check,
        notes=notes,
    )
    return _keep_what_is_known(estimated, disclosed, spend, scenario)


def tier_bounds(scenario: Scenario) -> tuple[float, float]:
    """Return the least potential of tier 1 and of tier 2, highest first (D-TIER-1, D-TIER-2)."""
    return scenario.segmentation.tier_1_above_eur, scenario.segmentation.tier_2_from_eur


def _regressor(scenario: Scenario, from_survey: bool) -> PotentialRegressor:
    """Make the estimator; a survey leaves the attainable share open, spend shows the scatter of spend."""
    return PotentialRegressor(
        quantile=SPEND_QUANTILE,
        prior_potential=PRIOR,
        prior_log_sd=scenario.scoring.prior_potential_log_sd,
        small_sample=scenario.scoring.small_sample,
        unseen_log_errors=attainable_errors(scenario) if from_survey else None,
    )


def _from_prior(accounts: pd.DataFrame, table: pd.DataFrame, scenario: Scenario) -> PotentialScores:
    """Take the prior, with its spread of wallets and of the attainable share."""
    baseline, disclosed = prior_potential(accounts, scenario), disclosed_potential(accounts, scenario)
    spread = float(np.hypot(scenario.scoring.prior_potential_log_sd, attainable_errors(scenario).std()))
    reach = np.exp(ndtri(0.5 + scenario.scoring.interval_coverage / 2) * spread)
    errors = spread * ndtri((np.arange(99) + 0.5) / 99)
    scores = PotentialScores(
        potential=baseline,
        low=baseline / reach,
        high=baseline * reach,
        baseline=baseline,
        tiers=_tiers(np.log(baseline), errors, scenario),
        model=None,
        features=table,
        disclosed=np.isfinite(disclosed),
        check=Check(ASSESSMENT.empty()),
        notes=(ScoreNote("potential_from_prior", {"share": scenario.scoring.prior_share_of_wallet}),),
    )
    return _keep_what_is_known(scores, disclosed, revenue_floor(accounts), scenario)


def _keep_what_is_known(
    estimated: PotentialScores, disclosed: Floats, floor: Floats, scenario: Scenario
) -> PotentialScores:
    """Let a disclosed wallet stand for itself, and current revenue bound the interval from below."""
    told = estimated.disclosed
    shares = attainable_errors(scenario)
    tail = (1 - scenario.scoring.interval_coverage) / 2
    least, most = np.exp(np.quantile(shares, [tail, 1 - tail]))
    potential = np.where(told, disclosed, estimated.potential)
    low = np.where(told, potential * least, estimated.low)
    high = np.where(told, potential * most, estimated.high)
    tiers = np.where(
        told[:, None], _tiers(np.log(np.where(told, potential, 1.0)), shares, scenario), estimated.tiers
    )
    return replace(
        estimated,
        potential=potential,
        low=np.clip(low, floor, potential),
        high=np.maximum(high, potential),
        tiers=_no_less_than(floor, tiers, scenario),
    )


def _tiers(logs: Floats, errors: Floats, scenario: Scenario) -> Floats:
    """Return the probability of each tier, shape (rows, 3), from equally likely log errors."""
    above = [probability_above(logs[:, None], [errors], float(np.log(b))) for b in tier_bounds(scenario)]
    edges = np.column_stack([np.zeros(len(logs)), *above, np.ones(len(logs))])
    return np.diff(edges)


def _no_less_than(floor: Floats, tiers: Floats, scenario: Scenario) -> Floats:
    """Give the probability of tiers that current revenue alone exceeds to the lowest tier it allows."""
    first, second = tier_bounds(scenario)
    moved = tiers.copy()
    for (upper, lower), bound in zip(pairwise((2, 1, 0)), (second, first), strict=True):
        beyond = floor > bound
        moved[beyond, lower] += moved[beyond, upper]
        moved[beyond, upper] = 0.0
    return moved
