import numpy as np
import pandas as pd
import pytest

from kamsim.config import Scenario
from kamsim.locale import Locale
from kamsim.measures import Stake
from kamsim.reporting import executive_table, say_basis, say_concentration

SCENARIO = Scenario.load("base")
SUMMARY = {
    "accounts": 300, "customers": 120, "revenue_eur_per_year": 4e6, "logo_retention": 0.81, "low": 0.74,
    "high": 0.87, "grr": 0.9, "grr_low": 0.86, "grr_high": 0.94, "nrr": np.nan, "nrr_low": np.nan,
    "nrr_high": np.nan,
}  # fmt: skip
SPACES = {
    "revenue_36m_eur": 12e6, "whitespace_eur": 12e6, "whitespace_low_eur": 3e6, "whitespace_high_eur": 36e6,
}  # fmt: skip
STAFFING = pd.DataFrame({"role": ["AE", "SE"], "effective": [5.4, 1.0], "by_hours": [8.8, 1.1]})


@pytest.fixture
def past() -> pd.DataFrame:
    return pd.DataFrame(
        {"revenue_eur": [60.0, 20.0, 10.0, 10.0, 0.0, 0.0], "contribution_eur": [9, 8, 7, -1, -2, 0.0]}
    )


def test_the_quarter_in_figures(past: pd.DataFrame) -> None:
    tables = pd.DataFrame([SUMMARY]), pd.DataFrame([SPACES]), past
    found = executive_table(*tables, Stake(7, 2e5, 5e4, 4e5), STAFFING, SCENARIO).set_index("Figure")

    values = found["This quarter"]
    assert values["Customers, of all accounts"] == "120 of 300"
    assert values["Share of the largest 20% of customers"] == "60%"
    assert values["Gross revenue retention (GRR)"] == "90% (86% to 94%)"
    assert values["Net revenue retention (NRR)"] == "–"
    assert values["Share of their potential that customers buy"] == "50% (25% to 80%)"
    assert values["Whitespace with customers"] == "€12.0M (€3.0M to €36.0M)"
    assert values["Contribution at stake, next 12 months"] == "€200k (€50k to €400k)"
    assert values["AEs at their speed, of those needed"] == "5.4 of 8.8"
    assert "1 of the 4 who bought cost more" in found.loc["Contribution, last 12 months", "What it is"]


def test_nobody_at_risk_is_a_dash(past: pd.DataFrame) -> None:
    tables = pd.DataFrame([SUMMARY]), pd.DataFrame([SPACES]), past
    found = executive_table(*tables, Stake(0, 0.0, 0.0, 0.0), STAFFING, SCENARIO, Locale("fr"))

    assert found.set_index(found.columns[0]).iloc[9, 0] == "–"


def test_concentration_counts_equal_customers(past: pd.DataFrame) -> None:
    said = say_concentration(past)

    assert "brings 60% of revenue, the largest five 100%" in said
    assert "from 2 equal customers instead of 4" in said  # 1 / (0.36 + 0.04 + 0.01 + 0.01) = 2.4
    assert say_concentration(past.assign(revenue_eur=0.0)) == "No account has revenue at the cut-off"


def test_what_data_lack_is_said_and_what_they_hold_is_not() -> None:
    months = pd.date_range("2024-01-01", periods=24, freq="MS")
    full = pd.DataFrame(
        {
            "disclosed_wallet_eur_per_month": [1.0, np.nan], "units_penetrated": [1, 2],
            "budget_confirmed": [True, None], "sponsor_identified": [True, None],
        }
    )  # fmt: skip
    history = pd.DataFrame({"month": months, "ae_hours": 1.0})
    bare = full.assign(**dict.fromkeys(full, np.nan))
    somebody, nobody = pd.DataFrame({"account_id": ["a"]}), pd.DataFrame({"account_id": []})

    known = say_basis(full, history, somebody, SCENARIO, truth_known=True)
    lacking = say_basis(bare, history.head(10).assign(ae_hours=np.nan), nobody, SCENARIO, truth_known=False)

    assert not [line for line in known if line.startswith("Lacking")]
    assert "1 of 2 accounts" in known[-1]
    assert len([line for line in lacking if line.startswith("Lacking")]) == 6
    assert "draws of what may be true" in lacking[0]
