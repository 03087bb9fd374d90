"""Potential learned from the accounts that disclosed their wallet."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.model_selection import cross_val_predict

from kamsim.config import Scenario
from kamsim.scoring.assessment import Gain, assess_potential, log_errors, paired_gain
from kamsim.scoring.estimate import (
    HORIZON_MONTHS,
    Estimate,
    folds,
    revenue_floor,
    surveyed_potential,
    with_prior_errors,
)
from kamsim.scoring.intervals import coverage_across_folds
from kamsim.scoring.notes import ScoreNote
from kamsim.scoring.pipeline import potential_pipeline
from kamsim.scoring.shrinkage import blend_log, mean_attainable_share, prior_potential, weight_of


def potential_from_survey(accounts: pd.DataFrame, features: pd.DataFrame, scenario: Scenario) -> Estimate:
    """Carry potential over from the surveyed accounts to all, by a ridge regression of its log.

    Parameters
    ----------
    accounts : DataFrame
        ACCOUNTS, sorted by id; some with a disclosed wallet.
    features : DataFrame
        All features at the final cut-off, rows as in `accounts`.
    scenario : Scenario

    Returns
    -------
    Estimate
        A log model says a median, not a mean: on heavy-tailed portfolios of a few hundred accounts the
        correction (Duan's smearing) brought more noise than it took bias away.
    """
    surveyed = accounts["disclosed_wallet_eur_per_month"].notna().to_numpy()
    actual = surveyed_potential(accounts, scenario)[surveyed]
    prior, floor = prior_potential(accounts, scenario, HORIZON_MONTHS), revenue_floor(accounts)
    weight = weight_of(len(actual), scenario.scoring.small_sample)
    pipeline, parts = potential_pipeline(features), folds(scenario, len(actual))

    held_out = np.exp(cross_val_predict(pipeline, features[surveyed], np.log(actual), cv=parts))
    predicted = np.maximum(blend_log(held_out, prior[surveyed], weight), floor[surveyed])
    everyone = np.exp(pipeline.fit(features[surveyed], np.log(actual)).predict(features))
    errors = np.log(actual / predicted)
    inside = coverage_across_folds(errors, parts, scenario.scoring.interval_coverage)
    gain = paired_gain(log_errors(actual, predicted), log_errors(actual, prior[surveyed]))
    return Estimate(
        potential=np.maximum(blend_log(everyone, prior, weight), floor),
        errors=with_prior_errors(errors, scenario),
        shares_vary=True,
        assessment=assess_potential(actual, predicted, prior[surveyed], inside),
        notes=_say_how(len(actual), weight, gain, scenario),
    )


def _say_how(accounts: int, weight: float, gain: Gain, scenario: Scenario) -> tuple[ScoreNote, ...]:
    attainable = mean_attainable_share(scenario)
    notes = [ScoreNote("potential_from_survey", {"accounts": accounts, "attainable": attainable})]
    if weight < 1:
        notes.append(ScoreNote("potential_shrunk", {"accounts": accounts, "weight": weight}))
    key = "potential_better" if gain.beyond_noise else "potential_not_better"
    return (*notes, ScoreNote(key, {"rows": accounts, "gain": gain.share}))
