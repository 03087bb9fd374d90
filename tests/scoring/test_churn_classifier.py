import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from kamsim.errors import ConfigError, FeatureError, FeatureWarning, SmallSampleWarning
from kamsim.scoring import ChurnClassifier
from kamsim.streams import stream


def _customers(rows: int, seed: int, effect: float = 1.0, bent: bool = False) -> tuple[pd.DataFrame, ...]:
    """Customers with a known probability of leaving: linear in the log-odds, or bent."""
    draw = stream(seed, "customers")
    usage, plan = draw.standard_normal(rows), draw.integers(0, 3, rows)
    score = np.where(np.abs(usage) > 0.7, 2.0, -2.0) if bent else -1 - usage + 0.5 * (plan == 2)
    probability = 1 / (1 + np.exp(-(effect * score + (effect - 1))))
    X = pd.DataFrame(
        {
            "usage": np.where(draw.random(rows) < 0.1, np.nan, usage),
            "plan": np.array(["basic", "pro", "team"])[plan],
            "constant": 7.0,
            "public": draw.random(rows) < 0.5,
            "noise": draw.standard_normal(rows),
        }
    )
    return X, pd.Series(draw.random(rows) < probability, name="left"), pd.Series(probability)


@pytest.fixture(scope="module")
def fitted() -> ChurnClassifier:
    X, y, _ = _customers(2000, 1)
    return ChurnClassifier().fit(X, y)


def test_the_linear_truth_is_left_to_the_linear_model_and_comes_out_calibrated(fitted) -> None:
    X, y, truth = _customers(20_000, 2)
    said = fitted.predict_proba(X)[:, 1]
    assert fitted.chosen_.startswith("logistic")
    assert fitted.beats_base_rate_
    assert said.mean() == pytest.approx(y.mean(), abs=0.02)
    assert roc_auc_score(y, said) > roc_auc_score(y, truth) - 0.03
    tenth = pd.qcut(said, 10, labels=False)
    error = np.abs(pd.Series(said).groupby(tenth).mean() - y.groupby(tenth).mean())
    assert error.mean() < 0.03


def test_a_bent_truth_goes_to_the_trees() -> None:
    X, y, _ = _customers(2000, 3, bent=True)
    model = ChurnClassifier().fit(X, y)
    assert model.chosen_ == "boosting"
    assert model.comparison_["excess"].idxmin() == "boosting"
    assert "base rate" in model.comparison_.index


def test_where_nothing_predicts_the_model_says_so() -> None:
    X, y, _ = _customers(1000, 4, effect=0.0)
    assert np.ptp(ChurnClassifier().fit(X, y).predict_proba(X)[:, 1]) < 0.25
    # At 95 %, one table in twenty seems to hold something: three of ten seldom do (1 %).
    tables = (_customers(1000, 20 + seed, effect=0.0) for seed in range(10))
    assert sum(ChurnClassifier(model="linear").fit(X, y).beats_base_rate_ for X, y, _ in tables) < 3


def test_the_order_of_rows_does_not_matter(fitted) -> None:
    X, y, _ = _customers(2000, 1)
    turned = ChurnClassifier().fit(X[::-1], y[::-1])
    np.testing.assert_allclose(turned.predict_proba(X), fitted.predict_proba(X), atol=1e-9)


def test_forward_in_time_wants_a_gap_and_dates_read_as_months() -> None:
    X, y, _ = _customers(1200, 5)
    month = np.arange(1200) % 36
    dates = (
        pd.Timestamp("2022-01-01")
        + pd.to_timedelta(0, "D")
        + pd.Series(month).map(lambda m: pd.DateOffset(months=m))
    )
    by_number = ChurnClassifier(horizon_months=6).fit(X, y, time=month)
    by_date = ChurnClassifier(horizon_months=6).fit(X, y, time=pd.to_datetime(dates))
    assert by_number.compared_by_ == by_date.compared_by_ == "forward in time"
    np.testing.assert_allclose(by_number.predict_proba(X), by_date.predict_proba(X))
    with pytest.warns(FeatureWarning, match="too short to look 36 months ahead"):
        short = ChurnClassifier(horizon_months=36).fit(X, y, time=month)
    assert short.compared_by_ == "cross-validation"
    with pytest.raises(FeatureError, match="time is missing in 1 row"):
        ChurnClassifier().fit(
            X, y, time=np.where(month == 0, np.where(np.arange(1200) == 0, np.nan, 0), month)
        )


def test_few_rows_lean_on_the_prior_with_a_warning() -> None:
    X, y, _ = _customers(30, 6)
    with pytest.warns(SmallSampleWarning, match=r"30 rows .* fewer than 50"):
        low = ChurnClassifier(prior_rate=0.02).fit(X, y)
    with pytest.warns(SmallSampleWarning):
        high = ChurnClassifier(prior_rate=0.90).fit(X, y)
    assert low.weight_ == 30 / 80
    gap = high.predict_proba(X)[:, 1] - low.predict_proba(X)[:, 1]
    np.testing.assert_allclose(gap, 0.88 * 50 / 80)


def test_accounts_seen_often_count_once() -> None:
    X, y, _ = _customers(200, 7)
    with pytest.warns(SmallSampleWarning, match="20 rows"):
        model = ChurnClassifier().fit(X, y, groups=np.arange(200) % 20)
    assert model.compared_by_ == "cross-validation"


def test_next_to_no_leavers_leave_only_the_rate() -> None:
    X, _, _ = _customers(100, 8)
    model = ChurnClassifier().fit(X, np.arange(100) < 3)
    assert model.chosen_ == "rate"
    np.testing.assert_allclose(model.predict_proba(X)[:, 1], 0.03)


def test_one_class_and_bad_settings_are_refused() -> None:
    X, y, _ = _customers(100, 9)
    with pytest.raises(FeatureError, match="one class only"):
        ChurnClassifier().fit(X, np.zeros(100))
    with pytest.raises(FeatureError, match="Only binary"):
        ChurnClassifier().fit(X, np.arange(100) % 3)
    with pytest.raises(ConfigError, match="prior_rate must be from 0 to 1, got 2"):
        ChurnClassifier(prior_rate=2).fit(X, y)
    with pytest.raises(ConfigError, match="unknown model 'forest'"):
        ChurnClassifier(model="forest").fit(X, y)


def test_a_large_table_is_calibrated_on_rows_held_out(monkeypatch) -> None:
    monkeypatch.setattr("kamsim.scoring.churn_classifier.MOST_TO_COMPARE", 1000)
    X, y, _ = _customers(6000, 10)
    model = ChurnClassifier().fit(X, y)
    test, happened, _ = _customers(20_000, 11)
    assert model.predict_proba(test)[:, 1].mean() == pytest.approx(happened.mean(), abs=0.025)


def test_time_is_read_from_periods_and_texts_and_refused_where_it_is_none() -> None:
    X, y, _ = _customers(400, 9)
    dates = pd.Series(pd.date_range("2020-01-01", periods=40, freq="MS").repeat(10))
    by_dates = ChurnClassifier(model="linear").fit(X, y, time=dates)
    assert by_dates.compared_by_ == "forward in time"
    for same in (dates.dt.to_period("M"), dates.astype("str").tolist()):
        again = ChurnClassifier(model="linear").fit(X, y, time=same)
        assert again.comparison_.equals(by_dates.comparison_)
    with pytest.raises(FeatureError, match="time must hold dates"):
        ChurnClassifier().fit(X, y, time=["soon"] * 400)


def test_rows_of_one_family_prove_no_more_than_the_family() -> None:
    X, y, _ = _customers(100, 4, effect=0.6)
    often, left = X.loc[X.index.repeat(10)], y.repeat(10)
    family, months = np.arange(100).repeat(10), (np.arange(100.0) // 2).repeat(10)
    alone = ChurnClassifier(model="linear").fit(often, left, time=months)
    together = ChurnClassifier(model="linear").fit(often, left, time=months, groups=family)
    assert alone.beats_base_rate_
    assert not together.beats_base_rate_


def test_forward_in_time_the_models_of_fewer_rows_do_not_make_this_one_bolder() -> None:
    X, y, _ = _customers(1500, 40)
    month = np.sort(np.arange(1500) % 36)
    forward, crossed = ChurnClassifier(model="linear"), ChurnClassifier(model="linear")
    assert forward.fit(X, y, time=month).compared_by_ == "forward in time"
    assert forward.calibration_.slope <= 1
    assert crossed.fit(X, y).calibration_.slope > 1
