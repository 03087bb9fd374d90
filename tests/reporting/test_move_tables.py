import pandas as pd

from kamsim.locale import Locale
from kamsim.reporting import broken_text, frontier_table, moves_by_reason_table, moves_table, policies_table

MOVES = pd.DataFrame(
    {
        "policy": ["p"] * 3,
        "account_id": ["a", "b", "c"],
        "from_rep": ["r", None, "s"],
        "to_rep": ["s", "r", "r"],
        "reason": ["nearer", "owner_gone", "constraint"],
        "constraint": [None, None, "locks"],
        "hours_before": [1.0, 2.0, 3.0],
        "hours_after": [2.5, 2.0, 0.5],
        "travel_saved_hours": [0.7, None, -0.2],
        "believed_gain_eur": [900.0, None, 1200.0],
        "handover_eur": [10.0, 0.0, 0.0],
        "revenue_eur_per_month": [100.0, 0.0, 50.0],
        "open_deals": [1, 0, 2],
    }
)


def test_reasons_stand_in_their_order_with_all_below() -> None:
    table = moves_by_reason_table(MOVES)

    assert table["Reason"].tolist()[0] == "former owner has left"
    assert table.iloc[-1].tolist() == ["all", "3", "0.5", "€2.1k", "€150", "3"]


def test_the_largest_gain_stands_first_and_a_constraint_is_named() -> None:
    table = moves_table(MOVES, rows=2)

    assert table["Account"].tolist() == ["c", "a"]
    assert table["Reason"].iloc[0] == "a constraint bars the owner (locks)"
    assert table.iloc[1, 4] == "1.0 → 2.5"


def test_the_frontier_in_french() -> None:
    points = pd.DataFrame(
        {"moves_allowed": [0, 5], "accounts_moved": [0, 4], "revenue_moved_eur_per_month": 0.0}
    )
    points = points.assign(gain_hours_eur=2e6, gain_moves_eur=[0.0, 8e4], gain_bound_eur=2.1e6)

    assert frontier_table(points, Locale("fr")).iloc[1].tolist()[-2:] == [
        "80\u202f000\xa0€",
        "100\u202f000\xa0€",
    ]


def test_policies_stand_by_believed_value_against_the_baseline() -> None:
    summary = pd.DataFrame(
        {"policy": ["status_quo", "p"], "believed_eur": [1e6, 3e6], "accounts_moved": [0, 3]}
    )
    table = policies_table(summary.assign(travel_hours=9.0, load_cv=0.1, gap=[None, 0.01]), MOVES)

    assert table.iloc[:, 1].tolist() == ["+€2.0M", "–"]
    assert table.iloc[:, 4].tolist() == ["€150", "€0"]


def test_what_is_broken_is_counted() -> None:
    broken = pd.DataFrame({"constraint": ["travel.longest_km", "locks", "locks"]})

    assert broken_text(broken, Locale("fr")).endswith("locks (2), travel.longest_km (1).")
