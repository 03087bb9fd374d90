"""Reviews due by tier."""

from __future__ import annotations

import pandas as pd
import pytest

from kamsim.measures import due_rituals
from kamsim.schemas import OPPORTUNITIES

CUTOFF = pd.Timestamp("2026-01-01")


@pytest.fixture
def reviewed(make_history):
    def make(counts: dict[str, int]) -> pd.DataFrame:
        history = make_history({"a": [1.0] * 12})
        held = history["month"].dt.strftime("%Y-%m").map(counts).fillna(0)
        return history.assign(reviews=held.astype(history["reviews"].dtype))

    return make


def _due(history: pd.DataFrame, tier: int) -> dict[str, bool]:
    found = due_rituals(history, OPPORTUNITIES.empty(), {"a": tier}, cutoff=CUTOFF)
    return dict(zip(found["ritual"], found["overdue"], strict=True))


def test_tiers_ask_for_different_reviews(reviewed) -> None:
    history = reviewed({})

    assert [list(_due(history, tier)) for tier in (1, 2, 3)] == [
        ["account_review", "business_review"], ["business_review"], [],
    ]  # fmt: skip


def test_tier_1_wants_one_of_each_in_a_month(reviewed) -> None:
    assert _due(reviewed({"2025-12": 1}), 1) == {"account_review": False, "business_review": True}
    assert _due(reviewed({"2025-12": 2}), 1) == {"account_review": False, "business_review": False}
    assert _due(reviewed({"2025-11": 2}), 1) == {"account_review": True, "business_review": False}
    assert _due(reviewed({"2025-09": 2}), 1) == {"account_review": True, "business_review": True}


def test_tier_2_takes_any_review_of_the_quarter(reviewed) -> None:
    assert _due(reviewed({"2025-10": 1}), 2) == {"business_review": False}
    assert _due(reviewed({"2025-09": 1}), 2) == {"business_review": True}


def test_what_is_not_recorded_is_not_overdue(make_history) -> None:
    found = due_rituals(make_history({"a": [1.0] * 12}), OPPORTUNITIES.empty(), {"a": 1}, cutoff=CUTOFF)

    assert not found["overdue"].any()
    assert not found["recorded"].any()


def test_open_deals_are_reviewed_on_the_first_monday(make_opportunities, make_history) -> None:
    deals = make_opportunities({"status": "open"})
    history = make_history({"a": [1.0]})

    days = [
        due_rituals(history, deals, {"a": 3}, cutoff=pd.Timestamp(day))["due_on"].item()
        for day in ("2026-01-01", "2026-01-05")
    ]

    assert days == [pd.Timestamp("2026-01-05")] * 2


def test_month_and_quarter_end_on_working_days(reviewed) -> None:
    found = due_rituals(reviewed({}), OPPORTUNITIES.empty(), {"a": 1}, cutoff=pd.Timestamp("2026-02-10"))

    assert found["due_on"].dt.strftime("%m-%d").tolist() == ["02-27", "03-31"]
