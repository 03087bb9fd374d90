from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from kamsim.errors import FeatureError
from kamsim.scoring import ScoreNote
from kamsim.scoring.churn import ChurnScores, score_churn
from kamsim.scoring.churn_assessment import assess_churn
from kamsim.scoring.panel import record_panel

NOTES = ScoreNote("churn_transactional"), ScoreNote("churn_from_prior", {"months": 10, "horizon": 12})
UNLEARNED = SimpleNamespace(examples=None, model=None, notes=NOTES)


@pytest.fixture(scope="module")
def churn(planted, scenario, cutoff) -> ChurnScores:
    panel = record_panel(planted.accounts["account_id"].tolist(), planted.history, cutoff)
    return score_churn(panel, planted.accounts, planted.opportunities, scenario)


def test_the_planted_signal_is_useful_on_accounts_that_the_model_never_saw(churn) -> None:
    found = assess_churn(churn, horizon_months=12, folds=2, resamples=50)
    measures = found.frame().set_index("measure")
    assert (measures["folds"] == "forward").all()
    assert measures.loc["auc", "low"] > 0.5
    assert set(found.baselines["baseline"]) == {"past spend", "rfm"}
    assert found.verdict != "suspected leak"


def test_families_stay_on_one_side(churn) -> None:
    """Were an account its own family, its past would tell of its future: here all are of two families."""
    half = np.where(np.arange(len(churn.examples.left)) % 2, "one", "two")
    kin = replace(churn, examples=replace(churn.examples, family=half))
    found = assess_churn(kin, horizon_months=12, folds=2, resamples=20)
    assert found.predictions["row"].is_unique
    assert (found.frame()["interval"] == "cluster bootstrap").any()


def test_without_a_model_there_is_nothing_to_assess(churn) -> None:
    with pytest.raises(FeatureError, match="was not learned"):
        assess_churn(replace(churn, model=None), horizon_months=12)


def test_the_horizon_is_the_gap(churn) -> None:
    found = assess_churn(churn, horizon_months=6, folds=2, resamples=20)
    months = pd.Series(churn.examples.month)[found.predictions["row"]]
    assert months.min() >= churn.examples.month.min() + 6


def test_or_says_why_where_asked_to() -> None:
    found = assess_churn(UNLEARNED, horizon_months=12, strict=False)
    assert found.verdict == "no signal"
    assert len(found.evidence) == 1
    assert "10 months of history" in found.evidence[0]
    assert found.predictions.empty
    assert found.frame().empty
