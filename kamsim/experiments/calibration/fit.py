"""The fit: simulated moments brought to those of the portfolio, with the priors as further moments.

With x the parameters on their scale, m the portfolio's moments, f(x) the surfaces, S the covariance of
m - f(x) and the priors N(x0, P), the estimate makes

    (m - f(x))' S^-1 (m - f(x)) + (x - x0)' P^-1 (x - x0)

least (McFadden 1989; Gourieroux, Monfort & Renault 1993). S holds what chance does to the portfolio and what
is left of it in the surfaces. The estimate's covariance is the sandwich of both.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import optimize

from kamsim.dynamics.state import Floats
from kamsim.experiments.calibration.surface import Surface

_SHRINK = 0.1
"""Share by which correlations of moments, told by few books, are drawn towards none."""
_OVERDISPERSED = 2.0
"""Where the bootstrap's variance is more than so many times the model's, the portfolio's own is taken."""
_STRANGE = 4.0
"""Standard errors from which on, at the best fit, a moment is one that the model cannot follow."""
_AT_THE_END = 0.98
"""Share of the half width from which on an estimate counts as at the end of its box."""


@dataclass(frozen=True, eq=False)
class Fit:
    """An estimate on the scale of the fit, and what is known of it.

    Attributes
    ----------
    x : array, shape (parameters,)
    covariance : array, shape (parameters, parameters)
    predicted : array, shape (moments,)
        Of the surfaces at the estimate.
    noise : array, shape (moments, moments)
        Covariance of the moments less those predicted.
    strengths : array
        Singular values of the slopes in units of noise and prior: above 1, data say more than the prior in
        that direction.
    at_end : array of bool, shape (parameters,)
        The estimate lies at the end of the box that was searched.
    j : float
        Over-identification statistic.
    degrees : float
        Of freedom: moments less what they determined.
    """

    x: Floats
    covariance: Floats
    predicted: Floats
    noise: Floats
    strengths: Floats
    at_end: np.ndarray
    j: float
    degrees: float


def fit_moments(
    observed: Floats,
    bootstrapped: Floats,
    surface: Surface,
    prior_mean: Floats,
    prior_sd: Floats,
    *,
    size_ratio: float = 1.0,
) -> Fit:
    """Find the parameters at which the surfaces come nearest to the portfolio.

    Parameters
    ----------
    observed : array, shape (moments,)
    bootstrapped : array, shape (moments,)
        Sampling variance by the bootstrap; NaN where it says nothing.
    surface : Surface
    prior_mean, prior_sd : array, shape (parameters,)
    size_ratio : float
        Accounts of a simulated book over those of the portfolio.

    Returns
    -------
    Fit
    """
    chance = _covariance(surface.residuals)
    own = _own_noise(chance * size_ratio, bootstrapped)
    low, high = surface.centre - surface.half_width, surface.centre + surface.half_width
    x = np.clip(prior_mean, low, high)
    for _ in range(2):  # the second time with the surfaces' error where the estimate lies
        error = np.sqrt(surface.leverage(x))
        noise = own + chance * np.outer(error, error)
        x = _nearest(observed, surface, noise, x, (low, high), prior_mean, prior_sd)
    return _conclude(observed, surface, noise, x, prior_sd)


def fit_what_fits(
    observed: Floats,
    bootstrapped: Floats,
    surface: Surface,
    prior_mean: Floats,
    prior_sd: Floats,
    size_ratio: float,
) -> tuple[Fit, list[int]]:
    """Fit, and leave out, one after the other, moments that the model cannot follow whatever the parameters.

    Else one figure that the model does not know of would bend all the others. A third of them may go,
    so never the only one.

    Returns
    -------
    Fit
    list of int
        Moments that were kept.
    """
    kept = list(range(observed.size))
    while True:
        fit = fit_moments(
            observed[kept],
            bootstrapped[kept],
            surface.take(kept),
            prior_mean,
            prior_sd,
            size_ratio=size_ratio,
        )
        away = np.abs(observed[kept] - fit.predicted) / np.sqrt(np.diag(fit.noise))
        if 3 * (len(kept) - 1) < 2 * observed.size or away.max(initial=0.0) <= _STRANGE:
            return fit, kept
        kept.pop(int(away.argmax()))


def _nearest(
    observed: Floats,
    surface: Surface,
    noise: Floats,
    start: Floats,
    box: tuple[Floats, Floats],
    prior_mean: Floats,
    prior_sd: Floats,
) -> Floats:
    """Gauss-Newton inside of the box."""
    root = np.linalg.inv(np.linalg.cholesky(noise)) if observed.size else np.zeros((0, 0))

    def away(x: Floats) -> Floats:
        return np.concatenate([root @ (observed - surface.predict(x)), (x - prior_mean) / prior_sd])

    def slopes(x: Floats) -> Floats:
        return np.concatenate([-root @ surface.jacobian(x), np.diag(1 / prior_sd)])

    inside = np.clip(start, box[0] + 1e-6, box[1] - 1e-6)
    return np.asarray(optimize.least_squares(away, inside, slopes, bounds=box).x)


def _conclude(observed: Floats, surface: Surface, noise: Floats, x: Floats, prior_sd: Floats) -> Fit:
    slopes, predicted = surface.jacobian(x), surface.predict(x)
    weights = np.linalg.inv(noise)
    known = slopes.T @ weights @ slopes
    prior = np.diag(prior_sd**-2)
    inverse = np.linalg.inv(known + prior)
    gap = observed - predicted
    scaled = np.linalg.inv(np.linalg.cholesky(noise)) @ slopes * prior_sd
    return Fit(
        x=x,
        covariance=inverse @ (known + prior) @ inverse,
        predicted=predicted,
        noise=noise,
        strengths=np.asarray(np.linalg.svd(scaled, compute_uv=False), float),
        at_end=np.abs(x - surface.centre) > _AT_THE_END * surface.half_width,
        j=float(gap @ weights @ gap),
        degrees=float(observed.size - np.trace(inverse @ known)),
    )


def _covariance(residuals: Floats) -> Floats:
    """Covariance of the residuals; correlations, of books that show both, shrunk until it can be inverted."""
    known = ~np.isnan(residuals)
    filled = np.where(known, residuals, 0.0)
    both = np.maximum(known.T.astype(float) @ known, 1.0)
    covariance = filled.T @ filled / both
    sd = np.sqrt(np.maximum(np.diag(covariance), 1e-12))
    correlation = (1 - _SHRINK) * covariance / np.outer(sd, sd)
    np.fill_diagonal(correlation, 1.0)
    values, vectors = np.linalg.eigh(correlation)
    positive = (vectors * np.maximum(values, 1e-3)) @ vectors.T
    return np.asarray(positive * np.outer(sd, sd))


def _own_noise(model: Floats, bootstrapped: Floats) -> Floats:
    """Covariance of the portfolio's moments: the model's, widened where the portfolio is far noisier."""
    ratio = bootstrapped / np.diag(model)
    wider = np.sqrt(np.where(ratio > _OVERDISPERSED, ratio, 1.0))
    return np.asarray(model * np.outer(wider, wider))
