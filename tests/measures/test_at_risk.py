import pandas as pd
import pytest

from kamsim.config import Scenario
from kamsim.measures import accounts_at_risk, contribution_at_stake
from kamsim.measures.contribution import cost_per_hour

SCENARIO = Scenario.load("base")
SETTINGS = SCENARIO.coverage


@pytest.fixture
def at_risk(make_accounts) -> pd.DataFrame:
    accounts = make_accounts(
        {"a": "smb", "b": "smb", "c": "smb", "d": "smb"}, revenue_eur_per_month=[1000.0, 1.0, 5000.0, 0.0]
    )
    scores = pd.DataFrame(
        {"account_id": list("abcd"), "churn_probability_12m": [0.4, 0.4, 0.2, 0.9], "churn_baseline": 0.3}
    )
    book = pd.DataFrame({"account_id": list("abcd"), "workload_hours": 0.5})
    return accounts_at_risk(accounts, scores, book, SCENARIO)


def test_likelier_than_the_segment_and_worth_the_hours(at_risk: pd.DataFrame) -> None:
    rows = at_risk.set_index("account_id")

    assert rows.index.tolist() == ["a", "b"]  # c is safer than usual, d buys nothing
    assert rows["stake_eur"].tolist() == pytest.approx(
        [0.4 * 12_000 * SETTINGS.margin, 0.4 * 12 * SETTINGS.margin]
    )
    assert rows["care_eur"].tolist() == pytest.approx([6 * cost_per_hour("AE", SETTINGS)] * 2)
    assert rows["is_worth"].tolist() == [True, False]


def test_a_segment_that_nobody_left_is_measured_by_the_prior(make_accounts) -> None:
    accounts = make_accounts({"a": "smb", "b": "smb"}, revenue_eur_per_month=[1000.0, 1000.0])
    prior = SCENARIO.scoring.prior_churn_smb
    chances = [prior - 0.01, prior + 0.01]
    scores = pd.DataFrame(
        {"account_id": ["a", "b"], "churn_probability_12m": chances, "churn_baseline": [0.0, 0.0]}
    )
    book = pd.DataFrame({"account_id": ["a", "b"], "workload_hours": 0.5})

    rows = accounts_at_risk(accounts, scores, book, SCENARIO)

    assert rows["account_id"].tolist() == ["b"]
    assert rows["usual"].tolist() == [prior]


def test_the_interval_is_that_of_who_happens_to_leave() -> None:
    hundred = pd.DataFrame({"stake_eur": [10.0] * 100, "churn_probability": [0.5] * 100})

    stake = contribution_at_stake(hundred)

    # A hundred coins worth 20 each: standard deviation 100.
    assert (stake.accounts, stake.mean_eur) == (100, 1000.0)
    assert (stake.low_eur, stake.high_eur) == pytest.approx((804.0, 1196.0), abs=0.1)


def test_nobody_at_risk_puts_nothing_at_stake(at_risk: pd.DataFrame) -> None:
    stake = contribution_at_stake(at_risk.head(0))

    assert (stake.accounts, stake.mean_eur, stake.low_eur, stake.high_eur) == (0, 0.0, 0.0, 0.0)
