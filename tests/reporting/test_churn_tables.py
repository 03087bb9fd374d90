import numpy as np
import pandas as pd
import pytest

from kamsim.locale import ENGLISH, Locale
from kamsim.reporting import at_stake_table, say_oracle, skill_table
from kamsim.scoring import Assessment, OracleShare


@pytest.fixture
def accounts() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "account_id": ["A", "B", "C", "D"],
            "name": ["Alba", "Brio", "Cara", "Duna"],
            "segment": ["strategic", "smb", "mid_market", "smb"],
            "revenue_eur_per_month": [10_000.0, 500.0, 4000.0, 0.0],
        }
    )


@pytest.fixture
def scores() -> pd.DataFrame:
    return pd.DataFrame({"account_id": ["D", "C", "B", "A"], "churn_probability_12m": [0.0, 0.5, 0.9, 0.1]})


REASONS = pd.DataFrame(
    {
        "account_id": ["B", "C", "C"],
        "target": ["churn", "churn", "potential"],
        "text": ["Why B.", "Why C.", "Potential of C."],
    }
)


def test_most_at_stake_stands_first_and_prospects_have_nothing_to_lose(accounts, scores) -> None:
    table = at_stake_table(accounts, scores, REASONS, ENGLISH, "EUR")
    assert table["Account"].tolist() == ["Cara", "Alba", "Brio"]
    assert table["At stake a year"].tolist() == ["€24k", "€12k", "€5.4k"]
    assert table["Why"].tolist() == ["Why C.", "–", "Why B."]


def test_the_list_is_as_long_as_asked_in_either_language(accounts, scores) -> None:
    table = at_stake_table(accounts, scores, REASONS, Locale("fr"), "EUR", rows=1)
    assert table.iloc[0].tolist() == ["Cara", "Mid-market", "48\xa0k€", "50\xa0%", "24\xa0k€", "Why C."]


def test_each_baseline_stands_in_its_column() -> None:
    measures = pd.DataFrame(
        {
            "measure": ["auc", "brier_skill", "value_captured_top_20", "bias_points"],
            "value": [0.74, 0.15, 0.3, -0.6],
            "low": [0.7, 0.1, 0.2, -2.9],
            "high": [0.78, 0.2, 0.4, 1.4],
            "baseline": [0.5, 0.0, 0.31, -1.6],
        }
    )
    beside = pd.DataFrame(
        {
            "measure": ["auc", "value_captured_top_20"],
            "baseline": ["rfm", "past spend"],
            "value": [0.73, 0.31],
            "lead": [0.01, -0.01],
            "low": [-0.02, -0.1],
            "high": [0.04, 0.08],
        }
    )
    found = Assessment(measures, "no signal", (), pd.DataFrame(), False, beside)
    table = skill_table(found)
    assert table.iloc[:, 1].tolist() == [
        "−0.6 (−2.9 to 1.4)", "0.74 (0.70 to 0.78)", "0.15 (0.10 to 0.20)", "0.30 (0.20 to 0.40)",
    ]  # fmt: skip
    assert table.iloc[:, 2].tolist() == ["−1.6", "0.50", "0.00", "–"]
    assert table.iloc[:, 3].tolist() == ["–", "–", "–", "0.31 (−0.10 to +0.08)"]
    assert table.iloc[:, 4].tolist() == ["–", "0.73 (−0.02 to +0.04)", "–", "–"]


def test_what_was_not_assessed_has_no_rows() -> None:
    table = skill_table(Assessment.nothing("Too short."), Locale("fr"))
    assert table.empty
    assert table.columns[1] == "Modèle (intervalle à 95\xa0%)"


def test_the_input_is_not_changed(accounts, scores) -> None:
    before = accounts.copy(), scores.copy()
    at_stake_table(accounts, scores, REASONS)
    pd.testing.assert_frame_equal(accounts, before[0])
    pd.testing.assert_frame_equal(scores, before[1])
    assert np.isclose(scores["churn_probability_12m"].sum(), 1.5)


def test_a_truth_that_nobody_knows_is_said_to_be_unknown() -> None:
    assert "28% of the oracle's skill (812 customers)" in say_oracle(OracleShare(0.08, 0.29, 812))
    assert say_oracle(None, Locale("fr")).startswith("La vérité derrière ces comptes est inconnue")
