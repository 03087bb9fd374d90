"""Amounts as the estimators are given them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.utils.validation import column_or_1d

from kamsim.errors import FeatureError

Floats = NDArray[np.float64]


def read_amounts(values: Any, name: str) -> Floats:
    """Return amounts as numbers, shape (rows,).

    Parameters
    ----------
    values : array-like, shape (rows,)
    name : str
        What they are called in an error; a target "y" alone may be missing or below 0 here.

    Raises
    ------
    FeatureError
        When they are no numbers, or are infinite.

    Examples
    --------
    >>> read_amounts([1, None], "y")
    array([ 1., nan])
    """
    values = column_or_1d(values, warn=True)
    try:
        amounts = pd.Series(values).astype("Float64").to_numpy("float64", na_value=np.nan)
    except (TypeError, ValueError) as error:
        raise FeatureError(f"Unknown label type: {name} must hold numbers ({error})") from error
    if np.isinf(amounts).any():
        raise FeatureError(f"{name} holds infinity (inf) in {np.isinf(amounts).sum()} row(s)")
    if name != "y" and not (amounts >= 0).all():
        raise FeatureError(f"{name} must be 0 or above and known for every row")
    return np.asarray(amounts)
