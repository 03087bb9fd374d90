"""Exact effects of columns on boosted trees, against typical accounts.

Interventional Shapley values of a tree for one account and one typical account: at a split where the two go
different ways, the column sides with the one or the other, and both are followed; each leaf then counts for
the columns that had to side (Lundberg et al. 2020, "From local explanations to global understanding with
explainable AI for trees", Nature Machine Intelligence 2, the algorithm for independent features).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import lgamma
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kamsim.scoring.tree_kernel import follow

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]

ROWS_AT_ONCE = 2_000
"""Rows whose way through every node is held at a time."""


def tree_effects(model: Any, table: Floats, starts: Floats) -> Floats:
    """Return what each column adds to a boosted model's raw prediction, averaged over typical rows.

    Parameters
    ----------
    model : HistGradientBoostingClassifier or HistGradientBoostingRegressor
        Fitted; of two classes if a classifier.
    table : array, shape (rows, columns)
    starts : array, shape (typical rows, columns)

    Returns
    -------
    array, shape (rows, columns)
        In the units of the raw prediction (log-odds for a classifier). A row's effects add up to its raw
        prediction less the mean of the typical rows'.

    Examples
    --------
    >>> from sklearn.ensemble import HistGradientBoostingRegressor
    >>> X = np.stack([np.arange(200.0) % 10, np.arange(200.0) % 7], axis=1)
    >>> model = HistGradientBoostingRegressor(max_iter=5).fit(X, X[:, 0])
    >>> effects = tree_effects(model, X, X[:10])
    >>> bool(np.allclose(effects.sum(axis=1), model.predict(X) - model.predict(X[:10]).mean()))
    True
    """
    forest = _lay_out(model)
    by_start = _ways(model, forest, starts)
    weights = _weights(forest.most_splits)
    effects = np.zeros(table.shape)
    for first in range(0, len(table), ROWS_AT_ONCE):
        some = slice(first, first + ROWS_AT_ONCE)
        ways = _ways(model, forest, table[some])
        inner = np.zeros((len(ways), table.shape[1]))
        follow(
            ways,
            by_start,
            forest.roots,
            forest.left,
            forest.right,
            forest.column,
            forest.value,
            weights,
            forest.most_splits,
            inner,
        )
        effects[some][:, forest.order] = inner / len(starts)
    return effects


@dataclass(frozen=True)
class _Forest:
    """All nodes of all trees in one table; leaves have column -1."""

    roots: Whole
    left: Whole
    right: Whole
    column: Whole
    value: Floats
    most_splits: int
    order: NDArray[np.intp]
    """Column of the table by column of the trees: scikit-learn puts categories first."""


def _lay_out(model: Any) -> _Forest:
    trees = [step[0].nodes for step in model._predictors]
    sizes = np.array([len(nodes) for nodes in trees])
    roots = np.concatenate([[0], np.cumsum(sizes)])[:-1].astype(np.int64)
    nodes = np.concatenate(trees)
    base = np.repeat(roots, sizes)
    inner = nodes["is_leaf"] == 0
    mask = model.is_categorical_
    columns = np.arange(model._n_features)
    return _Forest(
        roots=roots,
        left=nodes["left"].astype(np.int64) + base,
        right=nodes["right"].astype(np.int64) + base,
        column=np.where(inner, nodes["feature_idx"], -1).astype(np.int64),
        value=nodes["value"].astype("float64"),
        most_splits=int(max(sizes)) // 2 + 1,
        order=columns if mask is None else np.concatenate([columns[mask], columns[~mask]]),
    )


def _ways(model: Any, forest: _Forest, table: Floats) -> Flags:
    """Tell for every row and node whether the row goes left there, shape (rows, nodes)."""
    read = model._preprocess_X(table, reset=False)
    ways = np.zeros((len(read), len(forest.column)), dtype=bool)
    for root, (tree,) in zip(forest.roots, model._predictors, strict=True):
        nodes = tree.nodes
        inner = np.flatnonzero(nodes["is_leaf"] == 0)
        splits = nodes[inner]
        values = read[:, splits["feature_idx"]]
        left = values <= splits["num_threshold"]
        unknown = np.isnan(values)
        for place in np.flatnonzero(splits["is_categorical"]):
            known = model._bin_mapper.bin_thresholds_[splits["feature_idx"][place]]
            unknown[:, place] |= ~np.isin(values[:, place], known)
            left[:, place] = _in_set(tree.raw_left_cat_bitsets[splits["bitset_idx"][place]], values[:, place])
        ways[:, root + inner] = np.where(unknown, splits["missing_go_to_left"] != 0, left)
    return ways


def _in_set(words: NDArray[np.uint32], categories: Floats) -> Flags:
    codes = np.nan_to_num(categories, nan=0.0).astype(np.int64)
    return np.asarray((words[codes // 32] >> (codes % 32).astype(np.uint32)) & 1 == 1)


def _weights(most: int) -> Floats:
    """Return a! b! / (a + b + 1)!: the share of orders in which a column turns the leaf.

    With `a` other columns that must side with the account and `b` that must side with the typical one.
    """
    sides = range(most + 1)
    return np.array(
        [[np.exp(lgamma(a + 1) + lgamma(b + 1) - lgamma(a + b + 2)) for b in sides] for a in sides]
    )
