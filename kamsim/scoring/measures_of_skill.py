"""What a prediction is worth: measures as pure functions of what happened and what was predicted.

Ties never depend on the order of rows: rows that a score cannot tell apart share what they hold.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

Floats = NDArray[np.float64]

TINIEST = 1e-12
BINS = 10
DECILES = 10
TOP_SHARE = 0.2
"""The share of accounts that holds most of the revenue (D-CON-1)."""

NEWTON_STEPS = 25


def area_under_curve(happened: Floats, score: Floats) -> float:
    """Return the area under the ROC curve by mean ranks; missing where only one class is there.

    Parameters
    ----------
    happened : array of 0 and 1, shape (rows,)
    score : array, shape (rows,)
        Higher says likelier.

    Returns
    -------
    float

    Examples
    --------
    >>> area_under_curve(np.array([0.0, 0.0, 1.0, 1.0]), np.array([0.1, 0.4, 0.4, 0.8]))
    0.875
    """
    positives = float(happened.sum())
    negatives = len(happened) - positives
    if positives == 0 or negatives == 0:
        return float("nan")
    rank_sum = float(rankdata(score)[happened == 1].sum())
    return (rank_sum - positives * (positives + 1) / 2) / (positives * negatives)


def brier_score(happened: Floats, probability: Floats) -> float:
    """Return the mean squared error of a probability."""
    return float(np.mean((probability - happened) ** 2))


def log_loss(happened: Floats, probability: Floats) -> float:
    """Return the mean log loss, finite for certain predictions too."""
    p = np.clip(probability, TINIEST, 1 - TINIEST)
    return float(-np.mean(happened * np.log(p) + (1 - happened) * np.log1p(-p)))


def bias_in_points(happened: Floats, probability: Floats) -> float:
    """Return calibration in the large: mean prediction less the share that happened, in points of 100."""
    return float(100 * (probability.mean() - happened.mean()))


def calibration_slope(happened: Floats, probability: Floats) -> float:
    """Return the slope of what happened on the log odds that were predicted: 1 is right, less is overfitted.

    Logistic regression with an intercept (Cox 1958, Biometrika 45), by Newton's method. Missing where the
    prediction is constant or separates the classes.

    Examples
    --------
    >>> p = np.repeat([0.2, 0.8], 10)
    >>> happened = np.tile([1.0] * 2 + [0.0] * 8, 2)
    >>> happened[10:] = 1 - happened[10:]
    >>> round(calibration_slope(happened, p), 6)
    1.0
    """
    p = np.clip(probability, 1e-6, 1 - 1e-6)
    odds = np.log(p / (1 - p))
    if np.ptp(odds) < TINIEST or np.ptp(happened) == 0:
        return float("nan")
    design = np.column_stack([np.ones(len(odds)), odds])
    beta = np.array([0.0, 1.0])
    for _ in range(NEWTON_STEPS):
        fitted = 1 / (1 + np.exp(-np.clip(design @ beta, -30, 30)))
        hessian = (design * (fitted * (1 - fitted))[:, None]).T @ design
        if np.linalg.cond(hessian) > 1e12:
            return float("nan")
        step = np.linalg.solve(hessian, design.T @ (happened - fitted))
        beta = beta + step
        if np.abs(step).max() < 1e-8:
            return float(beta[1])
    return float("nan")


def expected_calibration_error(happened: Floats, probability: Floats, bins: int = BINS) -> float:
    """Return the mean gap between prediction and share that happened, over bins of equal size.

    Chance alone makes it positive: about ``sqrt(2 p (1 - p) bins / (pi rows))`` for a perfect prediction.
    """
    place = equal_bins(probability, bins)
    gaps = np.bincount(place, weights=probability - happened, minlength=bins)
    return float(np.abs(gaps).sum() / len(happened))


def lift_by_decile(happened: Floats, score: Floats) -> Floats:
    """Return, for each tenth of rows from the highest score down, how often it happened against all rows.

    Returns
    -------
    array, shape (10,)
        Missing for a tenth that ties left empty.

    Examples
    --------
    >>> lift = lift_by_decile(np.array([1.0] * 5 + [0.0] * 15), np.arange(20.0)[::-1])
    >>> lift[:4].tolist()
    [4.0, 4.0, 2.0, 0.0]
    """
    place = equal_bins(-score, DECILES)
    counts = np.bincount(place, minlength=DECILES).astype(float)
    hits = np.bincount(place, weights=happened, minlength=DECILES)
    rate = np.full(DECILES, np.nan)
    np.divide(hits, counts, out=rate, where=counts > 0)
    mean = float(happened.mean())
    return rate / mean if mean > 0 else np.full(DECILES, np.nan)


def equal_bins(score: Floats, bins: int) -> NDArray[np.int64]:
    """Place rows in bins of equal size by mean rank, ties together."""
    share = (rankdata(score) - 0.5) / len(score)
    return np.asarray(np.minimum(share * bins, bins - 1), dtype=np.int64)


def captured_by_top(value: Floats, score: Floats, share: float = TOP_SHARE) -> float:
    """Return the value held by the top `share` by score over that of the best possible choice.

    Rows tied at the edge count in part, so that their order does not matter.

    Examples
    --------
    >>> captured_by_top(np.array([8.0, 1.0, 1.0, 4.0, 1.0]), np.array([1.0, 2.0, 3.0, 9.0, 2.0]))
    0.5
    """
    top = max(1, round(share * len(value)))
    edge = np.partition(score, len(score) - top)[len(score) - top]
    above, tied = score > edge, score == edge
    part = (top - above.sum()) / tied.sum()
    best = float(np.sort(value)[-top:].sum())
    return float((value[above].sum() + part * value[tied].sum()) / best) if best > 0 else float("nan")


def log_r_squared(actual: Floats, predicted: Floats, base: Floats) -> float:
    """Return R² of log(1 + amount) against what the baseline says of each row: above 0 is better than it."""
    logs, guessed, plain = (np.log1p(np.maximum(x, 0)) for x in (actual, predicted, base))
    spread = float(np.sum((logs - plain) ** 2))
    return 1 - float(np.sum((logs - guessed) ** 2)) / spread if spread > 0 else float("nan")


def log_error(actual: Floats, predicted: Floats) -> float:
    """Return the mean absolute error of log(1 + amount): 0.1 is about 10 %."""
    logs, guessed = np.log1p(np.maximum(actual, 0)), np.log1p(np.maximum(predicted, 0))
    return float(np.abs(logs - guessed).mean())


def rank_agreement(actual: Floats, predicted: Floats) -> float:
    """Return Spearman's rank correlation; missing where one side is constant."""
    if np.ptp(actual) == 0 or np.ptp(predicted) == 0:
        return float("nan")
    return float(np.corrcoef(rankdata(actual), rankdata(predicted))[0, 1])
