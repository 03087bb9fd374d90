"""What `assess` is given, checked and put in one order, so that the order of rows does not matter."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kamsim.errors import ConfigError, FeatureError, FeatureWarning, SmallSampleWarning, unknown_name
from kamsim.scoring.preparation import looks_like_id

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

FEW_ROWS = 50
"""On fewer rows an assessment says little, and warns."""


@dataclass(frozen=True)
class AssessedTable:
    """Rows in order of their index.

    Parameters
    ----------
    features : DataFrame, shape (rows, columns)
    target : array, shape (rows,)
        0 and 1, or amounts.
    time : Series, optional
        Dates or numbers.
    groups : array of int, optional
    past_spend : array, optional
    rfm : array, optional
    tier : array of str, optional
    position : array
        Place of each row in the table as given.
    """

    features: pd.DataFrame
    target: Floats
    time: pd.Series | None
    groups: Rows | None
    past_spend: Floats | None
    rfm: Floats | None
    tier: NDArray[np.str_] | None
    position: Floats


def read_assessed(
    X: Any, y: Any, *, classify: bool, time: Any, groups: Any, past_spend: Any, rfm: Any, tier: Any
) -> AssessedTable:
    """Check features and target and lay them out.

    Raises
    ------
    FeatureError
        If lengths differ, a column occurs twice or holds infinities, the target is missing somewhere, has one
        value only or more than two classes, or target, time or a baseline holds what it cannot.
    ConfigError
        If a baseline is named that is no column.

    Warns
    -----
    FeatureWarning
        For a column that is all missing or that differs from row to row as an id does.
    SmallSampleWarning
        Below 50 rows.
    """
    if not isinstance(X, pd.DataFrame) or X.empty:
        raise FeatureError(f"X must be a DataFrame with rows and columns, not {type(X).__name__}")
    if not X.columns.is_unique:
        raise FeatureError(f"column {X.columns[X.columns.duplicated()][0]!r} occurs more than once")
    order = np.arange(len(X))
    if X.index.is_unique:
        order = np.argsort(X.index.to_numpy(), kind="stable") if _sortable(X.index) else order
    features = X.iloc[order]
    _check_columns(features)
    given = {"time": time, "groups": groups, "tier": tier}
    given["past_spend"] = _column(X, past_spend, "past_spend")
    given["rfm"] = _column(X, rfm, "rfm")
    laid = {name: None if v is None else _aligned(v, X, order, name) for name, v in given.items()}
    if len(X) < FEW_ROWS:
        warnings.warn(f"{len(X)} rows are few to assess a model on", SmallSampleWarning, stacklevel=3)
    times, kin = laid["time"], laid["groups"]
    spend, rank, tiers = laid["past_spend"], laid["rfm"], laid["tier"]
    return AssessedTable(
        features=features,
        target=_target(_aligned(y, X, order, "y"), classify),
        time=None if times is None else _time(times),
        groups=None if kin is None else _codes(kin),
        past_spend=None if spend is None else _ranking(spend, "past_spend", 0.0),
        rfm=None if rank is None else _ranking(rank, "rfm"),
        tier=None if tiers is None else tiers.astype("str").to_numpy(dtype=np.str_),
        position=order.astype(float),
    )


def _column(X: pd.DataFrame, given: Any, name: str) -> Any:
    """Take a column of `X` where its name was given."""
    if not isinstance(given, str):
        return given
    if given not in X.columns:
        raise ConfigError(unknown_name(f"{name} column", given, map(str, X.columns)))
    return X[given]


def _ranking(given: pd.Series, name: str, missing: float | None = None) -> Floats:
    """Read a baseline's scores; what is missing ranks below all others, or counts as `missing`."""
    try:
        numbers = given.to_numpy("float64", na_value=np.nan, copy=True)
    except (TypeError, ValueError) as error:
        raise FeatureError(f"{name} must hold numbers ({error})") from error
    if np.isinf(numbers).any():
        raise FeatureError(f"{name} holds infinities")
    known = ~np.isnan(numbers)
    if not known.any():
        raise FeatureError(f"{name} is missing in every row")
    numbers[~known] = numbers[known].min() - 1 if missing is None else missing
    return np.asarray(numbers)


def _sortable(index: pd.Index) -> bool:
    return pd.api.types.infer_dtype(index) in ("integer", "string", "floating", "datetime64")


def _aligned(given: Any, X: pd.DataFrame, order: Rows, name: str) -> pd.Series:
    if isinstance(given, pd.DataFrame):
        given = given.iloc[:, 0]
    if len(given) != len(X):
        raise FeatureError(f"{name} has {len(given)} values for {len(X)} rows of X")
    if not isinstance(given, pd.Series):
        given = pd.Series(np.asarray(given))
    elif not given.index.equals(X.index) and X.index.is_unique and set(given.index) == set(X.index):
        given = given.reindex(X.index)
    aligned: pd.Series = given.iloc[order].reset_index(drop=True)
    return aligned


def _target(target: pd.Series, classify: bool) -> Floats:
    if target.isna().any():
        raise FeatureError(f"y is missing in {int(target.isna().sum())} rows")
    values = target.unique()
    if len(values) < 2:
        raise FeatureError(f"y is {values[0]!r} in every row: nothing can be learned or measured")
    if not classify:
        try:
            amounts = np.asarray(target, dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise FeatureError(f"y must hold amounts for a regressor ({error})") from error
        if not np.isfinite(amounts).all():
            raise FeatureError("y holds infinities")
        return amounts
    if len(values) > 2:
        raise FeatureError(f"y has {len(values)} classes: only two can be assessed")
    return np.asarray(target == max(values), dtype=np.float64)


def _time(time: pd.Series) -> pd.Series:
    if time.isna().any():
        raise FeatureError(f"time is missing in {int(time.isna().sum())} rows")
    if isinstance(time.dtype, pd.PeriodDtype):
        time = time.dt.to_timestamp()
    numeric = pd.api.types.is_numeric_dtype(time)
    try:
        moments: pd.Series = time.astype(float) if numeric else pd.to_datetime(time)
    except (TypeError, ValueError) as error:
        raise FeatureError(f"time must hold dates or numbers ({error})") from error
    return moments


def _codes(groups: pd.Series) -> Rows:
    """Number the groups; a row without a group is a group of its own."""
    codes = pd.factorize(groups)[0].astype(np.int64)
    alone = codes < 0
    codes[alone] = codes.max() + 1 + np.arange(alone.sum())
    return np.unique(codes, return_inverse=True)[1].astype(np.int64)


def _check_columns(features: pd.DataFrame) -> None:
    for name in features.columns:
        column = features[name]
        if column.isna().all():
            warnings.warn(f"column {name!r} is missing in every row", FeatureWarning, stacklevel=4)
        elif pd.api.types.is_float_dtype(column):
            if np.isinf(column.to_numpy(float, na_value=np.nan)).any():
                raise FeatureError(f"column {name!r} holds infinities")
        elif looks_like_id(column):
            warnings.warn(
                f"column {name!r} differs from row to row like an id: it is no feature",
                FeatureWarning,
                stacklevel=4,
            )
