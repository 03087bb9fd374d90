from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kamsim.config import Scenario
from kamsim.dynamics import compile_parameters, play, team_outlook
from kamsim.portfolio.past import last_plan, team_of
from kamsim.portfolio.recorded import RecordedBlock
from kamsim.portfolio.truth import people_table, truth_history_table, truth_tables
from kamsim.schemas import DEALS, PEOPLE, TRUTH, TRUTH_HISTORY, check
from kamsim.streams import luck_key


@pytest.fixture(scope="module")
def truth(block: RecordedBlock, recorded_scenario: Scenario) -> pd.DataFrame:
    truth, deals = truth_tables(block, recorded_scenario)
    assert len(check(deals, DEALS)) == (block.closing.milestones_passed >= 0).sum()
    return check(truth, TRUTH)


def test_potential_is_attainable_spend_whatever_the_effort(
    truth: pd.DataFrame, block: RecordedBlock, recorded_scenario: Scenario
) -> None:
    """Against the dynamics: the mean of 36 months of attainable wallet over 400 lanes, without any effort."""
    state = block.closing.some_accounts(0, 150).repeat(400)
    parameters, spend = compile_parameters(recorded_scenario.dynamics), 0.0
    for month in range(672, 672 + 36):
        _, state = play(
            state, np.zeros(150), parameters, key=luck_key(1, "potential"), first_month=month, months=1
        )
        spend = spend + state.attainable * state.wallet

    potential = truth["potential_36m_eur"][:150]
    ratio = spend.mean(axis=1) / potential
    error = spend.std(axis=1) / np.sqrt(400) / potential
    assert (abs(ratio - 1) < 4.5 * error + 1e-12).all()
    assert ratio.mean() == pytest.approx(1, abs=0.002)


def test_churn_is_a_probability_of_customers_alone(truth: pd.DataFrame) -> None:
    paying = truth["revenue_eur_per_month"] > 0

    assert (truth.loc[~paying, "churn_probability_12m"] == 0).all()
    assert truth.loc[paying, "churn_probability_12m"].between(0.01, 0.99).mean() > 0.7
    assert truth.loc[paying, ["churn_probability_12m", "churn_propensity"]].corr("spearman").iloc[0, 1] > 0.5


def test_churn_is_how_often_customers_leave_when_the_year_is_played(
    truth: pd.DataFrame, block: RecordedBlock, recorded_scenario: Scenario
) -> None:
    """With nobody in the team leaving, so that the engine without a team plays the same year."""
    still = recorded_scenario.override(
        {"dynamics.people.attrition_rate": 0.0, "dynamics.people.ramp_start": 1.0}
    )
    parameters = compile_parameters(still.dynamics)
    stays = team_outlook(
        team_of(block.team), parameters, key=5, first_month=block.first_month + block.months,
        replications=still.portfolio.truth_replications,
    )  # fmt: skip
    expected = truth_tables(replace(block, outlook=stays), still)[0]["churn_probability_12m"]
    years, _ = play(
        block.closing, last_plan(block), parameters,
        key=luck_key(5, "again"), first_month=672, months=12, replications=np.arange(400),
    )  # fmt: skip
    left = (years.customer[0] & ~years.retained[0]).mean(axis=1)

    paying = expected > 0
    error = np.sqrt((expected * (1 - expected) / 400)[paying])
    assert ((left - expected)[paying] / error).abs().mean() < 1.1, "noise alone gives .8"
    assert left[paying].mean() == pytest.approx(expected[paying].mean(), abs=0.006)


def test_the_latent_path_ends_at_the_latent_state(truth: pd.DataFrame, block: RecordedBlock) -> None:
    path = check(truth_history_table(block), TRUTH_HISTORY)
    last = path[path["month"] == path["month"].max()]

    assert len(path) == 500 * 36
    np.testing.assert_array_equal(last["wallet_eur"], truth["wallet_eur_per_month"])
    np.testing.assert_array_equal(last["relationship"], truth["relationship"])


def test_people_stand_where_their_path_ends(block: RecordedBlock) -> None:
    people = check(people_table(block), PEOPLE)

    assert people["rep_id"].tolist() == block.team.query("role == 'AE'")["rep_id"].tolist()
    np.testing.assert_array_equal(people["tenure_months"], block.people.tenure[:, -1])
    np.testing.assert_array_equal(people["vacancy_months"], block.people.vacancy[:, -1])
