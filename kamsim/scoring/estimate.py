"""What the ways of estimating potential share: its horizon, its floor, its folds and its result."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.model_selection import KFold

from kamsim.config import Scenario
from kamsim.scoring.intervals import normal_errors
from kamsim.scoring.notes import ScoreNote
from kamsim.scoring.shrinkage import mean_attainable_share
from kamsim.streams import sklearn_seed

Floats = NDArray[np.float64]

HORIZON_MONTHS = 36
"""Potential is a 3-year figure by definition (D-TIER-1 to 3)."""

FOLDS = 5


@dataclass(frozen=True)
class Estimate:
    """Potential of all accounts, the log errors of accounts like them, a check and remarks.

    Parameters
    ----------
    potential : array, shape (accounts,)
        EUR over 36 months.
    errors : array, shape (n,)
        Log of actual over predicted, on accounts that were held out or as the prior has it.
    shares_vary : bool
        Whether the spread of the attainable share comes on top of `errors`.
    assessment : DataFrame
        ASSESSMENT.
    notes : tuple of ScoreNote
    """

    potential: Floats
    errors: Floats
    shares_vary: bool
    assessment: pd.DataFrame
    notes: tuple[ScoreNote, ...]


def revenue_floor(accounts: pd.DataFrame) -> Floats:
    """Return what current revenue alone comes to; one euro where there is none, so that logs exist."""
    revenue = accounts["revenue_eur_per_month"].to_numpy("float64")
    return np.asarray(np.maximum(revenue * HORIZON_MONTHS, 1.0))


def surveyed_potential(accounts: pd.DataFrame, scenario: Scenario) -> Floats:
    """Return potential by the disclosed wallet; missing where none was disclosed."""
    wallet = accounts["disclosed_wallet_eur_per_month"].to_numpy("float64")
    return np.maximum(wallet * mean_attainable_share(scenario) * HORIZON_MONTHS, revenue_floor(accounts))


def folds(scenario: Scenario, rows: int) -> KFold:
    """Make the folds of a cross-validation; a survey has no time, so rows are shuffled."""
    seed = sklearn_seed(scenario.seed, "scoring", "potential")
    return KFold(min(FOLDS, rows), shuffle=True, random_state=seed)


def with_prior_errors(errors: Floats, scenario: Scenario) -> Floats:
    """Add the prior's spread, worth `small_sample` accounts, where fewer than that were seen."""
    if len(errors) >= scenario.scoring.small_sample:
        return errors
    return np.concatenate((errors, prior_errors(scenario)))


def prior_errors(scenario: Scenario) -> Floats:
    """Lay out the spread that the prior foresees between a potential and its guess from revenue."""
    return normal_errors(scenario.scoring.prior_potential_log_sd, scenario.scoring.small_sample)
