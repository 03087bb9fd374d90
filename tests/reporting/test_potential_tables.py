import pandas as pd
import pytest

from kamsim.locale import Locale
from kamsim.reporting import headroom_table, tier_certainty, tier_certainty_table

SCORES = pd.DataFrame(
    {
        "account_id": ["a", "b", "c", "d"],
        "tier_1_probability": [0.9, 0.0, 0.05, 0.0],
        "tier_2_probability": [0.1, 0.05, 0.75, 0.02],
        "tier_3_probability": [0.0, 0.95, 0.2, 0.98],
        "potential_36m_eur": [9e5, 4e5, 2e5, 5e4],
        "headroom_eur": [5e5, 0.0, 1e5, 4e4],
    }
)
TIERS = pd.DataFrame({"account_id": ["d", "c", "b", "a"], "tier": [3, 2, 2, 1]})


def test_doubt_is_counted_beside_the_best_guess() -> None:
    found = tier_certainty(SCORES, TIERS)
    assert found["tier"].tolist() == [1, 2, 3, 0]
    assert found["accounts"].tolist() == [1, 2, 1, 4]
    assert found["expected"].tolist() == pytest.approx([0.95, 0.92, 2.13, 4])
    assert found["sure"].tolist() == [1, 0, 1, 2]
    assert found["potential_eur"].tolist() == pytest.approx([9e5, 6e5, 5e4, 1.55e6])
    assert found["headroom_eur"].tolist() == pytest.approx([5e5, 1e5, 4e4, 6.4e5])
    pd.testing.assert_frame_equal(found, tier_certainty(SCORES[::-1], TIERS[::-1]))


def test_certainty_for_readers() -> None:
    table = tier_certainty_table(tier_certainty(SCORES, TIERS), Locale("fr"), "EUR")
    assert table.columns[3] == "Sûrs (90\u00a0% ou plus)"
    assert table.iloc[0].tolist() == ["Tier 1", "1", "1", "1", "0,9\u00a0M€", "0,5\u00a0M€"]


def test_explanations_in_order_of_headroom_without_those_who_told() -> None:
    headroom = pd.DataFrame(
        {"account_id": ["c", "a", "b"], "name": ["C", "A", "B"], "headroom_eur": [3e5, 2e5, 1e5]}
    )
    said = pd.DataFrame(
        {
            "account_id": ["a", "b", "c", "b"],
            "target": ["churn", "churn", "potential", "potential"],
            "text": ["no", "no", "why c", "why b"],
        }
    )
    assert headroom_table(headroom, said).to_numpy().tolist() == [
        ["C", "€300k", "why c"],
        ["B", "€100k", "why b"],
    ]
    assert len(headroom_table(headroom, said, rows=1)) == 1
    assert headroom_table(headroom, said.head(0)).empty
