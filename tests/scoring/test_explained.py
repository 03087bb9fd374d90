from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kamsim.config import Scenario
from kamsim.locale import Locale
from kamsim.locale.catalogue import read_catalogue
from kamsim.portfolio import generate_portfolio
from kamsim.schemas import EXPLANATIONS, check
from kamsim.scoring import explain_scores, say_explanations, score_accounts
from kamsim.scoring.prior_column import PRIOR


@pytest.fixture(scope="module")
def result():
    scenario = Scenario.load("saas_midmarket", {"portfolio.accounts": 400, "seed": 4})
    portfolio = generate_portfolio(scenario)
    return score_accounts(
        portfolio.accounts,
        portfolio.history,
        portfolio.opportunities,
        scenario,
        cutoff=pd.Timestamp(scenario.portfolio.cutoff),
        events=portfolio.events,
    )


@pytest.fixture(scope="module")
def explanations(result) -> pd.DataFrame:
    return explain_scores(result)


def test_customers_have_their_churn_explained_and_the_undisclosed_their_potential(
    result, explanations
) -> None:
    check(explanations, EXPLANATIONS)
    told = explanations.groupby("target")["account_id"].unique()
    scores = result.scores.set_index("account_id")
    assert set(told["churn"]) == set(scores.index[scores["churn_probability_12m"] > 0])
    assert set(told["potential"]) == set(scores.index[~result.potential.disclosed])


def test_the_score_told_is_the_score_given(result, explanations) -> None:
    scores = result.scores.set_index("account_id")
    for target, column in (("churn", "churn_probability_12m"), ("potential", "potential_36m_eur")):
        rows = explanations[explanations["target"] == target]
        np.testing.assert_allclose(rows["score"], scores.loc[rows["account_id"], column])


def test_the_prior_is_no_cause(explanations) -> None:
    assert PRIOR not in set(explanations["feature"])


def test_sentences_survive_the_table(result, explanations) -> None:
    said = say_explanations(explanations, Locale("en"), "EUR").set_index(["account_id", "target"])["text"]
    scores = result.scores.set_index("account_id")
    riskiest = scores["churn_probability_12m"].idxmax()
    share = Locale("en").percent(scores.loc[riskiest, "churn_probability_12m"], 0)
    assert said[(riskiest, "churn")].startswith(f"Churn {share} (typical ")
    assert "Raised by: " in said[(riskiest, "churn")]


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_every_feature_has_a_name_for_readers(result, lang) -> None:
    known = read_catalogue(lang)
    features = set(result.churn.features) | set(result.potential.features)
    missing = {f for f in features - {PRIOR} if f"feature.name.{f}" not in known}
    assert not missing


def test_a_prior_alone_is_not_explained(result) -> None:
    bare = replace(
        result, churn=replace(result.churn, model=None), potential=replace(result.potential, model=None)
    )
    assert explain_scores(bare).empty


def test_the_typical_churn_is_told_over_a_year_as_the_score_is() -> None:
    scenario = Scenario.load(
        "saas_midmarket", {"portfolio.accounts": 400, "seed": 4, "scoring.churn_horizon_months": 6}
    )
    made = generate_portfolio(scenario)
    cutoff = pd.Timestamp(scenario.portfolio.cutoff)
    result = score_accounts(made.accounts, made.history, made.opportunities, scenario, cutoff=cutoff)
    told = explain_scores(result)
    churn = told[told["target"] == "churn"].drop_duplicates("account_id")
    # Effects add up to the score less the typical one, so the typical score lies in the midst of them all.
    middle = churn["score"].median()
    assert churn["typical_score"].iloc[0] == pytest.approx(middle, rel=0.25)
