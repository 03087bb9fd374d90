"""Losses row by row, and whether one model's are smaller than another's beyond noise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

CERTAINTY = 1.645
"""A gain counts when it exceeds this many standard errors: 95 %, one-sided."""

TINIEST = 1e-12


@dataclass(frozen=True)
class Gain:
    """How much smaller a model's loss is than its baseline's, per row, with its standard error."""

    mean: float
    standard_error: float
    share: float

    @property
    def beyond_noise(self) -> bool:
        """Whether the gain exceeds what chance gives."""
        return self.mean > CERTAINTY * self.standard_error


def paired_gain(losses: Floats, baseline_losses: Floats, clusters: NDArray[Any] | None = None) -> Gain:
    """Compare losses row by row.

    Parameters
    ----------
    losses, baseline_losses : array, shape (rows,)
        Loss of model and baseline on the same rows.
    clusters : array, shape (rows,), optional
        What rows share luck with each other, such as an account at several cut-offs or a family: the standard
        error is then that of independent clusters (Liang & Zeger 1986, Biometrika 73), not of rows.

    Returns
    -------
    Gain
        `share` is the gain as a share of the baseline's mean loss.

    Examples
    --------
    >>> gain = paired_gain(np.array([1.0, 1.2, 0.9]), np.array([2.0, 2.1, 2.0]))
    >>> round(gain.mean, 2), gain.beyond_noise
    (1.0, True)
    """
    difference = baseline_losses - losses
    mean = float(difference.mean())
    around = difference - mean
    if clusters is not None:
        place = np.unique(clusters, return_inverse=True)[1]
        around = np.asarray(np.bincount(place, weights=around), dtype="float64")
    count, rows = len(around), len(difference)
    error = float(np.sqrt(np.sum(around**2) * count / (count - 1)) / rows) if count > 1 else float("inf")
    return Gain(mean, error, mean / max(float(baseline_losses.mean()), TINIEST))


def log_losses(happened: Flags, probability: Floats) -> Floats:
    """Return the log loss of each row, finite for certain predictions too."""
    p = np.clip(probability, TINIEST, 1 - TINIEST)
    return np.asarray(-np.where(happened, np.log(p), np.log1p(-p)))


def log_errors(actual: Floats, predicted: Floats) -> Floats:
    """Return the absolute error of each row on the log scale: 0.1 is about 10 %."""
    return np.asarray(np.abs(np.log(actual) - np.log(predicted)))


def pinball_losses(actual: Floats, predicted: Floats, quantile: float) -> Floats:
    """Return the pinball loss of each row, least on average at the true quantile."""
    error = actual - predicted
    return np.maximum(quantile * error, (quantile - 1) * error)
