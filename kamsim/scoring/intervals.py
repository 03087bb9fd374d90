"""Prediction intervals from held-out errors (split-conformal), on the log scale.

Errors of accounts that the model did not see stand for the error of the next account. The quantile's
level is raised by (n + 1) / n, which makes coverage hold for any distribution of errors as long as
accounts are exchangeable (Vovk, Gammerman & Shafer 2005, "Algorithmic Learning in a Random World").
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from sklearn.model_selection import BaseCrossValidator

Floats = NDArray[np.float64]

GRID = (np.arange(99) + 0.5) / 99
"""Levels at which a known distribution is laid out."""


def conformal_bounds(errors: Floats, coverage: float, accounts: int | None = None) -> tuple[float, float]:
    """Return the lower and upper error that together leave out 1 - `coverage`, half on each side.

    Parameters
    ----------
    errors : array, shape (n,)
        Held-out errors, actual less predicted.
    coverage : float
        Between 0 and 1.
    accounts : int, optional
        Number of accounts that the errors rest on, where they are fewer than n.

    Returns
    -------
    tuple of float
        The extremes of `errors` where the accounts are too few for the coverage.

    Examples
    --------
    >>> conformal_bounds(np.arange(-10.0, 11.0), 0.8)
    (-9.0, 9.0)
    """
    ordered = np.sort(errors)
    rows = accounts or len(ordered)
    level = min(1.0, np.ceil((rows + 1) * (1 + coverage) / 2 - 1e-9) / rows)
    upper = int(np.ceil(level * len(ordered) - 1e-9))
    return float(ordered[len(ordered) - upper]), float(ordered[upper - 1])


def combine(errors: Floats, others: Floats) -> Floats:
    """Return all sums of one error with one of another, independent source."""
    return np.add.outer(errors, others).ravel()


def attainable_errors(alpha: float, beta: float) -> Floats:
    """Lay out the log error made by taking the mean of the Beta-distributed attainable share."""
    return np.asarray(np.log(stats.beta.ppf(GRID, alpha, beta)) - np.log(alpha / (alpha + beta)))


def normal_errors(log_sd: float, count: int) -> Floats:
    """Lay out `count` errors of a lognormal spread."""
    return np.asarray(log_sd * stats.norm.ppf((np.arange(count) + 0.5) / count))


def coverage_across_folds(errors: Floats, folds: BaseCrossValidator, coverage: float) -> float:
    """Measure coverage: each fold's errors against bounds from the other folds.

    Parameters
    ----------
    errors : array, shape (n,)
        Held-out errors.
    folds : cross-validator
        The folds that they were held out in.
    coverage : float
        What the bounds aim at.

    Returns
    -------
    float
        Share of errors inside.
    """
    inside = np.zeros(len(errors), dtype=bool)
    for others, here in folds.split(errors):
        low, high = conformal_bounds(errors[others], coverage)
        inside[here] = (errors[here] >= low) & (errors[here] <= high)
    return float(inside.mean())
