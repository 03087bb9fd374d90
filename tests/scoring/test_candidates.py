"""What the linear candidates read: sparse where categories are many, and then the same numbers."""

import numpy as np
from scipy import sparse

from kamsim.scoring.candidates import churn_candidates, linear_preparation
from kamsim.streams import stream

IS_CATEGORY = np.array([False, True])


def table(categories: int, rows: int = 400) -> np.ndarray:
    draw = stream(1, "candidates")
    return np.column_stack([draw.normal(size=rows), draw.integers(0, categories, rows)])


def test_many_categories_come_sparse_with_the_same_numbers() -> None:
    thin = linear_preparation(IS_CATEGORY, sparse=True).fit_transform(table(40))
    full = linear_preparation(IS_CATEGORY).fit_transform(table(40))
    assert sparse.issparse(thin)
    assert isinstance(full, np.ndarray)
    np.testing.assert_array_equal(thin.toarray(), full)


def test_the_logistic_regressions_read_them_sparse() -> None:
    X = table(40)
    left = stream(1, "left").random(len(X)) < 1 / (1 + np.exp(-X[:, 0]))
    for candidate in churn_candidates(IS_CATEGORY, len(X), "linear", 0):
        model = candidate.make().fit(X, left)
        assert sparse.issparse(model.named_steps["prepare"].transform(X))
        assert model.predict_proba(X)[left, 1].mean() > model.predict_proba(X)[~left, 1].mean()
