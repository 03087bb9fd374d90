import numpy as np
import pytest
from sklearn.dummy import DummyRegressor
from sklearn.linear_model import LinearRegression

from kamsim.errors import ConfigError
from kamsim.scoring.candidates import Candidate, churn_candidates, potential_candidates
from kamsim.scoring.selection import (
    choose,
    content_order,
    forward_splits,
    shuffled_splits,
    stratified_splits,
)
from kamsim.streams import stream

MEAN_AND_LINE = [Candidate("mean", DummyRegressor), Candidate("line", LinearRegression)]


def _choose(slope: float):
    draw = stream(1, "choice")
    X = draw.standard_normal((200, 1))
    y = slope * X[:, 0] + draw.standard_normal(200)
    return choose(
        MEAN_AND_LINE,
        X,
        y,
        shuffled_splits(200),
        predict=lambda m, X: m.predict(X),
        loss=lambda y, p: (y - p) ** 2,
    )


def test_the_simplest_within_one_standard_error_is_taken() -> None:
    assert _choose(0.0).candidate.name == "mean"
    strong = _choose(2.0)
    assert strong.candidate.name == "line"
    assert strong.comparison.loc["mean", "excess"] > strong.comparison.loc["mean", "standard_error"]
    assert np.isfinite(strong.held_out).all()


def test_forward_splits_keep_the_gap_and_hold_out_no_row_twice() -> None:
    months = np.resize(np.arange(30.0), 300)
    splits = forward_splits(months, 12)
    for train, test in splits:
        assert months[test].min() - months[train].max() >= 12
    held_out = np.concatenate([test for _, test in splits])
    assert len(held_out) == len(set(held_out))
    assert forward_splits(np.arange(12.0), 12) == []


def test_groups_stay_on_one_side() -> None:
    groups = np.resize(np.arange(40), 200)
    for train, test in stratified_splits(np.arange(200) % 3 == 0, groups):
        assert not set(groups[train]) & set(groups[test])
    assert stratified_splits(np.arange(20) % 2 == 0, np.zeros(20)) == []


def test_a_seed_moves_the_order_of_rows() -> None:
    X = np.arange(50.0)[:, None]
    first, second = (content_order(X, X[:, 0], seed) for seed in (1, 2))
    assert sorted(first) == sorted(second) == list(range(50))
    assert first.tolist() != second.tolist()


@pytest.mark.parametrize("candidates", [churn_candidates, potential_candidates])
def test_trees_are_tried_from_500_rows_on_and_when_asked(candidates) -> None:
    numbers = np.array([False])
    assert "boosting" not in [c.name for c in candidates(numbers, 499, "auto", 0)]
    assert candidates(numbers, 500, "auto", 0)[-1].name == "boosting"
    assert [c.name for c in candidates(numbers, 10, "boosting", 0)] == ["boosting"]
    with pytest.raises(ConfigError, match="unknown model 'linera': did you mean 'linear'"):
        candidates(numbers, 10, "linera", 0)


def test_no_split_holds_nothing_out_where_groups_are_few_and_uneven() -> None:
    groups = np.repeat(np.arange(5), [3, 6, 1, 6, 1])
    y = np.isin(np.arange(17), [0, 1, 2, 10, 11])
    splits = stratified_splits(y, groups)
    assert sorted(np.concatenate([test for _, test in splits])) == list(range(17))
    assert all(len(test) for _, test in splits)
