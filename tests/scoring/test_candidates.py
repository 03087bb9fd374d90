"""What the linear candidates read: sparse where categories are many, and then the same numbers."""

import numpy as np
from scipy import sparse

from kamsim.scoring.candidates import churn_candidates, linear_preparation, ranked_preparation
from kamsim.streams import stream

IS_CATEGORY = np.array([False, True])


def table(categories: int, rows: int = 400) -> np.ndarray:
    draw = stream(1, "candidates")
    return np.column_stack([draw.normal(size=rows), draw.integers(0, categories, rows)])


def test_many_categories_come_sparse_with_the_same_numbers() -> None:
    thin = ranked_preparation(IS_CATEGORY, 400).fit_transform(table(40))
    full = linear_preparation(IS_CATEGORY).fit_transform(table(40))
    assert sparse.issparse(thin)
    assert isinstance(full, np.ndarray)
    np.testing.assert_array_equal(thin.toarray()[:, 2:], full[:, 1:])


def test_ranks_do_not_change_with_the_scale() -> None:
    plain, stretched = table(3), table(3)
    stretched[:, 0] = np.exp(stretched[:, 0])
    read = [ranked_preparation(IS_CATEGORY, 400).fit_transform(X) for X in (plain, stretched)]
    # Between two quantiles ranks are interpolated on the scale as it is.
    np.testing.assert_allclose(read[0][:, 0], read[1][:, 0], atol=0.05)
    normal = read[0][:, 1]
    assert np.abs(np.percentile(normal, [16, 50, 84]) - [-1, 0, 1]).max() < 0.15


def test_a_heap_at_the_end_lies_far_out_in_the_normal_scores() -> None:
    X = table(3)
    X[:160, 0] = X[:, 0].min() - 1
    uniform, normal = ranked_preparation(IS_CATEGORY, 400).fit_transform(X)[:, :2].T
    gap = [view[160:].min() - view[:160].max() for view in (uniform, normal)]
    assert gap[1] > 0.9
    assert gap[1] > gap[0] > 0.5


def test_the_logistic_regressions_read_them_sparse() -> None:
    X = table(40)
    left = stream(1, "left").random(len(X)) < 1 / (1 + np.exp(-X[:, 0]))
    for candidate in churn_candidates(IS_CATEGORY, len(X), "linear", 0):
        model = candidate.make().fit(X, left)
        assert sparse.issparse(model.named_steps["prepare"].transform(X))
        assert model.predict_proba(X)[left, 1].mean() > model.predict_proba(X)[~left, 1].mean()
