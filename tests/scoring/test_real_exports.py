"""Scoring on exports that nobody here made."""

import warnings
from pathlib import Path

import pandas as pd
import pytest

from kamsim.config import Scenario
from kamsim.errors import SmallSampleWarning
from kamsim.intake import read_export
from kamsim.scoring import ScoreResult, score_accounts


def _score(source: Path, mapping: Path, scenario: Scenario) -> tuple[pd.DataFrame, ScoreResult]:
    imported = read_export(source, mapping, scenario)
    portfolio = imported.portfolio
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SmallSampleWarning)
        found = score_accounts(
            portfolio.accounts, portfolio.history, portfolio.opportunities, scenario, cutoff=imported.cutoff
        )
    return portfolio.accounts, found


@pytest.mark.parametrize(
    ("horizon", "expected"), [(12, "churn_from_prior"), (3, "churn_rates_only")], ids=["year", "quarter"]
)
def test_maven_tells_nothing_of_churn_and_the_notes_say_so(
    shared_data, repository, scenario, horizon, expected
) -> None:
    mapping = repository / "data" / "mappings" / "maven.toml"
    patient = scenario.override({"scoring.churn_horizon_months": horizon})
    accounts, found = _score(shared_data / "maven_crm", mapping, patient)
    keys = [note.key for note in found.notes]
    assert len(found.scores) == len(accounts) == 85
    assert {"churn_transactional", expected, "churn_unchecked", "potential_from_spend"} <= set(keys)
    assert "churn_better" not in keys
    assert (found.scores["churn_probability_12m"] > 0).all()


def test_eighteen_accounts_score_by_the_prior(shared_data, repository, scenario) -> None:
    mapping = repository / "data" / "mappings" / "salesforce.toml"
    accounts, found = _score(shared_data / "salesforce_sample", mapping, scenario)
    prospects = found.scores[accounts["revenue_eur_per_month"] == 0]
    assert found.notes[0].key == "small_portfolio"
    assert len(found.scores) == 18
    assert (prospects["churn_probability_12m"] == 0).all()
    assert (prospects["potential_36m_eur"] > 0).all()
