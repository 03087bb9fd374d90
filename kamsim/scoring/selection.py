"""Which of several models: compared on rows they did not see, the simplest within one standard error.

The rule is that of Breiman et al. (1984), "Classification and Regression Trees", section 3.4.3; the
standard error is that of the difference to the best, row by row, since all models are tried on the same
rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.model_selection import KFold, StratifiedGroupKFold, StratifiedKFold
from threadpoolctl import ThreadpoolController

from kamsim.scoring.candidates import Candidate

Floats = NDArray[np.float64]
Rows = NDArray[np.intp]
Splits = list[tuple[Rows, Rows]]

FOLDS = 5
FORWARD_FOLDS = 4

ROWS_FOR_ONE_THREAD = 5_000
"""On so few rows threads wait for each other longer than they work, above all on a busy machine."""


@dataclass(frozen=True)
class Choice:
    """The candidate that was chosen, and what it said of rows that it had not seen.

    Parameters
    ----------
    candidate : Candidate
    held_out : array, shape (rows,)
        Its predictions; missing for rows that no split held out.
    models : list
        One fitted model a split.
    comparison : DataFrame
        By candidate, simplest first: mean loss, its excess over the best and that excess' standard error.
    """

    candidate: Candidate
    held_out: Floats
    models: list[Any]
    comparison: pd.DataFrame


def choose(
    candidates: Sequence[Candidate],
    X: Floats,
    y: NDArray[Any],
    splits: Splits,
    *,
    predict: Callable[[Any, Floats], Floats],
    loss: Callable[[NDArray[Any], Floats], Floats],
) -> Choice:
    """Fit every candidate on every split and choose by the one-standard-error rule.

    Parameters
    ----------
    candidates : sequence of Candidate
        Simplest first.
    X : array, shape (rows, columns)
    y : array, shape (rows,)
    splits : list of (array, array)
        Rows to learn from and rows held out; no row is held out twice.
    predict : callable
        Of a fitted model and rows, the predictions.
    loss : callable
        Of targets and predictions, the loss of each row.

    Returns
    -------
    Choice

    Examples
    --------
    >>> from sklearn.dummy import DummyRegressor
    >>> from sklearn.linear_model import LinearRegression
    >>> X = np.arange(20.0)[:, None]
    >>> candidates = [Candidate("mean", DummyRegressor), Candidate("line", LinearRegression)]
    >>> choose(candidates, X, 2 * X[:, 0], shuffled_splits(20), predict=lambda m, X: m.predict(X),
    ...     loss=lambda y, p: (y - p) ** 2).candidate.name
    'line'
    """
    seen = np.concatenate([test for _, test in splits])
    held_out, models, losses = [], [], []
    for candidate in candidates:
        with threads_for(len(y)):
            fitted = [candidate.make().fit(X[train], y[train]) for train, _ in splits]
            said = np.full(len(y), np.nan)
            for model, (_, test) in zip(fitted, splits, strict=True):
                said[test] = predict(model, X[test])
        held_out.append(said)
        models.append(fitted)
        losses.append(loss(y[seen], said[seen]))
    means = np.array([row.mean() for row in losses])
    excess = [row - losses[int(means.argmin())] for row in losses]
    errors = np.array([row.std(ddof=1) / np.sqrt(len(row)) if len(row) > 1 else 0.0 for row in excess])
    comparison = pd.DataFrame(
        {"loss": means, "excess": means - means.min(), "standard_error": errors},
        index=pd.Index([c.name for c in candidates], name="candidate"),
    )
    chosen = int(np.argmax(comparison["excess"].to_numpy() <= errors))
    return Choice(candidates[chosen], held_out[chosen], models[chosen], comparison)


def threads_for(rows: int) -> Any:
    """Make a context in which many rows grow trees on all threads, and all else is done by one.

    Linear algebra on tables this narrow is not worth a second thread, and costs many times its work where the
    cores are busy.
    """
    trees = None if rows > ROWS_FOR_ONE_THREAD else 1
    return _thread_pools().limit(limits={"openmp": trees, "blas": 1})


@cache
def _thread_pools() -> ThreadpoolController:
    """Find the libraries that make threads, once: the search takes milliseconds."""
    return ThreadpoolController()


def content_order(X: Floats, y: NDArray[Any], seed: int) -> Rows:
    """Shuffle rows by what they hold, so that the order in which they came does not matter.

    Examples
    --------
    >>> X, y = np.arange(8.0)[:, None], np.arange(8)
    >>> order = content_order(X, y, 1)
    >>> bool((X[order] == X[::-1][content_order(X[::-1], y[::-1], 1)]).all())
    True
    """
    mixed = np.full(len(X), np.uint64(seed % 2**63))
    for column in (*X.T, pd.factorize(y, sort=True)[0]):
        column_hash = pd.util.hash_array(np.asarray(column, dtype="float64") + 0.0)
        mixed = mixed * np.uint64(0x100000001B3) ^ column_hash
    return np.argsort(pd.util.hash_array(mixed), kind="stable")


def shuffled_splits(rows: int) -> Splits:
    """Split rows, already in random order, into folds held out in turn."""
    return list(KFold(min(FOLDS, rows)).split(np.empty(rows)))


def stratified_splits(y: NDArray[Any], groups: NDArray[Any] | None) -> Splits:
    """Split rows, already in random order, with the classes even and groups on one side."""
    fewest = int(np.unique(y, return_counts=True)[1].min())
    if groups is None:
        return list(StratifiedKFold(min(FOLDS, fewest)).split(y, y))
    count = min(FOLDS, fewest, len(np.unique(groups)))
    splits = StratifiedGroupKFold(count).split(y, y, groups) if count > 1 else ()
    return [(train, test) for train, test in splits if len(test)]  # few large groups may leave a fold empty


def forward_splits(months: Floats, gap: int) -> Splits:
    """Learn from the past and hold out what follows, step by step (forward chaining).

    Parameters
    ----------
    months : array, shape (rows,)
        When each row's features were taken, in months.
    gap : int
        Months between the last row learned from and the first held out: the length of the label's
        window, or the labels learned from would tell of the time held out.

    Returns
    -------
    list of (array, array)
        Empty where time is too short.

    Examples
    --------
    >>> [(len(train), len(test)) for train, test in forward_splits(np.arange(24.0), 12)]
    [(1, 3), (4, 3), (7, 3), (10, 3)]
    """
    times = np.unique(months)
    starts = times[times - gap >= times[0]]
    splits = []
    for block in np.array_split(starts, min(FORWARD_FOLDS, len(starts))) if len(starts) else []:
        train = np.flatnonzero(months <= block[0] - gap)
        splits.append((train, np.flatnonzero((months >= block[0]) & (months <= block[-1]))))
    return splits
