import numpy as np
import pandas as pd

from kamsim.reporting import at_risk_table, contribution_table


def contribution(*amounts: float, revenue: float = 1e5) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "name": [f"N{i}" for i in range(len(amounts))],
            "segment": "smb",
            "revenue_eur": revenue,
            "cost_eur": 2e4,
            "contribution_eur": amounts,
        }
    )


def test_both_ends_then_the_sums() -> None:
    prospects = contribution(-2e4, revenue=0.0)
    found = contribution_table(pd.concat([contribution(5e4, 4e4, 3e4, 2e4, -1e4), prospects]), rows=2)

    assert found["Account"].tolist() == ["N0", "N1", "N3", "N4", "All 5 who bought", "All 1 others"]
    assert found["Contribution"].tolist() == ["+€50k", "+€40k", "+€20k", "−€10k", "+€130k", "−€20k"]


def test_few_customers_stand_there_once() -> None:
    found = contribution_table(contribution(3e4, 1e4, 0.0), rows=2)

    assert found["Account"].tolist() == ["N0", "N1", "N2", "All 3 who bought"]


def test_cost_that_nobody_recorded_is_a_dash() -> None:
    found = contribution_table(contribution(3e4).assign(cost_eur=np.nan))

    assert found["Team's hours"].tolist() == ["–", "–"]


def test_only_who_is_worth_it_is_listed() -> None:
    row = {
        "name": "A", "segment": "smb", "revenue_eur_per_year": 1e5, "churn_probability": 0.4, "usual": 0.2,
        "stake_eur": 3e4, "care_eur": 2e3, "is_worth": True,
    }  # fmt: skip

    found = at_risk_table(pd.DataFrame([row, {**row, "name": "B", "is_worth": False}]))

    assert found["Account"].tolist() == ["A"]
