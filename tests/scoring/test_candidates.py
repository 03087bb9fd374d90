"""What the linear candidates read: sparse where categories are many, and then the same numbers."""

import numpy as np
from scipy import sparse
from scipy.stats import skew

from kamsim.scoring.candidates import churn_candidates, linear_preparation, unskewed_preparation
from kamsim.streams import stream

IS_CATEGORY = np.array([False, True])


def table(categories: int, rows: int = 400) -> np.ndarray:
    draw = stream(1, "candidates")
    return np.column_stack([draw.normal(size=rows), draw.integers(0, categories, rows)])


def test_many_categories_come_sparse_with_the_same_numbers() -> None:
    thin = unskewed_preparation(IS_CATEGORY).fit_transform(table(40))
    full = linear_preparation(IS_CATEGORY).fit_transform(table(40))
    assert sparse.issparse(thin)
    assert isinstance(full, np.ndarray)
    np.testing.assert_array_equal(thin.toarray()[:, 1:], full[:, 1:])


def test_skewed_numbers_are_unskewed() -> None:
    X = table(3)
    X[:, 0] = np.exp(2 * X[:, 0])
    unskewed, scaled = (
        skew(prepare(IS_CATEGORY).fit_transform(X)[:, 0])
        for prepare in (unskewed_preparation, linear_preparation)
    )
    assert abs(unskewed) < 0.5
    assert scaled > 2


def test_numbers_beyond_what_was_learned_from_are_bounded() -> None:
    X = table(3)
    prepare = unskewed_preparation(IS_CATEGORY).fit(X)
    beyond = X.copy()
    beyond[:, 0] = 1e6 * X[:, 0].max()
    assert prepare.transform(beyond)[:, 0].max() == 5.0


def test_the_logistic_regressions_read_them_sparse() -> None:
    X = table(40)
    left = stream(1, "left").random(len(X)) < 1 / (1 + np.exp(-X[:, 0]))
    for candidate in churn_candidates(IS_CATEGORY, len(X), "linear", 0):
        model = candidate.make().fit(X, left)
        assert sparse.issparse(model.named_steps["prepare"].transform(X))
        assert model.predict_proba(X)[left, 1].mean() > model.predict_proba(X)[~left, 1].mean()
