"""Numbers by their rank among those learned from, of however few rows."""

from __future__ import annotations

import warnings
from typing import Any, Self

from sklearn.preprocessing import QuantileTransformer


class Ranks(QuantileTransformer):  # type: ignore[misc]
    """scikit-learn's `QuantileTransformer`, content with fewer rows than quantiles.

    It then takes as many quantiles as there are rows and warns of it; folds of a comparison are often that
    small, and nobody has to do anything about it.

    Examples
    --------
    >>> import numpy as np
    >>> Ranks(n_quantiles=10, subsample=None).fit_transform(np.array([[1.0], [10.0], [100.0]])).ravel()
    array([0. , 0.5, 1. ])
    """

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn the quantiles of each column."""
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "n_quantiles", UserWarning)
            super().fit(X, y)
        return self
