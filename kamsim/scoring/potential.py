"""Three-year potential: attainable spend over 36 months, whatever the effort.

Potential = 36 x attainable share x wallet. What can be learned depends on what is known:

1. *survey*: some accounts disclosed their wallet. Their potential is the disclosed wallet times the
   prior mean of the attainable share (which no data can tell); a model carries it over to the others.
2. *spend*: nobody did. A customer's potential is then read off a high quantile of what customers of its
   size and kind spend, averaged with the prior's guess.
3. *prior*: too few customers even for that. Past revenue over the prior share of wallet, times the
   attainable share.

Whatever the way, current revenue is attainable, so potential is never below 36 months of it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kamsim.config import Scenario
from kamsim.schemas import ASSESSMENT
from kamsim.scoring.estimate import (
    HORIZON_MONTHS,
    Estimate,
    Floats,
    prior_errors,
    revenue_floor,
    surveyed_potential,
)
from kamsim.scoring.frontier import potential_from_spend
from kamsim.scoring.intervals import attainable_errors, combine, conformal_bounds
from kamsim.scoring.notes import ScoreNote
from kamsim.scoring.shrinkage import prior_potential
from kamsim.scoring.survey import potential_from_survey

FEWEST_TO_LEARN = 10
"""With fewer wallets (or customers) than this, no model is fitted."""


@dataclass(frozen=True)
class PotentialScores:
    """Potential by account (sorted by id) in EUR over 36 months, its interval, baseline and check."""

    potential: Floats
    low: Floats
    high: Floats
    baseline: Floats
    assessment: pd.DataFrame
    notes: tuple[ScoreNote, ...]


def score_potential(accounts: pd.DataFrame, features: pd.DataFrame, scenario: Scenario) -> PotentialScores:
    """Estimate potential with its interval, by the best way that the data allow.

    Parameters
    ----------
    accounts : DataFrame
        ACCOUNTS, sorted by id.
    features : DataFrame
        Dated, lasting and standing features at the final cut-off, rows as in `accounts`.
    scenario : Scenario

    Returns
    -------
    PotentialScores
        An account that disclosed its wallet keeps it: only the attainable share is uncertain then.
        ``low <= potential <= high``.
    """
    estimate = _estimate(accounts, features, scenario)
    disclosed = accounts["disclosed_wallet_eur_per_month"].notna().to_numpy()
    potential = np.where(disclosed, surveyed_potential(accounts, scenario), estimate.potential)
    coverage, settings = scenario.scoring.interval_coverage, scenario.portfolio
    shares = attainable_errors(settings.attainable_share_alpha, settings.attainable_share_beta)
    errors = combine(estimate.errors, shares) if estimate.shares_vary else estimate.errors
    low, high = conformal_bounds(errors, coverage, len(estimate.errors))
    known_low, known_high = conformal_bounds(shares, coverage)
    return PotentialScores(
        potential=potential,
        low=np.clip(
            potential * np.exp(np.where(disclosed, known_low, low)), revenue_floor(accounts), potential
        ),
        high=np.maximum(potential * np.exp(np.where(disclosed, known_high, high)), potential),
        baseline=prior_potential(accounts, scenario, HORIZON_MONTHS),
        assessment=estimate.assessment,
        notes=estimate.notes,
    )


def _estimate(accounts: pd.DataFrame, features: pd.DataFrame, scenario: Scenario) -> Estimate:
    if accounts["disclosed_wallet_eur_per_month"].notna().sum() >= FEWEST_TO_LEARN:
        return potential_from_survey(accounts, features, scenario)
    if (accounts["revenue_eur_per_month"] > 0).sum() >= FEWEST_TO_LEARN:
        return potential_from_spend(accounts, features, scenario)
    return Estimate(
        potential=prior_potential(accounts, scenario, HORIZON_MONTHS),
        errors=prior_errors(scenario),
        shares_vary=True,
        assessment=ASSESSMENT.empty(),
        notes=(ScoreNote("potential_from_prior", {"share": scenario.scoring.prior_share_of_wallet}),),
    )
