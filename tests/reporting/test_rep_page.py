"""A representative's page."""

from __future__ import annotations

import pandas as pd

from kamsim.locale import Locale
from kamsim.reporting import rep_page_table, say_book

EN = Locale("en")
CUTOFF = pd.Timestamp("2026-01-01")
TEAM = pd.DataFrame({"rep_id": ["me", "you"], "name": ["Ada", "Bob"]})
ROW = {
    "account_id": "a", "name": "Arc", "tier": 1, "gain_eur": 3e5, "workload_hours": 13.0, "hours_now": 2.0,
    "hours_plan": 6.0, "standing": "stays", "other_rep": None, "reason": None,
    "owner_since": pd.Timestamp("2024-11-01"), "distance_km": 5.2, "knows_industry": True,
}  # fmt: skip
TOLD = pd.DataFrame(
    [("a", "pipeline_review", "2026-01-05", "Review"), ("a", "churn", "2026-01-08", "Call"),
     ("a", "hours", "2026-02-02", "Settle"), ("a", "milestone", "2026-06-01", "Sign")],
    columns=["account_id", "play", "due_on", "action"],
).astype({"due_on": "datetime64[us]"})  # fmt: skip


def page(told: pd.DataFrame = TOLD, **differs: object) -> list[str]:
    return rep_page_table(pd.DataFrame([ROW | differs]), told, TEAM, EN, cutoff=CUTOFF).iloc[0].tolist()


def test_why_hours_and_what_comes_first() -> None:
    assert page() == [
        "Arc", "1", "€300k", "yours since November 2024, 5 km away, you know its industry",
        "13.0 / 2.0 / 6.0",
        "Call (by Jan 8, 2026)", "2",
    ]  # fmt: skip


def test_the_shared_review_comes_first_only_alone() -> None:
    assert page(TOLD.iloc[:1])[-2:] == ["Review (by Jan 5, 2026)", "0"]
    assert page(TOLD.iloc[3:])[-2:] == ["–", "0"], "not within 90 days"


def test_why_an_account_moves() -> None:
    assert page(standing="leaves", other_rep="you", reason="nearer")[3] == (
        "the plan gives it to Bob: nearer: less travel"
    )
    assert page(standing="comes", other_rep="you", reason="more_hours")[3].startswith(
        "the plan gives it to you, from Bob: new owner"
    )
    assert page(standing="comes")[3] == "the plan gives it to you, from nobody: it has no owner"


def test_an_owner_of_whom_nothing_is_known() -> None:
    bare = {"owner_since": pd.NaT, "distance_km": float("nan"), "knows_industry": False}

    assert page(**bare)[3] == "its owner in the CRM"


def test_a_book_in_a_sentence() -> None:
    book = pd.DataFrame(
        {"standing": ["stays", "leaves", "comes", "comes"], "workload_hours": [13.0, 1.0, 9.0, 9.0]}
    )

    said = say_book(book, {"name": "Ada", "capacity_hours": 65.0}, "balanced", EN)

    assert said == "Ada: 2 accounts today ask for 14 of 65 hours a month; under Balanced 1 leaves and 2 come."
