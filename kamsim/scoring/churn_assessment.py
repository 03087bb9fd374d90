"""The churn score under the full assessment: all forward folds, the leak guard, what a random split hides."""

from __future__ import annotations

from typing import Any

import pandas as pd

from kamsim.errors import ConfigError, FeatureError
from kamsim.locale import ENGLISH
from kamsim.scoring.campaign_profit import CampaignCost
from kamsim.scoring.churn import ChurnScores
from kamsim.scoring.churn_classifier import ChurnClassifier
from kamsim.scoring.model_assessment import Assessment, assess
from kamsim.scoring.prior_column import PRIOR

UNLEARNED = ("churn_from_prior", "churn_rates_only")
"""Notes that say why there is no model."""


def assess_churn(
    churn: ChurnScores,
    *,
    horizon_months: int,
    cost: CampaignCost | None = None,
    strict: bool = True,
    **more: Any,
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
    strict : bool, default True
        Whether to raise where the record is too short, or too few left, to assess anything; else the
        assessment has no rows and its evidence says why.
    more
        Handed to `assess`.

    Returns
    -------
    Assessment
        Families of accounts stay on one side of a split. `score_accounts` itself checks the latest cut-off
        only, and on accounts whose past it knows, as it will when it is used; here accounts are new as well.

    Raises
    ------
    FeatureError, ConfigError
        When nothing was learned, or nothing can be held out a horizon later; not where `strict` is off.

    Examples
    --------
    >>> import warnings
    >>> from kamsim.config import Scenario
    >>> from kamsim.schemas import ACCOUNTS, HISTORY, OPPORTUNITIES
    >>> from kamsim.scoring import score_accounts
    >>> nobody = ACCOUNTS.empty(), HISTORY.empty(), OPPORTUNITIES.empty()
    >>> with warnings.catch_warnings():
    ...     warnings.simplefilter("ignore")
    ...     churn = score_accounts(*nobody, Scenario.load("base"), cutoff=pd.Timestamp("2026-01-01")).churn
    >>> print(assess_churn(churn, horizon_months=12, strict=False).evidence[0][:31])
    The churn score was not learned
    """
    try:
        return _assess(churn, horizon_months, cost, more)
    except (FeatureError, ConfigError) as error:
        if strict:
            raise
        said = str(error)
        return Assessment.nothing(said[:1].upper() + said[1:])


def _assess(
    churn: ChurnScores, horizon_months: int, cost: CampaignCost | None, more: dict[str, Any]
) -> Assessment:
    if churn.examples is None or churn.model is None:
        said = [note.text(ENGLISH) for note in churn.notes if note.key in UNLEARNED]
        raise FeatureError(" ".join(["the churn score was not learned: there is no model to assess.", *said]))
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
