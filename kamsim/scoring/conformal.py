"""Intervals from held-out errors whose coverage rests on no model being right.

CV+ (Barber, Candès, Ramdas & Tibshirani 2021, "Predictive inference with the jackknife+", Annals of
Statistics 49(1)): what each fold's model says of a new row, plus each error that this model made on the
rows held out from it, are equally likely values. With one fold this is split-conformal prediction (Lei,
G'Sell, Rinaldo, Tibshirani & Wasserman 2018, JASA 113). Split-conformal intervals cover at least as often
as asked when rows are exchangeable; CV+ does so in practice, and provably misses at most about twice as
often as asked. With too few errors for a coverage the interval has no end, which is the truth.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

Floats = NDArray[np.float64]

CELLS_AT_ONCE = 5_000_000
"""Values sorted at a time: 40 MB."""

FEWEST_TO_SCALE = 200
"""With fewer errors than this, their size is taken to be the same at every level."""

WIDEST_SCALE = 2.0
"""Errors at one level count as at most twice, and at least half, those at the mean level."""


@dataclass(frozen=True)
class Scale:
    """How large errors are at a predicted level: a bounded line, 1 on average (Lei et al. 2018, 5.2)."""

    level: float = 0.0
    slope: float = 0.0

    def at(self, predicted: Floats) -> Floats:
        """Return the size of errors by row, as a multiple of the average."""
        line = 1 + self.slope * (predicted - self.level)
        return np.clip(line, 1 / WIDEST_SCALE, WIDEST_SCALE)


def learn_scale(predicted: Floats, errors: Floats) -> Scale:
    """Learn how the size of held-out errors changes with the level predicted.

    Examples
    --------
    >>> predicted = np.linspace(0, 1, 400)
    >>> errors = (1 + predicted) * np.resize([-1, 1], 400)
    >>> learn_scale(predicted, errors).at(np.array([0.0, 1.0])).round(2)
    array([0.67, 1.33])
    """
    sizes, spread = np.abs(errors), predicted.var()
    if len(errors) < FEWEST_TO_SCALE or spread <= 0 or sizes.mean() <= 0:
        return Scale()
    slope = np.mean((predicted - predicted.mean()) * sizes) / spread / sizes.mean()
    return Scale(float(predicted.mean()), float(slope))


def normal_errors(log_sd: float, count: int) -> Floats:
    """Lay out `count` errors of a lognormal spread."""
    return np.asarray(log_sd * ndtri((np.arange(count) + 0.5) / count))


def conformal_interval(
    centres: Floats, errors: Sequence[Floats], coverage: float, scales: Floats | float = 1.0
) -> Floats:
    """Return bounds that leave out (1 - `coverage`) / 2 on each side.

    Parameters
    ----------
    centres : array, shape (rows, folds)
        What each fold's model says of each row.
    errors : sequence of array
        By fold, actual less predicted on the rows held out from it.
    coverage : float
        Between 0 and 1.
    scales : array, shape (rows,), or float
        What the errors are multiplied by in each row.

    Returns
    -------
    array, shape (rows, 2)
        Infinite where the errors are too few: two-sided 90 % wants 19 of them.

    Examples
    --------
    >>> conformal_interval(np.array([[100.0]]), [np.arange(-9.5, 10.0)], 0.8)
    array([[ 91.5, 108.5]])
    >>> conformal_interval(np.array([[100.0]]), [np.arange(-9.5, 10.0)], 0.95)
    array([[-inf,  inf]])
    """
    count = sum(len(fold) for fold in errors)
    tail = (1 - coverage) / 2
    low = int(np.floor((count + 1) * tail + 1e-9))
    high = count + 1 - low
    bounds = np.empty((len(centres), 2))
    bounds[:] = -np.inf, np.inf
    if low < 1 or high < low:
        return bounds
    for rows, values in _values(centres, errors, np.broadcast_to(scales, len(centres)), count):
        ordered = np.partition(values, (low - 1, high - 1), axis=1)
        bounds[rows] = ordered[:, [low - 1, high - 1]]
    return bounds


def probability_above(
    centres: Floats, errors: Sequence[Floats], bound: float, scales: Floats | float = 1.0
) -> Floats:
    """Return the probability that the value exceeds a bound, shape (rows,); parameters as above.

    The share of values above it, half a value being put on either side of them all: never 0 nor 1.

    Examples
    --------
    >>> probability_above(np.array([[0.0], [10.0]]), [np.arange(-4.0, 5.0)], 2.0)
    array([0.25, 0.95])
    """
    above = np.zeros(len(centres))
    for centre, fold in zip(centres.T, errors, strict=True):
        above += len(fold) - np.searchsorted(np.sort(fold), (bound - centre) / scales, side="right")
    return (above + 0.5) / (sum(len(fold) for fold in errors) + 1)


def _values(
    centres: Floats, errors: Sequence[Floats], scales: Floats, count: int
) -> Iterator[tuple[slice, Floats]]:
    """Yield the equally likely values of a few rows at a time."""
    step = max(1, CELLS_AT_ONCE // max(count, 1))
    for start in range(0, len(centres), step):
        rows = slice(start, start + step)
        widths = scales[rows, None]
        yield rows, np.hstack([centres[rows, k, None] + widths * fold for k, fold in enumerate(errors)])
