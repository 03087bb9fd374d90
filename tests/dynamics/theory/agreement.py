"""What "agrees with theory" means here: inside the 99 % interval of the mean, which is at most 1 % wide."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

CONFIDENCE = 0.99
WIDEST = 0.01


def interval(samples: ArrayLike) -> tuple[float, float]:
    """Mean and half-width of its Student interval; the samples must be independent of each other."""
    samples = np.asarray(samples, dtype=float)
    width = stats.t.ppf((1 + CONFIDENCE) / 2, samples.size - 1) * samples.std(ddof=1) / np.sqrt(samples.size)
    return float(samples.mean()), float(width)


def check_agreement(samples: ArrayLike, theory: float, what: str, scale: float | None = None) -> None:
    """Fail unless theory lies inside the interval and the half-width is at most 1 % of `scale`.

    `scale` is theory itself unless told: a value near zero is measured against what it is a difference of.
    """
    mean, width = interval(samples)
    bound = WIDEST * abs(theory if scale is None else scale)
    assert width <= bound, (
        f"{what}: half-width {width:.4g} is above {bound:.4g}; more replications are needed"
    )
    assert abs(mean - theory) <= width, f"{what}: {mean:.6g} ± {width:.2g} misses {theory:.6g}"
