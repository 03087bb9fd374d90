import copy
from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingRegressor

from kamsim.scoring.selection import threads_for
from kamsim.scoring.tree_guard import check_trees
from kamsim.streams import stream


@pytest.fixture(scope="module")
def grown() -> HistGradientBoostingRegressor:
    draw = stream(1, "tree guard")
    X = np.column_stack([draw.standard_normal(400), draw.integers(0, 6, 400)])
    y = X[:, 0] + (X[:, 1] % 2) + 0.1 * draw.standard_normal(400)
    with threads_for(len(X)):
        return HistGradientBoostingRegressor(max_iter=5, categorical_features=[False, True]).fit(X, y)


@pytest.fixture
def model(grown) -> HistGradientBoostingRegressor:
    return copy.deepcopy(grown)


def _tree_with(model, flag: str):
    trees = [step[0] for step in model._predictors]
    tree = next(t for t in trees if t.nodes[flag].any())
    return tree, int(np.flatnonzero(tree.nodes[flag])[0])


def test_grown_trees_pass(model) -> None:
    check_trees(SimpleNamespace(model_=model, fold_models_=[model]))
    check_trees(SimpleNamespace(model_=None))


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("place", [0, 4_000_000_000])
def test_children_must_come_later_in_the_table(side: str, place: int, model) -> None:
    model._predictors[1][0].nodes[side][0] = place
    with pytest.raises(ValueError, match="node that does not exist"):
        check_trees(SimpleNamespace(model_=None, fold_models_=[model]))


@pytest.mark.parametrize("column", [2, -1])
def test_columns_must_be_there(column: int, model) -> None:
    model._predictors[0][0].nodes["feature_idx"][0] = column
    with pytest.raises(ValueError, match="column beyond the 2"):
        check_trees(SimpleNamespace(model_=model))


def test_sets_of_categories_must_be_there(model) -> None:
    tree, node = _tree_with(model, "is_categorical")
    tree.nodes["bitset_idx"][node] = len(tree.raw_left_cat_bitsets)
    with pytest.raises(ValueError, match="set of categories that does not exist"):
        check_trees(SimpleNamespace(model_=model))


def test_a_number_is_not_split_by_categories(model) -> None:
    tree, node = _tree_with(model, "is_categorical")
    numeric = next(k for k, m in enumerate(model._bin_mapper.is_categorical_) if not m)
    tree.nodes["feature_idx"][node] = numeric
    with pytest.raises(ValueError, match="set of categories that does not exist"):
        check_trees(SimpleNamespace(model_=model))


def test_tables_must_have_their_shape(model) -> None:
    tree = model._predictors[0][0]
    tree.nodes = tree.nodes["value"]
    with pytest.raises(ValueError, match="no table of nodes"):
        check_trees(SimpleNamespace(model_=model))


def test_misshapen_sets_are_refused(model) -> None:
    tree, _ = _tree_with(model, "is_categorical")
    tree.raw_left_cat_bitsets = tree.raw_left_cat_bitsets[:, :4]
    with pytest.raises(ValueError, match="misshapen sets"):
        check_trees(SimpleNamespace(model_=model))


@pytest.mark.parametrize("category", [256.0, -1.0, np.nan])
def test_categories_stay_below_256(category: float, model) -> None:
    known = int(np.flatnonzero(model._bin_mapper.is_categorical_)[0])
    model._bin_mapper.bin_thresholds_[known] = np.array([0.0, category])
    with pytest.raises(ValueError, match="beyond the 256"):
        check_trees(SimpleNamespace(model_=model))


def test_a_model_must_agree_with_itself(model) -> None:
    model._n_features = 3
    with pytest.raises(ValueError, match="agree with itself"):
        check_trees(SimpleNamespace(model_=model))
