"""Intervals of means that keep their word on skewed output, by Student's t and Hall's transformation.

Student's interval is too short on the side of the long tail. Hall's transformation removes most of the
skewness and mends that side, but trusts the sample's skewness where it is chance. The interval here takes
the farther end of the two on each side; docs/statistics.md holds the comparison with the bootstraps it was
chosen from.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from kamsim.dynamics.state import Counts, Floats

_NO_SKEWNESS = 1e-9
_FEWEST_FOR_SKEWNESS = 3
_PER_SQUARED_SKEWNESS = 25.0


@dataclass(frozen=True)
class Interval:
    """A mean with the ends of its confidence interval."""

    mean: float
    low: float
    high: float

    @property
    def half_width(self) -> float:
        """Distance from the mean to the farther end."""
        return max(self.high - self.mean, self.mean - self.low)


@dataclass(frozen=True, eq=False)
class Intervals:
    """Means of many columns with their ends, and what each rests on; arrays shaped (columns,)."""

    mean: Floats
    low: Floats
    high: Floats
    count: Counts


def mean_interval(values: Floats, confidence: float) -> Interval:
    """Mean of independent values with its interval; see `mean_intervals`.

    Parameters
    ----------
    values : array of float, shape (values,)
    confidence : float
        Such as 0.95.

    Returns
    -------
    Interval
        Without an end where there is one value only; NaN where there is none.

    Examples
    --------
    >>> interval = mean_interval(np.array([1.0, 1.0, 2.0, 8.0]), 0.95)
    >>> interval.mean, round(interval.low, 1), round(interval.high, 1)
    (3.0, -2.4, 15.3)
    """
    made = mean_intervals(np.asarray(values, float)[:, None], confidence)
    return Interval(float(made.mean[0]), float(made.low[0]), float(made.high[0]))


def mean_intervals(values: Floats, confidence: float) -> Intervals:
    """Means of the columns of a table with their intervals.

    Parameters
    ----------
    values : array of float, shape (values, columns)
        Rows are independent and of one distribution; NaN stands for a value that is missing.
    confidence : float
        Such as 0.95, for each column by itself.

    Returns
    -------
    Intervals
        No width where all values of a column are equal; no ends where there is one value; NaN where none.

    Notes
    -----
    With T Student's statistic, g the skewness (unbiased under normality) and a = g / sqrt(n), Hall (1992,
    J. R. Statist. Soc. B 54) transforms T to W = T + a T**2 / 3 + a**2 T**3 / 27 + a / 6, which is free of
    skewness to the first order and increasing, and reads W by the quantiles of T.

    Examples
    --------
    >>> made = mean_intervals(np.array([[1.0, 5.0], [3.0, 5.0], [2.0, np.nan]]), 0.9)
    >>> made.mean.tolist(), made.count.tolist()
    ([2.0, 5.0], [3, 2])
    >>> made.low.round(2).tolist(), made.high.round(2).tolist()
    ([0.31, 5.0], [3.69, 5.0])
    """
    known = ~np.isnan(values)
    count = known.sum(axis=0)
    one_or_more = np.maximum(count, 1)
    mean = np.where(known, values, 0.0).sum(axis=0) / one_or_more
    off = np.where(known, values - mean, 0.0)
    spread = (off * off).sum(axis=0)
    # All values equal leave rounding behind, which is no spread.
    largest = np.abs(np.where(known, values, 0.0)).max(axis=0, initial=0.0)
    spread = np.where(spread > count * (4 * np.finfo(float).eps * largest) ** 2, spread, 0.0)
    error = np.sqrt(spread / np.maximum(count - 1, 1) / one_or_more)
    student = stats.t.ppf(0.5 + confidence / 2, np.maximum(count - 1, 1))
    bend = _skewness(off, spread, count) / np.sqrt(one_or_more)
    low = mean - np.maximum(student, _untransformed(student, bend)) * error
    high = mean + np.maximum(student, -_untransformed(-student, bend)) * error
    alone, empty = count == 1, count == 0
    low, high = np.where(alone, -np.inf, low), np.where(alone, np.inf, high)
    mean, low, high = (np.where(empty, np.nan, ends) for ends in (mean, low, high))
    return Intervals(mean, low, high, count)


def cluster_means(values: Floats, cluster: Counts) -> Floats:
    """Average the lanes of each cluster, which count as one witness together.

    Where the truth is known every replication is a cluster of its own. Where it is not, replications of one
    draw of the latent state share that draw: their mean counts once, so that an interval over clusters
    holds the doubt about the accounts as well as the luck of the months.

    Parameters
    ----------
    values : array of float, shape (lanes, columns)
        NaN stands for a value that is missing; a cluster's mean is over those it has.
    cluster : array of int, shape (lanes,)

    Returns
    -------
    array of float, shape (clusters, columns)
        In the order of the clusters' numbers.

    Examples
    --------
    >>> cluster_means(np.array([[1.0], [3.0], [7.0]]), np.array([4, 4, 9])).tolist()
    [[2.0], [7.0]]
    """
    numbers, position = np.unique(cluster, return_inverse=True)
    known = ~np.isnan(values)
    sums, counts = np.zeros((numbers.size, values.shape[1])), np.zeros((numbers.size, values.shape[1]))
    np.add.at(sums, position, np.where(known, values, 0.0))
    np.add.at(counts, position, known)
    means: Floats = np.divide(sums, counts, out=np.full(sums.shape, np.nan), where=counts > 0)
    return means


def replications_for_skewness(values: Floats) -> int:
    """Say how many values their skewness asks for before a rule may stop: 25 G**2 (Cochran 1977).

    A skewed sample that lies off by chance also shows too small a spread; a rule that stops on a small
    spread would favour such samples.

    Parameters
    ----------
    values : array of float, shape (values, columns)
        Without missing ones.

    Returns
    -------
    int
        By the most skewed column.

    Examples
    --------
    >>> replications_for_skewness(np.array([[0.0], [0.0], [0.0], [1.0]]))
    100
    """
    off = values - values.mean(axis=0)
    count = np.full(values.shape[1], len(values))
    skewness = _skewness(off, (off**2).sum(axis=0), count)
    return int(np.ceil(_PER_SQUARED_SKEWNESS * float((skewness**2).max(initial=0.0))))


def _skewness(off: Floats, spread: Floats, count: Counts) -> Floats:
    """Skewness of each column, unbiased under normality; 0 where too few values tell of it."""
    n = np.maximum(count, _FEWEST_FOR_SKEWNESS)
    second = np.where(spread > 0, spread / n, 1.0)
    raw = (off * off * off).sum(axis=0) / n / second**1.5
    told = (spread > 0) & (count >= _FEWEST_FOR_SKEWNESS)
    skewness: Floats = np.where(told, raw * np.sqrt(n * (n - 1.0)) / (n - 2), 0.0)
    return skewness


def _untransformed(quantile: Floats, bend: Floats) -> Floats:
    """Find the T that Hall's transformation takes to `quantile`."""
    bent = np.abs(bend) > _NO_SKEWNESS
    a = np.where(bent, bend, 1.0)
    back: Floats = np.where(bent, 3 / a * (np.cbrt(1 + a * (quantile - a / 6)) - 1), quantile)
    return back
