"""Drift: churn that was lower or higher in the years before the cut-off than it is now."""

from __future__ import annotations

import numpy as np

from kamsim.dynamics.state import Floats


def earlier_propensity(propensity: Floats, drift: float, years: float) -> Floats:
    """Give the churn propensity that accounts had some years before the cut-off.

    The hazard grew by `drift` a year, so it was 1/(1 + drift)^years of what it is. The model itself knows no
    drift: what plays the past sets the propensity year by year and ends with the present one.

    Parameters
    ----------
    propensity : array
        Yearly probability at the cut-off.
    drift : float
        `portfolio.drift`; with 0 the propensity is handed on, bit for bit.
    years : float
        Before the cut-off.

    Returns
    -------
    array, same shape

    Examples
    --------
    >>> earlier_propensity(np.array([0.2]), 0.1, 2.0).round(3)
    array([0.168])
    """
    if drift == 0:
        return propensity
    hazard = -np.log1p(-propensity) / (1 + drift) ** years
    return np.asarray(-np.expm1(-hazard))
