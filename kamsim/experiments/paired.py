"""Paired differences between policies that met the same luck."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from kamsim.dynamics.state import Counts, Floats


@dataclass(frozen=True)
class Interval:
    """A mean with the ends of its confidence interval."""

    mean: float
    low: float
    high: float


def paired_interval(policy: Floats, baseline: Floats, cluster: Counts, confidence: float) -> Interval:
    """Mean paired difference with Student's interval over independent clusters.

    Where the truth is known every replication is a cluster of its own. Where it is not, replications of one
    draw of the latent state share that draw: their mean counts once, so that the interval holds the doubt
    about the accounts as well as the luck of the months.

    Parameters
    ----------
    policy, baseline : array of float, shape (lanes,)
        The same lanes, so the same luck.
    cluster : array of int, shape (lanes,)
    confidence : float
        Such as 0.95.

    Returns
    -------
    Interval

    Examples
    --------
    >>> interval = paired_interval(np.array([2.0, 4.0, 6.0]), np.array([1.0, 2.0, 3.0]), np.arange(3), 0.95)
    >>> interval.mean, round(interval.low, 2), round(interval.high, 2)
    (2.0, -0.48, 4.48)
    """
    _, position = np.unique(cluster, return_inverse=True)
    means = np.bincount(position, weights=policy - baseline) / np.bincount(position)
    centre = float(means.mean())
    if means.size < 2 or not np.any(means != means[0]):
        # All equal: no doubt left. One cluster alone: nothing is known of the doubt.
        half = 0.0 if means.size >= 2 else float("inf")
    else:
        error = means.std(ddof=1) / np.sqrt(means.size)
        half = float(stats.t.ppf(0.5 + confidence / 2, means.size - 1) * error)
    return Interval(centre, centre - half, centre + half)
