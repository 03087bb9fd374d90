import copy
from itertools import product
from math import factorial

import numpy as np
import pandas as pd
import pytest
from scipy.special import logit
from sklearn.dummy import DummyClassifier

from kamsim.errors import ConfigError, FeatureError
from kamsim.scoring import ChurnClassifier, PotentialRegressor, explain
from kamsim.streams import stream


def _table(rows: int, seed: int = 1) -> pd.DataFrame:
    draw = stream(seed, "explanation")
    usage = draw.standard_normal(rows)
    return pd.DataFrame(
        {
            "usage": np.where(draw.random(rows) < 0.2, np.nan, usage),
            "plan": np.array(["basic", "pro", "team"])[draw.integers(0, 3, rows)],
            "public": draw.random(rows) < 0.5,
            "noise": draw.standard_normal(rows),
            "constant": 7.0,
        },
        index=pd.Index([f"A{i:04d}" for i in range(rows)], name="account_id"),
    )


def _left(X: pd.DataFrame, effect: float = 2.0) -> np.ndarray:
    score = effect * X["usage"].fillna(1.5).to_numpy() + (X["plan"] == "team")
    return stream(2, "explanation").random(len(X)) < 1 / (1 + np.exp(1 + score))


def _crossed(X: pd.DataFrame) -> np.ndarray:
    """An effect of usage that turns round with `public`: no sum of columns says it."""
    score = 3 * X["usage"].fillna(0).to_numpy() * np.where(X["public"], 1, -1)
    return stream(3, "explanation").random(len(X)) < 1 / (1 + np.exp(score))


def _effects(found: pd.DataFrame) -> pd.DataFrame:
    return found.set_index(["row", "feature"])["effect"].unstack()  # noqa: PD010


@pytest.fixture(scope="module")
def linear() -> tuple[ChurnClassifier, pd.DataFrame]:
    X = _table(400)
    return ChurnClassifier(model="linear").fit(X, _left(X)), X


@pytest.fixture(scope="module")
def boosted() -> tuple[ChurnClassifier, pd.DataFrame]:
    X = _table(400)
    return ChurnClassifier(model="boosting").fit(X, _crossed(X)), X.head(12)


def _log_odds(model: ChurnClassifier, X: pd.DataFrame) -> np.ndarray:
    return np.asarray(logit(model.predict_proba(X)[:, 1]))


@pytest.mark.parametrize("kind", ["linear", "boosted"])
def test_effects_add_up_to_the_log_odds_above_their_mean(kind: str, request) -> None:
    model, X = request.getfixturevalue(kind)
    assert model.is_additive == (kind == "linear")
    said = _log_odds(model, X)
    total = _effects(explain(model, X, top=None)).sum(axis=1)
    np.testing.assert_allclose(total, said - said.mean(), atol=1e-9)
    assert np.ptp(total) > 1


def test_effects_of_a_linear_model_are_its_coefficients(linear) -> None:
    """Coefficient x (value - mean), gap flag and categories summed by column, times the slope."""
    model, X = linear
    table = model.preparation_.transform(X)
    prepare, line = model.model_[0], model.model_[1]
    parts = line.coef_[0] * (prepare.transform(table) - prepare.transform(table).mean(axis=0))
    numbers, gaps = prepare.named_transformers_["numbers"][0], model.preparation_.kept_
    names = [gaps[k] for k in np.flatnonzero(~model.preparation_.is_category)]
    names += [names[k] for k in numbers.indicator_.features_]
    names += ["plan"] * 3
    expected = pd.DataFrame(parts * model.calibration_.slope, index=X.index, columns=names).T
    expected = expected.groupby(level=0).sum().T
    pd.testing.assert_frame_equal(
        _effects(explain(model, X, top=None)), expected, check_names=False, check_exact=False, atol=1e-9
    )


def _shapley(score, rows: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """The definition: over all sets of columns and all typical accounts, scored in one go."""
    columns = rows.shape[1]
    masks = np.array(list(product([False, True], repeat=columns)))
    mixed = np.where(masks[:, None, None, :], rows[:, None, :], starts)
    worth = score(mixed.reshape(-1, columns)).reshape(len(masks), len(rows), len(starts)).mean(axis=2)
    place = {tuple(mask): k for k, mask in enumerate(masks)}
    effects = np.zeros(rows.shape)
    for mask in masks:
        weight = factorial(mask.sum()) * factorial(columns - mask.sum() - 1) if not mask.all() else 0
        for column in np.flatnonzero(~mask):
            joined = place[tuple(mask | (np.arange(columns) == column))]
            effects[:, column] += weight / factorial(columns) * (worth[joined] - worth[place[tuple(mask)]])
    return effects


def test_effects_on_trees_are_those_of_the_definition(boosted) -> None:
    model, X = boosted
    table = model.preparation_.transform(X)
    found = _effects(explain(model, X, top=None))[model.preparation_.kept_].to_numpy()
    np.testing.assert_allclose(found, _shapley(model.score_prepared, table, table), atol=1e-9)


def test_sampled_effects_come_near_the_definition(boosted) -> None:
    model, X = copy.deepcopy(boosted[0]), boosted[1]
    model.weight_ = 0.7  # an average with the prior bends the log-odds: effects are sampled
    table = model.preparation_.transform(X)
    exact = _shapley(model.score_prepared, table, table)
    error = {}
    for samples in (2, 8, 24):
        found = _effects(explain(model, X, top=None, samples=samples))[model.preparation_.kept_].to_numpy()
        error[samples] = float(np.sqrt(((found - exact) ** 2).mean()) / exact.std())
    assert error[24] < 0.1
    assert error[24] < error[8] < error[2]


@pytest.mark.parametrize("kind", ["linear", "boosted"])
def test_a_column_that_is_not_read_has_no_effect(kind: str, request) -> None:
    model, X = request.getfixturevalue(kind)
    varied = X.assign(constant=np.arange(len(X)) % 2 + 6.5)
    assert (_effects(explain(model, varied, top=None))["constant"] == 0).all()
    assert (_effects(explain(model, X, top=None))["constant"] == 0).all()


@pytest.mark.parametrize("kind", ["linear", "boosting"])
def test_a_planted_cause_comes_first_with_its_sign(kind: str) -> None:
    X = _table(500, seed=4).dropna()
    model = PotentialRegressor(model=kind).fit(X, np.exp(2 * X["usage"] + 0.1 * X["noise"]))
    extreme = X[X["usage"].abs() > 1]
    found = explain(model, extreme, background=X)
    first = found[found["rank"] == 1].set_index("row")
    assert (first["feature"] == "usage").all()
    assert (np.sign(first["effect"]) == np.sign(extreme["usage"])).all()


def test_trees_share_an_effect_that_two_columns_make_together(boosted) -> None:
    model, X = boosted
    size = _effects(explain(model, X, top=None)).abs().mean()
    assert set(size.nlargest(2).index) == {"usage", "public"}


def test_the_table_is_tidy_and_says_what_the_user_gave(linear) -> None:
    model, X = linear
    found = explain(model, X, top=2)
    one = found[found["row"] == "A0003"].set_index("feature")
    assert one.loc["plan", "value"] == X.loc["A0003", "plan"]
    assert one.loc["plan", "typical"] == X["plan"].mode()[0]
    assert found.loc[found["feature"] == "usage", "typical"].iloc[0] == X["usage"].median()
    assert list(found["row"].unique()) == sorted(X.index)
    assert found.groupby("row")["rank"].apply(lambda r: r.is_monotonic_increasing).all()
    assert found.groupby("row")["effect"].apply(lambda e: max((e > 0).sum(), (e < 0).sum())).max() == 2
    np.testing.assert_allclose(
        found.drop_duplicates("row").set_index("row")["score"], model.predict_proba(X)[:, 1]
    )
    assert np.ptp(found["typical_score"]) == 0


@pytest.mark.parametrize("kind", ["linear", "boosted"])
def test_the_order_of_rows_does_not_matter(kind: str, request) -> None:
    model, X = request.getfixturevalue(kind)
    before = X.copy()
    there, back = explain(model, X), explain(model, X.iloc[::-1])
    pd.testing.assert_frame_equal(there, back, check_exact=False, atol=1e-9)
    pd.testing.assert_frame_equal(X, before)


def test_a_background_stands_in_for_the_accounts(linear) -> None:
    model, X = linear
    alone = explain(model, X.head(1), background=X, top=None)
    said = _log_odds(model, X)
    assert alone["effect"].sum() == pytest.approx(said[0] - said.mean(), abs=0.1)
    with pytest.raises(FeatureError, match=r"1 typical account\(s\) to compare with"):
        explain(model, X.head(1))


@pytest.mark.filterwarnings("ignore::kamsim.errors.SmallSampleWarning")
def test_a_rate_and_a_shrunken_model_are_explained() -> None:
    X = _table(40)
    rate = explain(ChurnClassifier().fit(X, np.arange(40) < 3), X)
    assert len(rate) == 40
    assert (rate["effect"] == 0).all()
    shrunk = ChurnClassifier(prior_rate=0.1).fit(X, np.arange(40) % 3 == 0)
    assert not shrunk.is_additive
    said = _log_odds(shrunk, X)
    np.testing.assert_allclose(
        _effects(explain(shrunk, X, top=None)).sum(axis=1), said - said.mean(), atol=1e-9
    )


def test_arrays_are_explained_by_place() -> None:
    X = stream(5, "explanation").standard_normal((200, 2))
    model = ChurnClassifier(model="linear").fit(X, X[:, 0] + stream(6, "explanation").random(200) > 0.5)
    found = explain(model, X)
    assert set(found["feature"]) == {"x0", "x1"}
    assert found["row"].nunique() == 200


def test_what_cannot_be_explained_is_refused(linear) -> None:
    model, X = linear
    with pytest.raises(FeatureError, match="DummyClassifier is not explained"):
        explain(DummyClassifier(), X)
    with pytest.raises(FeatureError, match="names the account 'A0000' more than once"):
        explain(model, pd.concat([X.head(2), X.head(2)]))
    with pytest.raises(ConfigError, match="top must be 1 or above, got 0"):
        explain(model, X, top=0)
    with pytest.raises(ConfigError, match="samples must be 1 or above, got 0"):
        explain(model, X, samples=0)
