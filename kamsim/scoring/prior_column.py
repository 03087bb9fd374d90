"""A prior known for each row: a column of the table that no model reads as a feature."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamsim.errors import FeatureError

Floats = NDArray[np.float64]

PRIOR = "prior"
"""Name of that column in the tables that `score_accounts` hands to the estimators."""


def take_prior(X: Any, prior: float | str | None) -> tuple[Any, Floats | None]:
    """Part the features from the column that holds the prior, where `prior` names one.

    Parameters
    ----------
    X : DataFrame or array
    prior : float or str, optional
        A number that holds for every row, or the name of the column that holds one a row.

    Returns
    -------
    tuple of table and array, shape (rows,)
        `X` as it came and None where `prior` names no column.

    Raises
    ------
    FeatureError
        When the column is absent, or does not hold a number in every row.

    Examples
    --------
    >>> X, prior = take_prior(pd.DataFrame({"size": [1, 2], "usual": [0.1, 0.3]}), "usual")
    >>> list(X), prior
    (['size'], array([0.1, 0.3]))
    """
    if not isinstance(prior, str):
        return X, None
    if not isinstance(X, pd.DataFrame) or prior not in X:
        raise FeatureError(f"column {prior!r}, which is to hold the prior of each row, is missing")
    values = pd.to_numeric(X[prior], errors="coerce").to_numpy("float64", na_value=np.nan)
    if not np.isfinite(values).all():
        unknown = int((~np.isfinite(values)).sum())
        raise FeatureError(f"column {prior!r} must hold a number in every row: {unknown} row(s) have none")
    return X.drop(columns=prior), np.asarray(values)
