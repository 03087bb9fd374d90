"""Potential where nobody disclosed a wallet: what the best-sold accounts of a size and kind spend."""

from __future__ import annotations

import numpy as np
import pandas as pd
from sklearn.model_selection import cross_val_predict

from kamsim.config import Scenario
from kamsim.scoring.assessment import assess_frontier, paired_gain, pinball_losses
from kamsim.scoring.estimate import HORIZON_MONTHS, Estimate, folds, revenue_floor, with_prior_errors
from kamsim.scoring.notes import ScoreNote
from kamsim.scoring.pipeline import frontier_pipeline
from kamsim.scoring.shrinkage import blend_log, credibility, prior_potential

SPEND_QUANTILE = 0.9
"""Quantile of spend that is taken for attainable spend."""

SIZE = ("segment", "industry", "region", "firm_revenue", "headcount", "business_units")
"""What the frontier may condition on: the client's size and kind, nothing of what it buys."""


def potential_from_spend(accounts: pd.DataFrame, features: pd.DataFrame, scenario: Scenario) -> Estimate:
    """Read potential off a high conditional quantile of spend, averaged with the prior's guess.

    Parameters
    ----------
    accounts : DataFrame
        ACCOUNTS, sorted by id; some with revenue.
    features : DataFrame
        All features at the final cut-off, rows as in `accounts`; only `SIZE` is read.
    scenario : Scenario

    Returns
    -------
    Estimate
        No wallet can check it, so the prior keeps a weight however many customers there are. The
        scatter of spend between like accounts stands in for the unknown scatter of their wallets.
    """
    customers = accounts["revenue_eur_per_month"].to_numpy() > 0
    prior, floor = prior_potential(accounts, scenario, HORIZON_MONTHS), revenue_floor(accounts)
    spend, size = np.log(floor[customers]), features[list(SIZE)]
    weight = credibility(len(spend), scenario.scoring.small_sample)
    pipeline, parts = frontier_pipeline(size, SPEND_QUANTILE), folds(scenario, len(spend))

    held_out = cross_val_predict(pipeline, size[customers], spend, cv=parts)
    everyone = np.exp(pipeline.fit(size[customers], spend).predict(size))
    plain = np.empty(len(spend))
    for train, test in parts.split(spend):
        plain[test] = np.quantile(spend[train], SPEND_QUANTILE)
    losses = (pinball_losses(spend, quantile, SPEND_QUANTILE) for quantile in (held_out, plain))
    gain = paired_gain(*losses)
    scatter = spend - held_out
    return Estimate(
        potential=np.maximum(blend_log(everyone, prior, weight), floor),
        errors=with_prior_errors(scatter - np.median(scatter), scenario),
        shares_vary=False,
        assessment=assess_frontier(spend, held_out, plain, SPEND_QUANTILE),
        notes=(
            ScoreNote(
                "potential_from_spend",
                {"accounts": len(spend), "quantile": SPEND_QUANTILE, "weight": weight},
            ),
            ScoreNote(
                "spend_better" if gain.beyond_noise else "spend_not_better",
                {"rows": len(spend), "gain": gain.share},
            ),
        ),
    )
