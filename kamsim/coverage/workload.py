"""Service levels: the hours a month that an account's tier asks of each role."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kamsim.config import CoverageSettings, TierCoverage
from kamsim.coverage.segmentation import TIER_SEGMENTS

FULL_COMPLEXITY = 1.0
"""Taken where the CRM rates no account at all: the tier's full SE hours are asked for."""


def tier_coverage(tier: int, settings: CoverageSettings) -> TierCoverage:
    """Give the service level of a tier: 1 the guide's strategic ratio, 2 mid-market, 3 SMB (D-COV-1)."""
    level: TierCoverage = getattr(settings, TIER_SEGMENTS[tier])
    return level


def service_levels(
    tier: NDArray[np.int64], complexity: NDArray[np.float64], settings: CoverageSettings
) -> dict[str, NDArray[np.float64]]:
    """Give the hours a month that each account asks for.

    An AE who covers ``accounts_per_ae`` accounts of a tier has ``ae_hours / accounts_per_ae`` hours for
    each (D-COV-1); below ``minimum_share`` of that the account counts as abandoned. SE hours grow with
    technical complexity (D-ALL-1); where it is not known, the median of the known ones stands in.

    Parameters
    ----------
    tier : array of int, shape (accounts,)
        1, 2 or 3.
    complexity : array, shape (accounts,)
        Technical complexity in [0, 1]; NaN where unknown.
    settings : CoverageSettings

    Returns
    -------
    dict of str to array, shape (accounts,)
        ``workload_hours``, ``minimum_hours``, ``se_hours``, ``csm_hours``, hours a month.

    Examples
    --------
    >>> from kamsim.config import Scenario
    >>> settings = Scenario.load("base").coverage
    >>> levels = service_levels(np.array([1, 3]), np.array([0.5, np.nan]), settings)
    >>> levels["workload_hours"], levels["se_hours"]
    (array([16.25      ,  0.54166667]), array([2.5, 0. ]))
    """
    known = complexity[~np.isnan(complexity)]
    complexity = np.where(
        np.isnan(complexity), np.median(known) if known.size else FULL_COMPLEXITY, complexity
    )
    by_tier = {t: tier_coverage(t, settings) for t in TIER_SEGMENTS}

    def of_tier(name: str) -> NDArray[np.float64]:
        return np.array([getattr(by_tier[t], name) for t in by_tier], dtype=np.float64)[tier - 1]

    workload = settings.ae_hours / of_tier("accounts_per_ae")
    return {
        "workload_hours": workload,
        "minimum_hours": of_tier("minimum_share") * workload,
        "se_hours": of_tier("se_hours") * complexity,
        "csm_hours": of_tier("csm_hours"),
    }
