import datetime
import warnings
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import kamsim
from kamsim.errors import FeatureError
from kamsim.locale import Locale
from kamsim.scoring import Assessment, ChurnClassifier, ChurnHazard, PotentialRegressor, assess, model_card
from kamsim.streams import stream

DAY = datetime.date(2026, 3, 1)
SECTIONS = [
    "Model details",
    "Intended use",
    "Data learned from",
    "Models compared",
    "Evaluation",
    "Limits and caveats",
    "Versions",
]


def _table(rows: int) -> pd.DataFrame:
    draw = stream(1, "card")
    return pd.DataFrame({"usage": draw.standard_normal(rows), "plan": np.resize(["a", "b", "c"], rows)})


def _left(X: pd.DataFrame) -> np.ndarray:
    return stream(2, "card").random(len(X)) < 1 / (1 + np.exp(1 + 2 * X["usage"].to_numpy()))


@pytest.fixture(scope="module")
def fitted() -> ChurnClassifier:
    X = _table(300)
    X["name"], X["empty"] = [f"n{i}" for i in range(300)], np.nan
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ChurnClassifier(model="linear").fit(X, _left(X))


@pytest.fixture(scope="module")
def assessed() -> Assessment:
    X = _table(300)
    return assess(ChurnClassifier(model="linear"), X, _left(X), folds=3, resamples=30)


def _section(card: str, title: str) -> str:
    return card.split(f"## {title}\n")[1].split("\n## ")[0]


def test_a_card_says_what_was_measured(fitted, assessed) -> None:
    card = model_card(fitted, assessed, date=DAY, purpose="Rank renewals | by risk.")
    assert [line[3:] for line in card.splitlines() if line.startswith("## ")] == SECTIONS
    details = _section(card, "Model details")
    assert "within 12 months" in details
    assert fitted.chosen_ in details
    assert f"slope {fitted.calibration_.slope:.2f}" in details
    assert "Date: Mar 1, 2026" in details
    assert "Purpose: Rank renewals \\| by risk." in card
    data = _section(card, "Data learned from")
    assert "Rows learned from: 300." in data
    assert f"Share that left: {fitted.rate_:.1%}." in data
    assert "Columns (2): `usage`, `plan`." in data
    assert "Left out: `name`: looks like an id" in data
    assert "Left out: `empty`: no value at all" in data
    for name, row in fitted.comparison_.iterrows():
        assert f"| {name} | {row['loss']:.3f} | {row['excess']:.3f} |" in _section(card, "Models compared")
    evaluation = _section(card, "Evaluation")
    assert "Verdict: useful (300 rows held out, at random)." in evaluation
    auc = assessed.measures.set_index("measure").loc["auc"]
    assert f"| {auc['value']:.3f} | {auc['low']:.3f} to {auc['high']:.3f} | 0.500 |" in evaluation
    assert "lift" not in evaluation
    assert f"kamsim {kamsim.__version__}" in _section(card, "Versions")


def test_a_card_follows_the_fit(fitted, assessed) -> None:
    X = _table(260)
    other = ChurnClassifier(model="linear", horizon_months=6).fit(X, _left(X))
    card = model_card(other, date=DAY)
    assert "within 6 months" in card
    assert "Rows learned from: 260." in card
    assert "Not assessed" in _section(card, "Evaluation")
    assert "Columns left out: none." in card


def test_the_same_fit_has_the_same_card(fitted, assessed) -> None:
    X = _table(200)
    first, second = (ChurnClassifier(model="linear").fit(X, _left(X)) for _ in range(2))
    assert model_card(first, date=DAY) == model_card(second, date=DAY)
    assert model_card(fitted, assessed, date=DAY) != model_card(fitted, date=DAY)
    assert model_card(first, date=DAY) != model_card(first, date=datetime.date(2026, 3, 2))


def test_verdicts_become_limits(fitted, assessed) -> None:
    def limits(verdict: str, drifted: bool = False, folds: str = "forward") -> str:
        measures = assessed.measures.assign(folds=folds)
        found = replace(assessed, measures=measures, verdict=verdict, suspicions=(), drifted=drifted)
        return _section(model_card(fitted, found, date=DAY), "Limits and caveats")

    assert "No signal" in limits("no signal")
    assert "leak is suspected" in limits("suspected leak")
    assert "off on the whole" in limits("useful", drifted=True)
    plain = limits("useful")
    assert not any(words in plain for words in ("No signal", "leak", "off on the whole", "Not assessed"))
    assert "Not assessed forward in time" in limits("useful", folds="grouped")


@pytest.mark.filterwarnings("ignore::kamsim.errors.SmallSampleWarning")
def test_few_rows_and_a_rate_alone_are_told() -> None:
    X = _table(30)
    rate = model_card(ChurnClassifier(prior_rate=0.2).fit(X, np.arange(30) < 3), date=DAY)
    assert "the rate alone" in rate
    assert "Calibration: none" in rate
    assert "Compared by: nothing" in rate
    assert "model 37.5%, prior 62.5% (prior: 20.0%)" in rate
    assert "fewer than 50 rows" in rate
    few = model_card(PotentialRegressor().fit(X.head(6), np.arange(6) + 1.0), date=DAY)
    assert "the median alone" in few
    assert "Rows that told an amount: 6." in few
    assert "its ends are 0 and infinity" in few


def test_potential_says_its_basis() -> None:
    X = _table(120)
    amounts = np.exp(X["usage"].to_numpy())
    survey = model_card(PotentialRegressor(model="linear").fit(X, amounts), date=DAY)
    spend = model_card(PotentialRegressor(model="linear").fit(X, None, spend=amounts), date=DAY)
    assert "of what its like disclosed" in survey
    assert "Nothing checks potential" not in survey
    assert "0.9 quantile of spend" in spend
    assert "Nothing checks potential" in spend
    assert "held-out errors: 120." in survey
    assert "ridge, alpha=" in _section(survey, "Models compared")


def test_a_hazard_has_a_card() -> None:
    months = pd.date_range("2024-01-01", periods=24, freq="MS")
    rows = [(f"A{i}", m, 10.0) for i in range(8) for m in months[1 : 3 + 3 * i]]
    history = pd.DataFrame(rows, columns=["account_id", "month", "revenue_eur"])
    model = ChurnHazard().fit(history, cutoff=pd.Timestamp("2026-01-01"))
    card = model_card(model, date=DAY)
    assert f"departures seen: {model.leavers_}." in card
    assert f"Customer-months: {model.counts_['at_risk'].sum()};" in card
    assert "Columns: none but time" in card


def test_french_and_what_else_it_is_not_for(fitted, assessed) -> None:
    card = model_card(fitted, assessed, date=DAY, locale=Locale("fr"), not_for=["fixer\nun *prix*."])
    assert card.startswith("# Fiche de modèle\xa0: churn\n")
    assert "Verdict\xa0: utile (300 lignes hors échantillon, au hasard)." in card
    assert "Ne pas s'en servir pour\xa0: fixer un \\*prix\\*." in card


def test_only_kamsim_s_estimators_have_a_card() -> None:
    with pytest.raises(FeatureError, match="dict has no card"):
        model_card({}, date=DAY)
