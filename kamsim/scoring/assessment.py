"""How good scores are: measures as pure functions, each beside its baseline.

Churn is measured forward in time, on a cut-off whose label window begins after every training window
has ended. Potential has no time (a survey is one moment), so it is measured on folds held out in turn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import spearmanr
from sklearn.metrics import roc_auc_score

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


def paired_gain(losses: Floats, baseline_losses: Floats) -> Gain:
    """Compare losses row by row.

    Parameters
    ----------
    losses, baseline_losses : array, shape (rows,)
        Loss of model and baseline on the same rows.

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
    rows = len(difference)
    error = float(difference.std(ddof=1) / np.sqrt(rows)) if rows > 1 else float("inf")
    mean = float(difference.mean())
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


def auc(happened: Flags, probability: Floats) -> float:
    """Return the area under the ROC curve; missing where only one class is there."""
    if happened.all() or not happened.any():
        return float("nan")
    return float(roc_auc_score(happened, probability))


def brier(happened: Flags, probability: Floats) -> float:
    """Return the mean squared error of a probability."""
    return float(np.mean((probability - happened) ** 2))


def rank_correlation(actual: Floats, predicted: Floats) -> float:
    """Return Spearman's rank correlation; missing where one side is constant."""
    if np.ptp(actual) == 0 or np.ptp(predicted) == 0:
        return float("nan")
    return float(spearmanr(actual, predicted).statistic)


def value_captured(actual: Floats, predicted: Floats, share: float = 0.2) -> float:
    """Return the value in the top `share` by prediction over that in the true top `share` (D-CON-1).

    Examples
    --------
    >>> value_captured(np.array([8.0, 1.0, 1.0, 4.0, 1.0]), np.array([1.0, 2.0, 3.0, 9.0, 2.0]))
    0.5
    """
    top = max(1, round(share * len(actual)))
    chosen = np.argsort(-predicted, kind="stable")[:top]
    return float(actual[chosen].sum() / np.sort(actual)[-top:].sum())


def assess_churn(left: Flags, probability: Floats, base_rate: Floats) -> pd.DataFrame:
    """Measure churn probabilities of held-out customers beside the base rate of their segment.

    Parameters
    ----------
    left : array of bool, shape (rows,)
        Who left.
    probability, base_rate : array, shape (rows,)
        What the model and the baseline said.

    Returns
    -------
    DataFrame
        ASSESSMENT: AUC, Brier score, log loss and bias (mean prediction less the share that left).
    """
    pairs = {
        "auc": (auc(left, probability), auc(left, base_rate)),
        "brier": (brier(left, probability), brier(left, base_rate)),
        "log_loss": (
            float(log_losses(left, probability).mean()),
            float(log_losses(left, base_rate).mean()),
        ),
        "bias": (float(probability.mean() - left.mean()), float(base_rate.mean() - left.mean())),
    }
    return as_assessment("churn", pairs, len(left))


def assess_potential(actual: Floats, predicted: Floats, baseline: Floats, coverage: float) -> pd.DataFrame:
    """Measure potential of held-out accounts beside past revenue scaled up.

    Parameters
    ----------
    actual, predicted, baseline : array, shape (rows,)
        EUR over the horizon.
    coverage : float
        Share of held-out accounts inside their interval.

    Returns
    -------
    DataFrame
        ASSESSMENT: mean absolute log error, rank correlation, value captured in the top 20 %, bias in
        total (predicted sum over actual sum, less 1) and interval coverage (no baseline has one).
    """
    pairs = {
        "log_error": (
            float(log_errors(actual, predicted).mean()),
            float(log_errors(actual, baseline).mean()),
        ),
        "rank_correlation": (rank_correlation(actual, predicted), rank_correlation(actual, baseline)),
        "value_captured_top_20": (value_captured(actual, predicted), value_captured(actual, baseline)),
        "bias": (
            float(predicted.sum() / actual.sum() - 1),
            float(baseline.sum() / actual.sum() - 1),
        ),
        "interval_coverage": (coverage, float("nan")),
    }
    return as_assessment("potential", pairs, len(actual))


def assess_frontier(spend: Floats, frontier: Floats, plain: Floats, quantile: float) -> pd.DataFrame:
    """Measure a quantile of log spend on held-out customers beside one quantile for all.

    Returns
    -------
    DataFrame
        ASSESSMENT: pinball loss and the share of customers above (1 - `quantile` if it is right).
    """
    pairs = {
        "pinball_loss": (
            float(pinball_losses(spend, frontier, quantile).mean()),
            float(pinball_losses(spend, plain, quantile).mean()),
        ),
        "share_above": (float(np.mean(spend > frontier)), float(np.mean(spend > plain))),
    }
    return as_assessment("potential", pairs, len(spend))


def as_assessment(model: str, pairs: dict[str, tuple[float, float]], rows: int) -> pd.DataFrame:
    """Lay measures of one model and its baseline out as ASSESSMENT rows."""
    return pd.DataFrame(
        {
            "model": model,
            "measure": list(pairs),
            "value": [value for value, _ in pairs.values()],
            "baseline": [baseline for _, baseline in pairs.values()],
            "rows": rows,
        }
    )


def share_error(happened: NDArray[np.bool_], groups: NDArray[Any]) -> float:
    """Return the standard error of the share that happened, rows of one group counting together.

    The ratio estimator over groups (Cochran 1977, Sampling Techniques, 6.4).

    Parameters
    ----------
    happened : array of bool, shape (rows,)
    groups : array, shape (rows,)
        Such as accounts that are seen at several cut-offs.

    Returns
    -------
    float
        Infinite for less than two groups.

    Examples
    --------
    >>> left = np.arange(400) % 4 == 0
    >>> account = np.arange(400)
    >>> seen_thrice = share_error(np.tile(left, 3), np.tile(account, 3))
    >>> round(share_error(left, account), 4), round(seen_thrice, 4)
    (0.0217, 0.0217)
    """
    place = np.unique(groups, return_inverse=True)[1]
    count = int(place.max(initial=-1)) + 1
    if count < 2:
        return float("inf")
    apart = np.bincount(place, weights=happened - happened.mean(), minlength=count)
    return float(np.sqrt((apart**2).sum() * count / (count - 1)) / len(happened))
