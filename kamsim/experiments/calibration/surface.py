"""Response surfaces: each moment as a quadratic function of the parameters that can move it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kamsim.dynamics.state import Floats
from kamsim.experiments.calibration.moments import Moment
from kamsim.experiments.calibration.parameters import FreeParameter

_RIDGE = 1e-3
"""Pull of the curved terms towards none, in books: it keeps a term that the design hardly shows from running off."""


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

    def predict(self, x: Floats) -> Floats:
        """Expected moments at a point, shape (moments,)."""
        u = (x - self.centre) / self.half_width
        return np.array([_factors(u[None], t)[0] @ c for t, c in zip(self.terms, self.coefficients, strict=True)])

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
) -> Surface:
    """Fit a surface to each moment by least squares.

    A moment of one segment bends with the parameters of that segment and those of all, products included;
    one of all accounts with every parameter, squares but no products.

    Parameters
    ----------
    points : array, shape (books, parameters)
    seen : array, shape (books, moments)
    centre, half_width : array, shape (parameters,)
    parameters, moments : sequence

    Returns
    -------
    Surface
    """
    u = (points - centre) / half_width
    every: list[list[object]] = [[], [], []]
    residuals = np.full(seen.shape, np.nan)
    for column, moment in enumerate(moments):
        terms = _terms(moment, parameters)
        there = ~np.isnan(seen[:, column])
        own, y = _factors(u[there], terms), seen[there, column]
        curved = (terms >= 0).all(axis=1).astype(float)
        inverse = np.linalg.pinv(own.T @ own + _RIDGE * len(y) * np.diag(curved))
        coefficients = inverse @ own.T @ y
        free = max(1.0, len(y) - float(np.trace(inverse @ own.T @ own)))
        residuals[there, column] = (y - own @ coefficients) * np.sqrt(len(y) / free)
        for bag, item in zip(every, (terms, coefficients, inverse), strict=True):
            bag.append(item)
    return Surface(centre, half_width, *map(tuple, every), residuals)  # type: ignore[arg-type]


def _terms(moment: Moment, parameters: Sequence[FreeParameter]) -> np.ndarray:
    """Pairs of factors of a moment's terms: 1, each, squares, and products where they are few enough."""
    moved = [
        i for i, p in enumerate(parameters) if not moment.segment or p.segment in ("", moment.segment)
    ]
    pairs = [(-1, -1), *((i, -1) for i in moved), *((i, i) for i in moved)]
    if moment.segment:
        pairs += [(i, j) for k, i in enumerate(moved) for j in moved[k + 1 :]]
    return np.array(pairs)


def _factors(u: Floats, terms: np.ndarray) -> Floats:
    padded = np.column_stack([u, np.ones(len(u))])
    return np.asarray(padded[:, terms[:, 0]] * padded[:, terms[:, 1]])
