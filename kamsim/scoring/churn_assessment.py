"""The churn score under the full assessment: all forward folds, the leak guard, what a random split hides."""

from __future__ import annotations

from typing import Any

import pandas as pd

from kamsim.errors import FeatureError
from kamsim.scoring.campaign_profit import CampaignCost
from kamsim.scoring.check import PRIOR
from kamsim.scoring.churn import ChurnScores
from kamsim.scoring.churn_classifier import ChurnClassifier
from kamsim.scoring.model_assessment import Assessment, assess


def assess_churn(
    churn: ChurnScores, *, horizon_months: int, cost: CampaignCost | None = None, **more: Any
) -> Assessment:
    """Assess the model behind a churn score on every past cut-off that can be held out.

    Parameters
    ----------
    churn : ChurnScores
        From `score_accounts`.
    horizon_months : int
        Of the label: the gap before the rows held out.
    cost : CampaignCost, optional
        For the expected maximum profit.
    more
        Handed to `assess`.

    Returns
    -------
    Assessment
        Families of accounts stay on one side of a split. `score_accounts` itself checks the latest cut-off
        only, and on accounts whose past it knows, as it will when it is used; here accounts are new as well.

    Raises
    ------
    FeatureError
        When nothing was learned, so that there is nothing to assess.
    """
    if churn.examples is None or churn.model is None:
        raise FeatureError("the churn score was not learned: there is no model to assess")
    rows = churn.examples
    features = rows.features.drop(columns=PRIOR).reset_index(drop=True).dropna(axis=1, how="all")
    return assess(
        ChurnClassifier(horizon_months=horizon_months),
        features,
        rows.left,
        time=pd.Series(rows.month),
        groups=rows.family,
        past_spend=rows.revenue,
        rfm=rows.rfm,
        horizon=horizon_months,
        cost=cost,
        **more,
    )
