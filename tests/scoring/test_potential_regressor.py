import numpy as np
import pandas as pd
import pytest

from kamsim.errors import ConfigError, FeatureError, FeatureWarning, SmallSampleWarning
from kamsim.scoring import PotentialRegressor
from kamsim.streams import stream

BOUNDS = (500_000, 100_000)


def _accounts(rows: int, seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Accounts whose potential follows their size; small ones scatter more."""
    draw = stream(seed, "accounts")
    segment = draw.choice(3, rows, p=[0.05, 0.25, 0.7])
    size = np.log(np.array([2e9, 2e8, 2e7])[segment]) + 0.8 * draw.standard_normal(rows)
    scatter = (0.35 + 0.25 * (segment == 2)) * draw.standard_normal(rows)
    X = pd.DataFrame(
        {
            "size": np.where(draw.random(rows) < 0.1, np.nan, size),
            "segment": np.array(["strategic", "mid_market", "smb"])[segment],
            "noise": draw.standard_normal(rows),
        }
    )
    return X, 0.5 * np.exp(0.75 * size + scatter)


def _covered(model: PotentialRegressor, X: pd.DataFrame, y: np.ndarray, coverage: float = 0.9) -> np.ndarray:
    low, high = model.predict_interval(X, coverage).T
    return (low <= y) & (y <= high)


def test_intervals_cover_what_they_promise_overall_and_by_predicted_tier() -> None:
    inside, tier = [], []
    for seed in range(12):
        model = PotentialRegressor(model="linear").fit(*_accounts(300, seed))
        X, y = _accounts(2000, 100 + seed)
        inside.append(_covered(model, X, y))
        said = model.predict(X)
        tier.append(np.digitize(said, np.quantile(said, [0.5, 0.9])))
    inside, tier = np.concatenate(inside), np.concatenate(tier)
    assert inside.mean() == pytest.approx(0.9, abs=0.02)
    assert min(inside[tier == k].mean() for k in range(3)) > 0.85


def test_intervals_of_a_large_table_rest_on_rows_held_out() -> None:
    model = PotentialRegressor(model="linear").fit(*_accounts(6000, 1))
    assert [len(fold) for fold in model.errors_] == [2000]
    assert _covered(model, *_accounts(20_000, 2)).mean() == pytest.approx(0.9, abs=0.02)


@pytest.mark.filterwarnings("ignore::kamsim.errors.SmallSampleWarning")
def test_few_accounts_have_endless_intervals_unless_a_prior_says_how_far() -> None:
    X, y = _accounts(15, 3)
    bare = PotentialRegressor().fit(X, y)
    assert bare.predict_interval(X).tolist() == [[0.0, np.inf]] * 15
    assert np.isfinite(bare.predict_interval(X, coverage=0.8)).all()
    assert np.isfinite(PotentialRegressor(prior_log_sd=1.5).fit(X, y).predict_interval(X)).all()
    covered = []
    for seed in range(20):
        small = PotentialRegressor().fit(*_accounts(30, 200 + seed))
        covered.append(_covered(small, *_accounts(200, 300 + seed)).mean())
    assert np.mean(covered) > 0.87


def test_few_accounts_lean_on_the_prior_with_a_warning() -> None:
    X, y = _accounts(30, 4)
    with pytest.warns(SmallSampleWarning, match=r"30 amounts .* fewer than 50"):
        low = PotentialRegressor(prior_potential=1e3).fit(X, y)
    with pytest.warns(SmallSampleWarning):
        high = PotentialRegressor(prior_potential=1e6).fit(X, y)
    np.testing.assert_allclose(np.log(high.predict(X) / low.predict(X)), 50 / 80 * np.log(1e3))


def test_accounts_that_were_not_surveyed_teach_nothing() -> None:
    X, y = _accounts(400, 5)
    surveyed = np.arange(400) < 200
    some = PotentialRegressor().fit(X, np.where(surveyed, y, np.nan))
    only = PotentialRegressor().fit(X[surveyed], y[surveyed])
    assert (some.basis_, some.n_learned_) == ("survey", 200)
    assert np.corrcoef(np.log(some.predict(X)), np.log(only.predict(X)))[0, 1] > 0.99


def test_without_a_survey_a_high_quantile_of_spend_stands_in_and_is_named() -> None:
    X, potential = _accounts(600, 6)
    spend = potential * stream(6, "share").random(600)
    model = PotentialRegressor().fit(X, spend=spend)
    assert model.basis_ == "0.9 quantile of spend"
    assert (spend > model.predict(X)).mean() == pytest.approx(0.1, abs=0.03)
    assert np.isfinite(model.predict_interval(X)).all()
    assert PotentialRegressor().fit(X, potential, spend=spend).basis_ == "survey"


def test_tier_probabilities_add_up_and_are_right_on_average() -> None:
    model = PotentialRegressor(model="linear").fit(*_accounts(800, 7))
    X, y = _accounts(5000, 8)
    said = model.predict_tier_probability(X.set_index(X.index + 7), BOUNDS)
    np.testing.assert_allclose(said.sum(axis=1), 1)
    assert said.columns.tolist() == [1, 2, 3]
    assert said.index[0] == 7
    actual = [(y >= 5e5).mean(), ((y >= 1e5) & (y < 5e5)).mean(), (y < 1e5).mean()]
    assert said.mean().tolist() == pytest.approx(actual, abs=0.03)
    with pytest.raises(ConfigError, match="bounds must be above 0 and fall"):
        model.predict_tier_probability(X, BOUNDS[::-1])


def test_headroom_is_potential_less_three_years_of_revenue() -> None:
    X, y = _accounts(200, 9)
    model = PotentialRegressor().fit(X, y)
    np.testing.assert_allclose(model.headroom(X, np.full(200, 100.0)), model.predict(X) - 3600)
    with pytest.raises(FeatureError, match="revenue_per_month must be 0 or above"):
        model.headroom(X, np.full(200, np.nan))


def test_the_order_of_rows_does_not_matter() -> None:
    X, y = _accounts(300, 10)
    one, other = PotentialRegressor().fit(X, y), PotentialRegressor().fit(X[::-1], y[::-1])
    np.testing.assert_allclose(one.predict_interval(X), other.predict_interval(X))


def test_a_constant_target_and_a_handful_of_rows_are_learned_from() -> None:
    X, _ = _accounts(100, 11)
    with pytest.warns(FeatureWarning, match="the target is 5 in all 100 rows"):
        model = PotentialRegressor().fit(X, np.full(100, 5.0))
    assert model.predict(X) == pytest.approx(5.0)
    with pytest.warns(SmallSampleWarning):
        assert PotentialRegressor().fit(X[:3], [1.0, 2.0, 3.0]).chosen_ == "median"


def test_what_cannot_be_learned_is_refused() -> None:
    X, y = _accounts(100, 12)
    with pytest.raises(FeatureError, match="y must be above 0, got -1"):
        PotentialRegressor().fit(X, np.where(np.arange(100) == 0, -1, y))
    with pytest.raises(FeatureError, match="y holds infinity"):
        PotentialRegressor().fit(X, np.where(np.arange(100) == 0, np.inf, y))
    with pytest.raises(FeatureError, match="no row tells an amount"):
        PotentialRegressor().fit(X, np.full(100, np.nan))
    with pytest.raises(FeatureError, match="requires y"):
        PotentialRegressor().fit(X)
    with pytest.raises(ConfigError, match="quantile must be between 0 and 1"):
        PotentialRegressor(quantile=90).fit(X, y)
    with pytest.raises(ConfigError, match="coverage must be between 0 and 1, got 90"):
        PotentialRegressor().fit(X, y).predict_interval(X, coverage=90)
