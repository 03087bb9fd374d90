"""Predictions for rows held out: a fresh copy of the estimator learns from each fold's other rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from inspect import signature
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import clone

from kamsim.scoring.forward_folds import Fold
from kamsim.scoring.quiet import quietly

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class HeldOut:
    """What was predicted for rows held out, in order of their place in the table; all arrays alike long.

    Parameters
    ----------
    rows : array of int
        Places in the table.
    happened : array
        What happened: 0 and 1, or an amount.
    predicted : array
        Probability or amount.
    base : array
        Base rate, or e to the mean log amount, of the rows learned from.
    block : array of int
        Block of time, 0 where folds have no time.
    low, high : array
        Prediction interval; NaN where the estimator has none.
    """

    rows: NDArray[np.int64]
    happened: Floats
    predicted: Floats
    base: Floats
    block: NDArray[np.int64]
    low: Floats
    high: Floats

    def frame(self) -> pd.DataFrame:
        """Return the predictions, one row each: row, happened, predicted, base, block, low, high."""
        return pd.DataFrame({"row": self.rows, **{n: v for n, v in vars(self).items() if n != "rows"}})


def predict_held_out(
    estimator: Any,
    features: pd.DataFrame,
    target: Floats,
    folds: Sequence[Fold],
    *,
    classify: bool,
    coverage: float | None = None,
    beside: Mapping[str, NDArray[Any] | None] | None = None,
) -> HeldOut:
    """Learn from each fold's rows and predict the held-out ones.

    Parameters
    ----------
    estimator : scikit-learn classifier or regressor
        Cloned, never changed.
    features : DataFrame, shape (rows, columns)
    target : array, shape (rows,)
        0 and 1, or amounts.
    folds : sequence of Fold
        Each row is held out once at most. Folds that learn from one class only are left out.
    classify : bool
    coverage : float, optional
        Ask ``predict_interval`` for this coverage, where the estimator has it.
    beside : mapping of str to array, shape (rows,), optional
        What stands beside the rows (time, groups), handed to a ``fit`` that takes it by this name: an
        estimator that chooses between models must know which rows belong together, as it will in use.

    Returns
    -------
    HeldOut
    """
    known = {name: array for name, array in (beside or {}).items() if array is not None}
    taken = {name: known[name] for name in signature(estimator.fit).parameters if name in known}
    parts = [
        _predict_fold(estimator, features, target, fold, classify, coverage, taken)
        for fold in folds
        if not classify or np.ptp(target[fold.learned]) > 0
    ]
    if not parts:
        nothing = np.empty(0)
        whole = np.empty(0, dtype=np.int64)
        return HeldOut(whole, nothing, nothing, nothing, whole, nothing, nothing)
    rows, happened, predicted, base, block, low, high = map(np.concatenate, zip(*parts, strict=True))
    order = np.argsort(rows)
    return HeldOut(
        rows[order], happened[order], predicted[order], base[order], block[order], low[order], high[order]
    )


def _predict_fold(
    estimator: Any,
    features: pd.DataFrame,
    target: Floats,
    fold: Fold,
    classify: bool,
    coverage: float | None,
    beside: Mapping[str, NDArray[Any]],
) -> tuple[NDArray[Any], ...]:
    here = features.iloc[fold.held_out]
    learned = target[fold.learned]
    own = {name: array[fold.learned] for name, array in beside.items()}
    with quietly():
        answer = learned.astype(int) if classify else learned
        model = clone(estimator).fit(features.iloc[fold.learned], answer, **own)
    predicted = model.predict_proba(here)[:, 1] if classify else model.predict(here)
    typical = learned.mean() if classify else np.expm1(np.log1p(np.maximum(learned, 0)).mean())
    unknown = np.full(len(here), np.nan)
    low, high = unknown, unknown
    if coverage is not None and hasattr(model, "predict_interval"):
        low, high = _bounds(model.predict_interval(here, coverage=coverage), len(here))
    count = len(fold.held_out)
    return (
        fold.held_out,
        target[fold.held_out],
        np.asarray(predicted, dtype=float).reshape(count),
        np.full(count, float(typical)),
        np.full(count, fold.block, dtype=np.int64),
        low,
        high,
    )


def _bounds(interval: Any, rows: int) -> tuple[Floats, Floats]:
    """Read an interval given as a frame or an array of two columns, or as two arrays."""
    array = np.asarray(interval, dtype=float)
    if array.shape == (2, rows) and rows != 2:
        array = array.T
    return array[:, 0], array[:, 1]
