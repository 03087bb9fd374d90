"""Response surfaces: each moment as a quadratic function of the parameters that can move it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from kamsim.dynamics.state import Floats
from kamsim.experiments.calibration.moments import Moment
from kamsim.experiments.calibration.parameters import FreeParameter

_PLAIN, _CURVED = 2.0, 3.0
"""Standard errors that a slope, and a curved term, must show to be kept: what chance makes up would else pass
for knowledge of the parameters."""


@dataclass(frozen=True, eq=False)
class Surface:
    """Quadratic surfaces of all moments over a box.

    Attributes
    ----------
    centre, half_width : array, shape (parameters,)
        The box; a point is seen as (x - centre) / half_width.
    terms : tuple of array
        For each moment its pairs of factors, shape (terms, 2); -1 stands for 1.
    coefficients : tuple of array
    spread : tuple of array
        Covariance of the coefficients in units of the residual variance.
    residuals : array, shape (books, moments)
        What chance left around the surfaces, scaled up for the terms that were fitted; NaN where nothing was
        seen.
    """

    centre: Floats
    half_width: Floats
    terms: tuple[np.ndarray, ...]
    coefficients: tuple[Floats, ...]
    spread: tuple[Floats, ...]
    residuals: Floats

    def take(self, rows: Sequence[int]) -> Surface:
        """Keep the surfaces of some moments."""
        parts = ([bag[i] for i in rows] for bag in (self.terms, self.coefficients, self.spread))
        terms, coefficients, spread = (tuple(part) for part in parts)
        return replace(
            self,
            terms=terms,
            coefficients=coefficients,
            spread=spread,
            residuals=self.residuals[:, list(rows)],
        )

    def predict(self, x: Floats) -> Floats:
        """Expected moments at a point, shape (moments,)."""
        u = (x - self.centre) / self.half_width
        return np.array(
            [_factors(u[None], t)[0] @ c for t, c in zip(self.terms, self.coefficients, strict=True)]
        )

    def jacobian(self, x: Floats) -> Floats:
        """Slopes of the moments at a point, shape (moments, parameters)."""
        u = (x - self.centre) / self.half_width
        slopes = np.zeros((len(self.terms), u.size))
        padded = np.append(u, 1.0)
        for row, (terms, own) in enumerate(zip(self.terms, self.coefficients, strict=True)):
            first, second = terms.T
            np.add.at(slopes[row], first[first >= 0], (own * padded[second])[first >= 0])
            np.add.at(slopes[row], second[second >= 0], (own * padded[first])[second >= 0])
        return slopes / self.half_width

    def leverage(self, x: Floats) -> Floats:
        """How much of a book's chance is left in the prediction at a point, shape (moments,)."""
        u = (x - self.centre) / self.half_width
        rows = [_factors(u[None], t)[0] for t in self.terms]
        return np.array([row @ spread @ row for row, spread in zip(rows, self.spread, strict=True)])


def fit_surface(
    points: Floats,
    seen: Floats,
    centre: Floats,
    half_width: Floats,
    parameters: Sequence[FreeParameter],
    moments: Sequence[Moment],
    told: np.ndarray,
) -> Surface:
    """Fit a surface to each moment by least squares.

    A moment of one segment may bend with the parameters of that segment and those of all, products included;
    one of all accounts with every parameter, squares but no products. Only terms that stand out of chance are
    kept.

    Parameters
    ----------
    points : array, shape (books, parameters)
    seen : array, shape (books, moments)
    centre, half_width : array, shape (parameters,)
    parameters, moments : sequence
    told : array of bool, shape (parameters,)
        The others are given no terms: what they do is part of the chance around the surfaces.

    Returns
    -------
    Surface
    """
    u = (points - centre) / half_width
    every: list[list[Any]] = [[], [], []]
    residuals = np.full(seen.shape, np.nan)
    for column, moment in enumerate(moments):
        there = ~np.isnan(seen[:, column])
        y, all_terms = seen[there, column], _terms(moment, parameters, told)
        terms = _standing_out(u[there], y, all_terms)
        own = _factors(u[there], terms)
        inverse = np.linalg.pinv(own.T @ own)
        coefficients = inverse @ own.T @ y
        residuals[there, column] = (y - own @ coefficients) * np.sqrt(len(y) / max(1, len(y) - len(terms)))
        for bag, item in zip(every, (terms, coefficients, inverse), strict=True):
            bag.append(item)
    return Surface(centre, half_width, tuple(every[0]), tuple(every[1]), tuple(every[2]), residuals)


def _standing_out(u: Floats, y: Floats, terms: np.ndarray) -> np.ndarray:
    """Keep the constant, and of the other terms those that are more than chance beside all others."""
    own = _factors(u, terms)
    inverse = np.linalg.pinv(own.T @ own)
    coefficients = inverse @ own.T @ y
    left = y - own @ coefficients
    variance = (left @ left) / max(1, len(y) - len(terms)) * np.diag(inverse)
    needed = np.where((terms >= 0).all(axis=1), _CURVED, _PLAIN)
    keep = np.abs(coefficients) >= needed * np.sqrt(np.maximum(variance, 1e-300))
    keep[0] = True
    return np.asarray(terms[keep])


def _terms(moment: Moment, parameters: Sequence[FreeParameter], told: np.ndarray) -> np.ndarray:
    """Pairs of factors of a moment's terms: 1, each, squares, and products where they are few enough."""
    moved = [
        i
        for i, p in enumerate(parameters)
        if told[i] and (not moment.segment or p.segment in ("", moment.segment))
    ]
    pairs = [(-1, -1), *((i, -1) for i in moved), *((i, i) for i in moved)]
    if moment.segment:
        pairs += [(i, j) for k, i in enumerate(moved) for j in moved[k + 1 :]]
    return np.array(pairs)


def _factors(u: Floats, terms: np.ndarray) -> Floats:
    padded = np.column_stack([u, np.ones(len(u))])
    return np.asarray(padded[:, terms[:, 0]] * padded[:, terms[:, 1]])
