"""Tiers by predicted 3-year potential (D-TIER-1 to 3), and the service level each tier takes."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamsim.config import SegmentationSettings
from kamsim.schemas import SCORES, SEGMENTS, TIERS, check

TIER_SEGMENTS = dict(enumerate(SEGMENTS, start=1))
"""The guide gives potentials by tier and coverage ratios by segment (D-COV-1): tier 1 takes the strategic
ratio, tier 2 the mid-market one, tier 3 the SMB one, whatever the account's own size."""


def tier_of(potential: NDArray[np.float64], settings: SegmentationSettings) -> NDArray[np.int64]:
    """Give the tier of each 3-year potential, predicted or true (D-TIER-1 to 3).

    Parameters
    ----------
    potential : array
        EUR over 36 months; NaN where unknown.
    settings : SegmentationSettings

    Returns
    -------
    array of int, same shape
        1 to 3; 0 where the potential is unknown.

    Examples
    --------
    >>> from kamsim.config import Scenario
    >>> tier_of(np.array([6e5, 5e5, 1e5, 9e4, np.nan]), Scenario.load("base").segmentation)
    array([1, 2, 2, 3, 0])
    """
    rules = [
        np.isnan(potential),
        potential > settings.tier_1_above_eur,
        potential >= settings.tier_2_from_eur,
    ]
    return np.select(rules, [0, 1, 2], default=3).astype(np.int64)


def assign_tiers(scores: pd.DataFrame, settings: SegmentationSettings) -> pd.DataFrame:
    """Put each account in a tier by its predicted 3-year potential.

    Tier 1 lies above ``tier_1_above_eur``, tier 2 from ``tier_2_from_eur`` on, tier 3 below: 500,000
    exactly and 100,000 exactly are both tier 2.

    Parameters
    ----------
    scores : DataFrame
        SCORES.
    settings : SegmentationSettings

    Returns
    -------
    DataFrame
        TIERS, one row an account.

    Raises
    ------
    SchemaError
        When `scores` breaks its contract.

    Examples
    --------
    >>> from kamsim.config import Scenario
    >>> scores = pd.DataFrame({"account_id": ["a", "b", "c"], "potential_36m_eur": [5e5, 500_000.01, 99e3]})
    >>> for column in SCORES.columns:
    ...     if column not in scores:
    ...         scores[column] = 0.0
    >>> assign_tiers(scores, Scenario.load("saas_midmarket").segmentation)["tier"].tolist()
    [2, 1, 3]
    """
    scores = check(scores, SCORES)
    tier = tier_of(scores["potential_36m_eur"].to_numpy(), settings)
    return check(pd.DataFrame({"account_id": scores["account_id"], "tier": tier}), TIERS)
