from itertools import combinations
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
    return ChurnClassifier(model="boosting").fit(X, _crossed(X)), X.head(60)


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
    names += [names[k] for k in numbers.indicator_.features_] + ["plan"] * 3
    expected = pd.DataFrame(parts * model.calibration_.slope, index=X.index, columns=names).T
    expected = expected.groupby(level=0).sum().T
    pd.testing.assert_frame_equal(
        _effects(explain(model, X, top=None)), expected, check_names=False, check_exact=False, atol=1e-9
    )


def _shapley(score, x: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """The definition: over all sets of columns and all typical accounts."""
    columns = len(x)
    effects = np.zeros(columns)
    for size in range(columns):
        weight = factorial(size) * factorial(columns - size - 1) / factorial(columns)
        for column in range(columns):
            others = [k for k in range(columns) if k != column]
            for chosen in combinations(others, size):
                before = starts.copy()
                before[:, list(chosen)] = x[list(chosen)]
                after = before.copy()
                after[:, column] = x[column]
                effects[column] += weight * (score(after) - score(before)).mean()
    return effects


def test_sampled_effects_come_near_the_definition(boosted) -> None:
    model, X = boosted
    table = model.preparation_.transform(X)
    rows = [3, 11, 40]
    exact = np.array([_shapley(model.score_prepared, table[k], table) for k in rows])
    sampled = _effects(explain(model, X, top=None, samples=64))[model.preparation_.kept_].to_numpy()[rows]
    few = _effects(explain(model, X, top=None, samples=2))[model.preparation_.kept_].to_numpy()[rows]
    spread = np.abs(exact).max()
    assert np.abs(sampled - exact).max() < 0.25 * spread
    assert np.abs(sampled - exact).mean() < np.abs(few - exact).mean()


@pytest.mark.parametrize("kind", ["linear", "boosted"])
def test_a_column_that_is_not_read_has_no_effect(kind: str, request) -> None:
    model, X = request.getfixturevalue(kind)
    effects = _effects(explain(model, X.assign(constant=np.arange(len(X)) % 2 + 6.5), top=None))
    if kind == "boosted":
        assert (effects["constant"] == 0).all()
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
    assert size["usage"] > 2 * size["noise"]
    assert size["public"] > size["plan"]


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
