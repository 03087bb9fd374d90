"""Verdicts on tables whose truth is known, and on tables that nobody here made."""

from __future__ import annotations

import warnings
from dataclasses import FrozenInstanceError

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.cluster import KMeans
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.svm import LinearSVC

from kamsim.errors import FeatureError, FeatureWarning
from kamsim.intake import read_export
from kamsim.scoring import Assessment, CampaignCost, LateFeatureWarning, assess
from kamsim.scoring.campaign_profit import expected_maximum_profit
from kamsim.streams import stream

from .planted_leaks import logistic, plain

COST = CampaignCost(customer_value=200, incentive=10, contact=1, alpha=6, beta=14)


@pytest.fixture(scope="module")
def honest() -> Assessment:
    case = plain(1)
    return assess(logistic(), case.X, case.y, past_spend="revenue", cost=COST, resamples=100)


def test_the_frame_is_tidy(honest) -> None:
    frame = honest.frame()
    assert list(frame) == ["measure", "value", "low", "high", "baseline", "interval", "rows", "folds"]
    assert frame["measure"].is_unique
    expected = {
        "auc",
        "brier_skill",
        "log_loss_skill",
        "bias_points",
        "calibration_slope",
        "calibration_error",
    }
    expected |= {"lift_decile_1", "captured_top_20", "value_captured_top_20", "expected_maximum_profit"}
    assert expected <= set(frame["measure"])
    known = frame.dropna(subset=["low"])
    assert (known["low"] <= known["value"] + 0.05).all()
    assert (known["value"] <= known["high"] + 0.05).all()
    assert dict(zip(frame["measure"], frame["interval"], strict=True))["auc"] == "delong"


def test_nothing_of_it_can_be_changed(honest) -> None:
    with pytest.raises(FrozenInstanceError):
        honest.verdict = "useful"
    copy = honest.frame()
    copy["value"] = 0
    assert (honest.frame()["value"] != 0).any()


def test_the_summary_says_the_verdict_and_the_headline(honest) -> None:
    lines = honest.summary().splitlines()
    assert lines[0].startswith(f"{honest.verdict} (random folds, 600 rows")
    assert any(line.startswith("auc") for line in lines)


def test_profit_stands_beside_contacting_everybody_or_nobody(honest) -> None:
    profit = honest.frame().set_index("measure").loc["expected_maximum_profit"]
    left = honest.predictions["happened"].to_numpy()
    worth = COST.acceptance * (COST.customer_value - COST.incentive) * left.mean()
    everybody = worth - COST.incentive * (1 - left.mean()) - COST.contact
    assert profit["low"] < profit["value"] < profit["high"]
    beside = honest.baselines.set_index("measure").loc["expected_maximum_profit"]
    assert beside["baseline"] == "everybody or nobody"
    assert beside["low"] > 0  # paired, since both rise with the share that leaves
    assert beside["lead"] == pytest.approx(profit["value"] - profit["baseline"])
    assert profit["baseline"] == pytest.approx(expected_maximum_profit(left, 0 * left, COST))
    assert profit["baseline"] >= max(everybody, 0) - 1e-9
    assert profit["baseline"] == pytest.approx(max(everybody, 0), rel=0.1)


def test_without_costs_there_is_no_profit() -> None:
    case = plain(1)
    frame = assess(logistic(), case.X, case.y, resamples=20).frame()
    assert "expected_maximum_profit" not in set(frame["measure"])


def test_order_of_rows_does_not_matter() -> None:
    case = plain(2)
    order = stream(2, "shuffle").permutation(len(case.y))
    straight = assess(logistic(), case.X, case.y, resamples=20)
    turned = assess(logistic(), case.X.iloc[order], case.y[order], resamples=20)
    pd.testing.assert_frame_equal(straight.frame(), turned.frame(), rtol=1e-4)
    assert straight.verdict == turned.verdict


def test_noise_has_no_signal_and_seldom_seems_to() -> None:
    found = []
    for seed in range(10):
        case = plain(100 + seed, strength=0.0)
        found.append(assess(logistic(), case.X, case.y, resamples=20).verdict)
    assert found.count("no signal") >= 9


def test_text_classes_and_trees_with_gaps_are_taken() -> None:
    case = plain(3)
    X = case.X.drop(columns="industry").astype("float64")
    X.iloc[::7, 0] = np.nan
    found = assess(
        HistGradientBoostingClassifier(max_iter=30), X, np.where(case.y, "lost", "kept"), resamples=20
    )
    assert found.verdict == "useful"
    assert found.predictions["happened"].mean() == pytest.approx(case.y.mean())  # "lost" sorts last


def drifting(seed: int, rows: int = 4000) -> tuple[pd.DataFrame, np.ndarray, pd.DatetimeIndex]:
    """Four years in which churn rises from one in seven to one in three; what drives it stays the same."""
    draw = stream(seed, "drifting")
    months = draw.integers(0, 48, rows)
    X = pd.DataFrame({"usage": draw.normal(size=rows), "tickets": draw.normal(size=rows)})
    logit = -2.3 + 0.03 * months + 1.1 * X["usage"] - 0.6 * X["tickets"]
    left = (draw.random(rows) < 1 / (1 + np.exp(-logit))).astype(int)
    return X, left, pd.Timestamp("2020-01-01") + pd.to_timedelta(months * 30, unit="D")


def test_a_forward_split_shows_what_a_random_one_hides() -> None:
    X, left, time = drifting(1)
    forward = assess(LogisticRegression(), X, left, time=time, resamples=100)
    mixed = assess(LogisticRegression(), X, left, resamples=100)
    ahead, random = (a.frame().set_index("measure") for a in (forward, mixed))
    assert abs(ahead.loc["auc", "value"] - random.loc["auc", "value"]) < 0.02
    assert abs(random.loc["bias_points", "value"]) < 1
    assert ahead.loc["bias_points", "high"] < -5
    assert (forward.drifted, mixed.drifted) == (True, False)
    assert forward.verdict == "useful"
    assert any(s.startswith("Drift: ") and "too low" in s for s in forward.evidence)


def test_without_drift_there_is_no_alarm() -> None:
    X, _, time = drifting(2)
    left = (stream(2, "still").random(len(X)) < 1 / (1 + np.exp(1 - X["usage"]))).astype(int)
    assert not assess(LogisticRegression(), X, left, time=time, resamples=100).drifted


def test_groups_are_drawn_whole_and_said() -> None:
    case = plain(4)
    found = assess(logistic(), case.X, case.y, groups=np.arange(600) // 4, resamples=20).frame()
    assert set(found["interval"]) == {"cluster bootstrap"}
    assert set(found["folds"]) == {"grouped"}


def test_features_that_came_later_are_left_out_of_the_measures() -> None:
    case = plain(5)
    case.X["usage_then"] = 1.0 * case.y
    with pytest.warns(LateFeatureWarning, match="'usage_then' is refused"):
        found = assess(
            logistic(),
            case.X,
            case.y,
            available_at={"usage_then": "2024-05-01"},
            as_of="2024-01-01",
            resamples=20,
        )
    assert found.verdict == "suspected leak"
    assert found.frame().set_index("measure").loc["auc", "value"] < 0.9


class Band(RegressorMixin, BaseEstimator):
    """A straight line with an interval as wide as its errors."""

    def fit(self, X, y):
        self.line_ = LinearRegression().fit(X, y)
        self.width_ = np.quantile(np.abs(y - self.line_.predict(X)), 0.9)
        return self

    def predict(self, X):
        return self.line_.predict(X)

    def predict_interval(self, X, coverage=0.9):
        guessed = self.predict(X)
        return np.column_stack([guessed - self.width_, guessed + self.width_])


def test_amounts_have_measures_of_their_own() -> None:
    draw = stream(6, "amounts")
    X = pd.DataFrame({"past": draw.uniform(0, 100, 500), "seats": draw.uniform(0, 9, 500)})
    later = 50 + X["past"] + 20 * X["seats"] + draw.normal(scale=25, size=500)
    tier = np.where(later > 200, 1, 2)
    found = assess(Band(), X, later, past_spend="past", tier=tier, resamples=50)
    known = found.frame().set_index("measure")
    assert found.verdict == "useful"
    assert known.loc["log_r2", "value"] > 0.6
    assert known.loc["interval_coverage", "value"] == pytest.approx(0.9, abs=0.04)
    assert {"interval_coverage_tier_1", "interval_coverage_tier_2"} <= set(known.index)


def test_a_model_that_only_repeats_past_spend_is_no_better_than_it() -> None:
    draw = stream(7, "repeat")
    X = pd.DataFrame({"past": draw.lognormal(5, 1, 500)})
    later = X["past"] * draw.lognormal(0, 1, 500)
    found = assess(LinearRegression(), X, later, past_spend="past", resamples=50)
    assert found.verdict == "no signal"
    assert "past spend" in found.evidence[0]


def relapsing(seed: int, rows: int = 600) -> tuple[pd.DataFrame, np.ndarray]:
    """Who leaves depends on how lately an account bought, which RFM sees, and on complaints, unseen by it."""
    draw = stream(seed, "relapsing")
    X = pd.DataFrame({"lately": draw.normal(size=rows), "complaints": draw.normal(size=rows)})
    X["spend"] = draw.lognormal(5, 1, rows)
    logit = -1 - 1.0 * X["lately"] + 1.2 * X["complaints"]
    return X, (draw.random(rows) < 1 / (1 + np.exp(-logit))).astype(int)


def test_a_model_must_beat_recency_frequency_and_monetary_value() -> None:
    X, left = relapsing(8)
    rfm = 333 + 100 * X["lately"]
    wise = assess(LogisticRegression(), X, left, rfm=rfm, resamples=20)
    assert wise.verdict == "useful"
    assert wise.evidence[0].startswith("Better than recency, frequency and monetary value (AUC +")
    blind = assess(LogisticRegression(), X[["lately"]], left, rfm=rfm, resamples=20)
    assert blind.verdict == "no signal"
    assert "Not better than recency, frequency and monetary value" in blind.evidence[0]
    assert "auc over rfm" in blind.summary()


def test_past_spend_and_rfm_stand_side_by_side() -> None:
    X, left = relapsing(9)
    found = assess(LogisticRegression(), X, left, past_spend="spend", rfm="lately", resamples=50)
    beside = found.baselines.set_index(["measure", "baseline"])
    assert set(beside.index) == {
        (measure, baseline)
        for measure in ("auc", "value_captured_top_20")
        for baseline in ("past spend", "rfm")
    }
    known = found.frame().set_index("measure")
    assert (beside["low"] < beside["lead"]).all()
    assert (beside["lead"] < beside["high"]).all()
    for measure, baseline in beside.index:
        row = beside.loc[(measure, baseline)]
        assert row["value"] + row["lead"] == pytest.approx(known.loc[measure, "value"])
    assert beside.loc[("value_captured_top_20", "past spend"), "value"] == pytest.approx(
        known.loc["value_captured_top_20", "baseline"]
    )


def test_amounts_must_beat_rfm_in_captured_value() -> None:
    draw = stream(10, "amounts by rfm")
    X = pd.DataFrame({"past": draw.lognormal(5, 1, 500)})
    later = X["past"] * draw.lognormal(0, 1, 500)
    repeated = assess(LinearRegression(), X, later, rfm=X["past"].rank(), resamples=50)
    assert repeated.verdict == "no signal"
    assert "monetary value (captured value in the top 20 %" in repeated.evidence[0]
    assert assess(LinearRegression(), X, later, rfm=draw.random(500), resamples=50).verdict == "useful"


@pytest.mark.parametrize("estimator", [LinearSVC(), KMeans()])
def test_estimators_without_odds_or_amounts_are_refused(estimator) -> None:
    case = plain(1)
    with pytest.raises(FeatureError):
        assess(estimator, case.X, case.y)


def test_nothing_predicts_who_wins_in_the_maven_pipeline(shared_data, repository, scenario) -> None:
    mapping = repository / "data" / "mappings" / "maven.toml"
    portfolio = read_export(shared_data / "maven_crm", mapping, scenario).portfolio
    deals = portfolio.opportunities
    closed = deals[deals["status"].isin(["won", "lost"])]
    firms = portfolio.accounts.set_index("account_id")[["industry", "region", "headcount"]]
    X = closed[["owner_id", "product", "account_id"]].join(firms, on="account_id").drop(columns="account_id")
    X["headcount"] = X["headcount"].astype(float)
    for more in ({}, {"groups": closed["account_id"]}, {"time": closed["opened_on"], "horizon": 4}):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FeatureWarning)
            found = assess(logistic(), X, closed["status"], resamples=20, folds=3, **more)
        assert found.verdict == "no signal", found.summary()
