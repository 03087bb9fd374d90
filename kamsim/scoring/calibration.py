"""Probabilities that mean what they say: fitted on predictions for rows that the model had not seen.

With many rows of both classes any rising step function (isotonic regression; Zadrozny & Elkan 2002);
with fewer a line on the log-odds (Platt 1999) whose slope is drawn to 1, so that a few dozen rows cannot
turn a model round.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq, minimize
from scipy.special import expit, logit
from sklearn.isotonic import IsotonicRegression

Floats = NDArray[np.float64]

ISOTONIC_FROM = 5000
"""Rows of the rarer class from which steps are taken instead of a line.

Measured on generated books against the truth: with 1,000 leavers, steps cost a tenth of the skill that a line
has, with 3,000 to 4,400 still three per cent (docs/evidence/scores.md).
"""

SLOPE_SD = 0.5
"""Prior spread of the line's slope around 1."""

TINIEST = 1e-6


@dataclass(frozen=True)
class Calibration:
    """A rising map from a model's probability to a calibrated one."""

    method: Literal["sigmoid", "isotonic"]
    intercept: float = 0.0
    slope: float = 1.0
    steps: IsotonicRegression | None = None

    def apply(self, probability: Floats) -> Floats:
        """Map probabilities, shape (rows,)."""
        if self.steps is not None:
            return np.asarray(self.steps.predict(probability))
        return np.asarray(expit(self.intercept + self.slope * log_odds(probability)))

    def centred(self, probability: Floats, rate: float) -> Calibration:
        """Return the line moved so that the mean of these probabilities, mapped, is `rate`.

        The line is fitted on predictions of models that learned from fewer rows than the one it serves;
        what they got wrong on average, that one need not.
        """
        if self.steps is not None or not 0 < rate < 1:
            return self
        scores = self.slope * log_odds(probability)

        def excess(intercept: float) -> float:
            return float(expit(intercept + scores).mean() - rate)

        middle = float(logit(rate))
        low, high = middle - scores.max(), middle - scores.min()
        moved = float(brentq(excess, low - 1, high + 1))
        return replace(self, intercept=moved)


def calibrate(probability: Floats, happened: NDArray[np.bool_], *, stretch: bool = True) -> Calibration:
    """Fit a calibration on held-out predictions.

    Parameters
    ----------
    probability : array, shape (rows,)
        Predictions for rows that the model had not seen.
    happened : array of bool, shape (rows,)
    stretch : bool, default True
        Whether a line may draw timid predictions apart (a slope above 1).

    Returns
    -------
    Calibration

    Examples
    --------
    >>> timid = np.repeat([0.4, 0.6], 400)
    >>> happened = np.tile([False] * 9 + [True], 40).tolist() + np.tile([True] * 9 + [False], 40).tolist()
    >>> calibrate(timid, np.array(happened)).apply(np.array([0.4, 0.6])).round(1)
    array([0.1, 0.9])
    """
    rows = len(happened)
    if min(happened.sum(), rows - happened.sum()) >= ISOTONIC_FROM:
        edge = 1 / (rows + 2)
        steps = IsotonicRegression(y_min=edge, y_max=1 - edge, out_of_bounds="clip")
        return Calibration("isotonic", steps=steps.fit(probability, happened.astype("float64")))
    intercept, slope = _fit_line(log_odds(probability), happened, None if stretch else 1.0)
    return Calibration("sigmoid", intercept, slope)


def _fit_line(z: Floats, happened: NDArray[np.bool_], steepest: float | None) -> tuple[float, float]:
    """Maximise the penalised likelihood; the slope stays between 0 and `steepest`, where there is one."""

    def objective(line: Floats) -> tuple[float, Floats]:
        scores = line[0] + line[1] * z
        residual = expit(scores) - happened
        pull = (line[1] - 1) / SLOPE_SD**2
        value = np.logaddexp(0, scores).sum() - scores[happened].sum() + pull * (line[1] - 1) / 2
        return float(value), np.array([residual.sum(), residual @ z + pull])

    start = np.array([0.0, 1.0])
    found = minimize(objective, start, jac=True, method="L-BFGS-B", bounds=[(None, None), (0, steepest)])
    return float(found.x[0]), float(found.x[1])


def log_odds(probability: Floats) -> Floats:
    """Return log-odds; probabilities nearer than one in a million to 0 or 1 count as that near."""
    return np.asarray(logit(np.clip(probability, TINIEST, 1 - TINIEST)))
