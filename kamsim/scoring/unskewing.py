"""The power that makes a skewed column most like a normal one, found without SciPy's checks at every step."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import fminbound
from sklearn.preprocessing import PowerTransformer

Floats = NDArray[np.float64]

FAR_BEYOND = 20.0
"""Times the largest value of a column that its power must still transform without overflow."""

TOLERANCE = 1.48e-8


class Unskewing(PowerTransformer):  # type: ignore[misc]
    """scikit-learn's `PowerTransformer` with a faster search for the power of Yeo and Johnson (2000).

    SciPy checks and broadcasts its input at each of some 18 steps a column, which takes most of the time that
    churn scores take. Here the same search runs over the same likelihood in plain NumPy. The name of
    scikit-learn's step is private: under a version that calls it otherwise, scores are the same and slower.

    Examples
    --------
    >>> skewed = np.exp(np.linspace(0.0, 5.0, 50))[:, None]
    >>> fast, slow = Unskewing().fit(skewed), PowerTransformer().fit(skewed)
    >>> bool(np.allclose(fast.lambdas_, slow.lambdas_, rtol=1e-6))
    True
    """

    def _yeo_johnson_optimize(self, x: Floats) -> float:
        return best_power(x[~np.isnan(x)])


def best_power(x: Floats) -> float:
    """Return the power under which the transform of Yeo and Johnson (2000) makes `x` most likely normal.

    Parameters
    ----------
    x : array, shape (n,)
        Finite values.

    Returns
    -------
    float
        Between the powers that neither overflow nor underflow; 1 where all values are 0.

    Examples
    --------
    >>> round(best_power(np.exp(np.linspace(0.0, 5.0, 50))), 1)
    -0.1
    """
    if not x.any():
        return 1.0
    upper, lower = np.log1p(x[x >= 0]), np.log1p(-x[x < 0])
    slope = float(upper.sum() - lower.sum())

    def unlikelihood(power: float) -> float:
        values = np.concatenate([_raised(upper, power), -_raised(lower, 2 - power)])
        variance = float(values.var())
        if variance < np.finfo(float).tiny:
            return np.inf  # all values on one spot: no transform at all
        return 0.5 * len(x) * float(np.log(variance)) - (power - 1) * slope

    return float(fminbound(unlikelihood, *_bounds(x), xtol=TOLERANCE))


def _raised(logs: Floats, power: float) -> Floats:
    """Return ``((1 + x) ** power - 1) / power`` of ``logs = log(1 + x)``; `logs` where the power is 0."""
    if abs(power) < np.finfo(float).eps:
        return logs
    return np.asarray(np.expm1(power * logs) / power)


def _bounds(x: Floats) -> tuple[float, float]:
    """Return the powers between which values far beyond those of `x` keep half of a float's exponents."""
    limits = np.finfo(float)
    margin, farthest = np.log(limits.eps), np.log1p(FAR_BEYOND * np.abs(x).max())
    low = (np.log(limits.tiny) - margin) / 2 / farthest
    high = (np.log(limits.max) + margin) / 2 / farthest
    if (x < 0).all():
        return 2 - high, 2 - low
    if (x < 0).any():
        return max(2 - high, low), min(2 - low, high)
    return low, high
