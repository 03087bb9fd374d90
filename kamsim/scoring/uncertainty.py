"""How sure a measure is: DeLong for areas under the curve, a bootstrap over groups for everything else."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm, rankdata

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

LEVEL = 0.95
DELONG, BOOTSTRAP, CLUSTERED = "delong", "bootstrap", "cluster bootstrap"


def delong_parts(happened: Floats, score: Floats) -> tuple[float, Floats, Floats]:
    """Return the area under the curve and each row's part in it, by class.

    DeLong, DeLong & Clarke-Pearson 1988, Biometrics 44; by ranks as Sun & Xu 2014, IEEE Signal Processing
    Letters 21(11).

    Returns
    -------
    tuple of float and two arrays
        The area; for each row that happened the share of the others below it; for each other row the share
        of those above it.
    """
    yes, no = score[happened == 1], score[happened == 0]
    together = rankdata(np.concatenate([yes, no]))
    of_yes = (together[: len(yes)] - rankdata(yes)) / len(no)
    of_no = 1 - (together[len(yes) :] - rankdata(no)) / len(yes)
    return float(of_yes.mean()), of_yes, of_no


def delong_error(happened: Floats, score: Floats, other: Floats | None = None) -> float:
    """Return the standard error of an area under the curve, or of its gap to that of `other` on these rows.

    Examples
    --------
    >>> happened = np.tile([0.0, 1.0], 50)
    >>> score = np.arange(100.0) + 20 * happened
    >>> 0.04 < delong_error(happened, score) < 0.07
    True
    >>> delong_error(happened, score, score)
    0.0
    """
    _, yes, no = delong_parts(happened, score)
    if other is not None:
        _, other_yes, other_no = delong_parts(happened, other)
        yes, no = yes - other_yes, no - other_no
    if len(yes) < 2 or len(no) < 2:
        return float("inf")
    return float(np.sqrt(yes.var(ddof=1) / len(yes) + no.var(ddof=1) / len(no)))


def delong_interval(happened: Floats, score: Floats, level: float = LEVEL) -> tuple[float, float]:
    """Return the bounds of an area under the curve, on the logit scale so that they stay inside 0 and 1.

    Examples
    --------
    >>> happened = np.tile([0.0, 1.0], 50)
    >>> low, high = delong_interval(happened, np.arange(100.0) + 20 * happened)
    >>> 0.5 < low < 0.66 < high < 0.8
    True
    """
    area, yes, no = delong_parts(happened, score)
    smallest = 0.5 / (len(yes) * len(no))
    area = float(np.clip(area, smallest, 1 - smallest))
    error = min(delong_error(happened, score), 1.0) / (area * (1 - area))
    centre, reach = np.log(area / (1 - area)), norm.ppf((1 + level) / 2) * error
    low, high = 1 / (1 + np.exp(-np.clip([centre - reach, centre + reach], -500, 500)))
    return float(low), float(high)


def bootstrap(
    measure: Callable[[Rows], Mapping[str, float]],
    clusters: NDArray[np.int64],
    rng: np.random.Generator,
    resamples: int,
) -> dict[str, Floats]:
    """Measure again on rows drawn anew, whole clusters at a time.

    Parameters
    ----------
    measure : callable
        From positions of rows to measures by name.
    clusters : array of int, shape (rows,)
        Which cluster each row is in, numbered from 0; one a row where rows are independent.
    rng : Generator
    resamples : int

    Returns
    -------
    dict of str to array, shape (resamples,)
        By name of the measure.

    Examples
    --------
    >>> y = np.arange(100.0)
    >>> rng = __import__("kamsim.streams", fromlist=["stream"]).stream(1, "example")
    >>> draws = bootstrap(lambda rows: {"mean": y[rows].mean()}, np.arange(100), rng, 200)
    >>> bool(2 < draws["mean"].std() < 4)
    True
    """
    order = np.argsort(clusters, kind="stable")
    sizes = np.bincount(clusters)
    starts = np.append(0, np.cumsum(sizes)[:-1])
    drawn: list[Mapping[str, float]] = []
    for _ in range(resamples):
        chosen = rng.integers(len(sizes), size=len(sizes))
        lengths = sizes[chosen]
        first = np.repeat(starts[chosen] - np.append(0, np.cumsum(lengths)[:-1]), lengths)
        drawn.append(measure(order[first + np.arange(lengths.sum())]))
    return {name: np.array([one[name] for one in drawn]) for name in drawn[0]} if drawn else {}


def percentile_interval(draws: Floats, level: float = LEVEL) -> tuple[float, float]:
    """Return the bounds that hold the middle `level` of the draws; missing where half of them are."""
    known = draws[np.isfinite(draws)]
    if 2 * len(known) <= len(draws):
        return float("nan"), float("nan")
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
