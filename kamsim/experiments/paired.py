"""Paired differences between policies that met the same luck."""

from __future__ import annotations

from kamsim.dynamics.state import Counts, Floats
from kamsim.experiments.intervals import Interval as Interval
from kamsim.experiments.intervals import cluster_means, mean_interval


def paired_interval(policy: Floats, baseline: Floats, cluster: Counts, confidence: float) -> Interval:
    """Mean paired difference with its interval over independent clusters (`intervals`).

    Parameters
    ----------
    policy, baseline : array of float, shape (lanes,)
        The same lanes, so the same luck.
    cluster : array of int, shape (lanes,)
        Lanes that share a draw of the latent state share a number.
    confidence : float
        Such as 0.95.

    Returns
    -------
    Interval

    Examples
    --------
    >>> import numpy as np
    >>> interval = paired_interval(np.array([2.0, 4.0, 6.0]), np.array([1.0, 2.0, 3.0]), np.arange(3), 0.95)
    >>> interval.mean, round(interval.low, 2), round(interval.high, 2)
    (2.0, -0.48, 4.48)
    """
    means = cluster_means((policy - baseline)[:, None], cluster)[:, 0]
    return mean_interval(means, confidence)
