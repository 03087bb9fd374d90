"""Node tables of boosted trees, checked before they are walked.

scikit-learn follows the places that a tree's nodes name without looking whether they are in the table. In a
tree that was grown they are; in one that was read from a file they may not be.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.ensemble._hist_gradient_boosting.common import (
    PREDICTOR_RECORD_DTYPE,
    X_BITSET_INNER_DTYPE,
)

BITSET_WORDS = 8
"""32-bit words that hold one bit for each of 256 categories."""


def check_trees(estimator: Any) -> None:
    """Check every tree of an estimator's boosted models.

    Parameters
    ----------
    estimator : ChurnClassifier, ChurnHazard or PotentialRegressor

    Raises
    ------
    ValueError
        When a node names a column, a node or a set of categories that is not there, or leads back.
    """
    for model in _boosted(estimator):
        _check_categories(model)
        is_categorical = np.asarray(model._bin_mapper.is_categorical_, dtype=bool)
        for step in model._predictors:
            for tree in step:
                _check_tree(tree, is_categorical)


def _boosted(estimator: Any) -> Iterator[Any]:
    kinds = HistGradientBoostingClassifier | HistGradientBoostingRegressor
    models = [getattr(estimator, "model_", None), *getattr(estimator, "fold_models_", [])]
    yield from (model for model in models if isinstance(model, kinds))


def _check_tree(tree: Any, is_categorical: NDArray[np.bool_]) -> None:
    columns, nodes = len(is_categorical), tree.nodes
    sets = tree.raw_left_cat_bitsets
    if nodes.dtype != PREDICTOR_RECORD_DTYPE or nodes.ndim != 1 or not len(nodes):
        raise ValueError("a tree of the file holds no table of nodes")
    if sets.dtype != X_BITSET_INNER_DTYPE or sets.ndim != 2 or (len(sets) and sets.shape[1] != BITSET_WORDS):
        raise ValueError("a tree of the file holds misshapen sets of categories")
    place = np.arange(len(nodes))
    inner = nodes["is_leaf"] == 0
    for side in ("left", "right"):
        child = nodes[side].astype(np.int64)
        if ((child <= place) | (child >= len(nodes)))[inner].any():
            raise ValueError("a tree of the file leads to a node that does not exist")
    column = nodes["feature_idx"].astype(np.int64)
    if ((column < 0) | (column >= columns))[inner].any():
        raise ValueError(f"a tree of the file asks for a column beyond the {columns} of its model")
    split = inner & (nodes["is_categorical"] != 0)
    if not is_categorical[column[split]].all() or (nodes["bitset_idx"][split] >= len(sets)).any():
        raise ValueError("a tree of the file asks for a set of categories that does not exist")


def _check_categories(model: Any) -> None:
    """Categories are bits 0 to 255; a larger one would be written beside them."""
    mapper = model._bin_mapper
    is_categorical = np.asarray(mapper.is_categorical_, dtype=bool)
    if not model._n_features == len(is_categorical) == len(mapper.bin_thresholds_) == model.n_features_in_:
        raise ValueError("a model of the file does not agree with itself on its columns")
    for known in (mapper.bin_thresholds_[k] for k in np.flatnonzero(is_categorical)):
        values = np.asarray(known, dtype="float64")
        if not ((values >= 0) & (values < 32 * BITSET_WORDS)).all():
            raise ValueError("a model of the file knows a category beyond the 256 that there may be")
