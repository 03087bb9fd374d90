from itertools import permutations

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from kamsim.scoring.selection import threads_for
from kamsim.scoring.tree_effects import tree_effects
from kamsim.streams import stream


def _rows(count: int, seed: int) -> np.ndarray:
    """Two numbers, one with gaps, a category with gaps, and a column that nothing depends on."""
    draw = stream(seed, "tree effects")
    X = np.column_stack([draw.standard_normal((count, 2)), draw.integers(0, 40, count), np.zeros(count)])
    X[draw.random(count) < 0.2, 1] = np.nan
    X[draw.random(count) < 0.1, 2] = np.nan
    return X


def _target(X: np.ndarray) -> np.ndarray:
    return X[:, 0] * np.where(np.nan_to_num(X[:, 2]) % 3 == 0, 2, -1) + np.nan_to_num(X[:, 1], nan=2.0) ** 2


@pytest.fixture(scope="module", params=[False, True], ids=["regressor", "classifier"])
def model(request):
    X = _rows(600, 1)
    settings = {"max_iter": 15, "max_leaf_nodes": 15, "categorical_features": [False, False, True, False]}
    with threads_for(len(X)):
        if request.param:
            return HistGradientBoostingClassifier(**settings).fit(X, _target(X) > 1)
        return HistGradientBoostingRegressor(**settings).fit(X, _target(X))


def _raw(model, X: np.ndarray) -> np.ndarray:
    return model.decision_function(X) if hasattr(model, "decision_function") else model.predict(X)


def _by_definition(model, rows: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Over all orders of columns and all typical rows, one column turned at a time."""
    columns = rows.shape[1]
    orders = list(permutations(range(columns)))
    turned = [
        [[k in order[:step] for k in range(columns)] for step in range(columns + 1)] for order in orders
    ]
    mixed = np.where(np.array(turned)[:, :, None, None, :], rows[:, None, :], starts)
    level = _raw(model, mixed.reshape(-1, columns)).reshape(mixed.shape[:-1]).mean(axis=3)
    effects = np.zeros(rows.shape)
    for order, levels in zip(orders, level, strict=True):
        effects[:, order] += np.diff(levels, axis=0).T / len(orders)
    return effects


def test_effects_are_those_of_the_definition(model) -> None:
    X, starts = _rows(10, 2), _rows(7, 3)
    X[0, 2], X[1, 2] = 77.0, -3.0  # categories that were not learned
    found = tree_effects(model, X, starts)
    expected = _by_definition(model, X, starts)
    np.testing.assert_allclose(found, expected, atol=1e-10)
    assert np.abs(expected[:, :3]).max(axis=0).min() > 0.1


def test_effects_add_up_and_what_is_not_read_has_none(model) -> None:
    X, starts = _rows(3000, 4), _rows(20, 5)
    found = tree_effects(model, X, starts)
    np.testing.assert_allclose(found.sum(axis=1), _raw(model, X) - _raw(model, starts).mean(), atol=1e-9)
    assert (found[:, 3] == 0).all()


def test_a_typical_account_itself_has_no_effects(model) -> None:
    X = _rows(1, 6)
    assert (tree_effects(model, X, X) == 0).all()


def test_trees_without_categories_and_single_leaves() -> None:
    X = _rows(100, 7)[:, :2]
    with threads_for(len(X)):
        grown = HistGradientBoostingRegressor(max_iter=5).fit(X, X[:, 0])
        stump = HistGradientBoostingRegressor(max_iter=2).fit(X, np.ones(100))
    found = tree_effects(grown, X, X)
    np.testing.assert_allclose(found.sum(axis=1), grown.predict(X) - grown.predict(X).mean(), atol=1e-10)
    assert (tree_effects(stump, X, X) == 0).all()
