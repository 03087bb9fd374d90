"""Waiting for a milestone, against the deals that made it."""

from __future__ import annotations

import pandas as pd
import pytest

from kamsim.measures import last_progress, open_milestones, step_months
from kamsim.measures.funnel import DAYS_A_MONTH

CUTOFF = pd.Timestamp("2026-01-01")
OPEN = {"status": "open", "opened_on": "2025-10-01", "amount_eur": 1.0}


@pytest.fixture
def accounts(make_accounts) -> pd.DataFrame:
    return make_accounts({"a": "smb", "b": "strategic"})


def _won(days: int, account: str = "a") -> dict[str, object]:
    closed = pd.Timestamp("2025-01-01") + pd.Timedelta(days=days)
    return {"account_id": account, "closed_on": closed}


def test_usual_is_the_median_of_those_who_made_it(make_opportunities, accounts) -> None:
    deals = make_opportunities(_won(10), _won(20), _won(60), {"status": "lost", "closed_on": "2025-12-01"})

    found = step_months(deals, accounts)

    assert found[["segment", "step", "deals"]].to_numpy().tolist() == [
        ["", "signed", 3],
        ["smb", "signed", 3],
    ]
    assert (found["usual_months"] * DAYS_A_MONTH).round(6).tolist() == [20, 20]
    assert (found["late_after_months"] * DAYS_A_MONTH).round(6).tolist() == [40, 40]


def test_a_step_is_timed_from_the_latest_milestone_before_it(make_opportunities, accounts) -> None:
    dates = {"proof_on": "2025-01-11", "approved_on": "2025-01-16", "closed_on": "2025-01-20"}
    found = step_months(make_opportunities(dates), accounts).query("segment == ''").set_index("step")
    days = found["usual_months"] * DAYS_A_MONTH

    assert days.round(6).to_dict() == {"proof": 10, "approved": 5, "signed": 4}


def test_next_step_and_wait(make_opportunities, accounts) -> None:
    made = {"proof_on": "2025-01-11", "endorsed_on": "2025-02-10", "closed_on": "2025-03-12"}
    deals = make_opportunities(made, OPEN, {**OPEN, "proof_on": "2025-12-22", "amount_eur": 2.0})

    found = open_milestones(deals, accounts, ["a"], cutoff=CUTOFF)

    assert found["next_step"].tolist() == ["endorsed", "proof"], "largest first"
    assert (found["waited_months"] * DAYS_A_MONTH).round(6).tolist() == [10, 92]
    assert found["late"].tolist() == [False, True]


def test_a_step_that_nobody_dates_is_passed_over(make_opportunities, accounts) -> None:
    deals = make_opportunities({"endorsed_on": "2025-02-10", "closed_on": "2025-03-12"}, OPEN)

    assert open_milestones(deals, accounts, ["a"], cutoff=CUTOFF)["next_step"].tolist() == ["endorsed"]


def test_a_segment_with_few_deals_leans_on_all(make_opportunities, accounts) -> None:
    others = [_won(100, "b")] * 3
    few = make_opportunities(_won(10), *others, OPEN)
    many = make_opportunities(*[_won(10)] * 10, *others, OPEN)

    usual = [
        open_milestones(deals, accounts, ["a"], cutoff=CUTOFF)["usual_months"].item() * DAYS_A_MONTH
        for deals in (few, many)
    ]

    assert [round(u, 6) for u in usual] == [100, 10]


def test_without_a_past_nothing_is_late(make_opportunities, accounts) -> None:
    found = open_milestones(
        make_opportunities(OPEN, {**OPEN, "opened_on": None}, {**OPEN, "kind": "renewal"}),
        accounts, ["a"], cutoff=CUTOFF,
    )  # fmt: skip

    assert found["next_step"].tolist() == ["signed", "signed"]
    assert found["usual_months"].isna().all()
    assert found["waited_months"].isna().tolist() == [False, True]
    assert not found["late"].any()


def test_progress_is_the_last_thing_that_moved(make_opportunities) -> None:
    deals = make_opportunities(
        {"proof_on": "2025-03-01", "status": "lost", "closed_on": "2025-09-01"},
        {"kind": "renewal", "closed_on": "2025-10-01"},
        {"account_id": "b", "closed_on": "2025-04-01"},
    )

    found = last_progress(deals, ["a", "b", "c"])

    assert found.dt.strftime("%Y-%m-%d").tolist()[:2] == ["2025-03-01", "2025-04-01"]
    assert pd.isna(found["c"])
