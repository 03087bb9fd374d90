"""From facts to dated actions."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from kamsim.bundle import Portfolio
from kamsim.measures import AccountFacts, Playbook, gather_facts, plan_actions
from kamsim.schemas import TEAM

CUTOFF = pd.Timestamp("2026-01-01")
BOOK = Playbook.load()
CALM = {
    "account_id": "a", "tier": 2, "revenue_eur_per_month": 10.0, "nrr": 1.0, "churn_probability_12m": 0.1,
    "usual_churn": 0.1, "business_units": pd.NA, "units_penetrated": pd.NA, "hours_now": 1.0,
    "hours_plan": 1.0,
}  # fmt: skip
"""An account on which nothing is the matter."""

PENDING = {"status": "open", "opened_on": "2025-12-31"}


@pytest.fixture
def portfolio(make_accounts, make_history, make_opportunities) -> Portfolio:
    """One account with a deal won of late, which is due a quarterly review and its hand-over."""
    accounts = make_accounts({"a": "smb"}, industry=["media"])
    deals = make_opportunities({"closed_on": "2025-09-01"})
    return Portfolio(accounts, make_history({"a": [10.0] * 24}), deals, TEAM.empty())


def facts_of(portfolio: Portfolio, tier: int = 2) -> AccountFacts:
    return gather_facts(portfolio, {"a": tier}, BOOK, cutoff=CUTOFF)


def plan(portfolio: Portfolio, **differs: object) -> pd.DataFrame:
    standing = pd.DataFrame([CALM | differs])
    return plan_actions(facts_of(portfolio, int(standing["tier"].item())), standing, BOOK, cutoff=CUTOFF)


def plays(portfolio: Portfolio, **differs: object) -> list[str]:
    return [p for p in plan(portfolio, **differs)["play"] if p not in ("business_review", "handover")]


def test_a_calm_account_asks_for_its_review_and_hand_over_alone(portfolio) -> None:
    assert plan(portfolio)["play"].tolist() == ["handover", "business_review"]


@pytest.mark.parametrize(
    ("differs", "wanted"),
    [
        ({"churn_probability_12m": 0.16}, ["churn"]),
        ({"churn_probability_12m": 0.14}, []),
        ({"churn_probability_12m": 0.16, "revenue_eur_per_month": 0.0}, []),
        ({"nrr": 0.7}, ["revenue_fall"]),
        ({"nrr": 0.9}, []),
        ({"nrr": float("nan")}, []),
        ({"hours_plan": 3.0}, ["hours"]),
        ({"hours_plan": 0.0}, ["hours"]),
        ({"hours_plan": 1.5}, []),
        ({"business_units": 4, "units_penetrated": 1}, ["second_unit"]),
        ({"business_units": 4, "units_penetrated": 4}, []),
    ],
)
def test_figures_that_call_for_an_action(portfolio, differs, wanted) -> None:
    assert plays(portfolio, **differs) == wanted


def test_open_alerts_and_only_those(portfolio, make_events) -> None:
    seen = replace(portfolio, events=make_events({"kind": "merger"}, {"kind": "budget_cut"}))
    reviewed = seen.history.assign(reviews=pd.array([1] * 24, dtype=seen.history["reviews"].dtype))

    assert sorted(plays(seen)) == ["budget_cut", "merger"]
    assert plays(replace(seen, history=reviewed)) == []


def test_missing_roles_by_tier(portfolio, make_people) -> None:
    known = replace(portfolio, stakeholders=make_people({"x": None}, decision_role={"x": "procurement"}))

    assert plan(known, tier=2).query("play == 'role'")["subject"].tolist() == ["economic_buyer"]
    assert len(plan(known, tier=1).query("play == 'role'")) == 3, "no more of a kind than one can do"


@pytest.mark.parametrize(("deal", "play"), [({"closed_on": "2025-09-01"}, "role"), (PENDING, "buyer")])
def test_the_buyer_of_an_open_deal_comes_sooner(
    portfolio, make_people, make_opportunities, deal, play
) -> None:
    people = make_people({"x": None}, decision_role={"x": "economic_buyer"})
    known = replace(portfolio, stakeholders=people, opportunities=make_opportunities(deal))

    found = plan(known).query("subject == 'economic_buyer'")

    assert found["play"].tolist() == [play]
    assert found["due_on"].tolist() == [BOOK.plays[play].due(CUTOFF)]
    assert BOOK.plays["buyer"].due(CUTOFF) < BOOK.plays["role"].due(CUTOFF)


def test_letters_that_are_missing_start_with_the_buyer(portfolio, make_opportunities) -> None:
    one_letter = {**PENDING, "metrics": True, "champion": False}
    no_letter = {**PENDING, "metrics": None, "champion": None}
    deals = make_opportunities({"closed_on": "2025-09-01"}, one_letter, no_letter)

    found = plan(replace(portfolio, opportunities=deals)).query("play == 'meddic'")

    assert found["reference"].tolist() == ["O1"], "of O2 no letter is recorded"
    assert found["subject"].item().split(";")[0] == "economic_buyer"
    assert "metrics" not in found["subject"].item()
    assert found["number"].item() == 1


def test_milestones_are_due_when_usual_and_soon_when_late(portfolio, make_opportunities) -> None:
    hundred_days = {"opened_on": "2025-01-01", "closed_on": "2025-04-11"}
    deals = make_opportunities(hundred_days, PENDING, {**PENDING, "opened_on": "2025-01-01"})

    found = plan(replace(portfolio, opportunities=deals)).query("play == 'milestone'")
    due = found.set_index("reference")["due_on"]

    assert due["O1"] == pd.Timestamp("2026-04-10")
    assert due["O2"] == BOOK.plays["milestone"].due(CUTOFF)


def test_a_technical_milestone_is_the_engineers(portfolio, make_opportunities) -> None:
    deals = make_opportunities({"proof_on": "2025-02-01", "closed_on": "2025-04-11"}, PENDING)

    found = plan(replace(portfolio, opportunities=deals)).query("reference == 'O1'")

    assert found[["play", "role", "subject"]].to_numpy().tolist() == [["technical_milestone", "SE", "proof"]]


@pytest.mark.parametrize(("signed", "asked"), [("2025-12-01", True), ("2025-05-01", False)])
def test_a_hand_over_is_closed_while_it_is_fresh(portfolio, make_opportunities, signed, asked) -> None:
    deals = make_opportunities({"closed_on": signed}, PENDING)

    found = plan(replace(portfolio, opportunities=deals)).query("play == 'handover'")

    assert found["since"].dt.strftime("%Y-%m-%d").tolist() == ([signed] if asked else [])


def test_no_progress_for_months_asks_for_a_decision(portfolio, make_opportunities) -> None:
    old = make_opportunities({"closed_on": "2025-06-01"})
    still_open = make_opportunities({**PENDING, "opened_on": "2025-01-01"})

    assert plays(replace(portfolio, opportunities=old)) == ["no_progress"]
    assert "no_progress" not in plays(replace(portfolio, opportunities=still_open))


def test_an_open_renewal_and_an_open_cross_sell(portfolio, make_opportunities) -> None:
    deals = make_opportunities({**PENDING, "kind": "renewal"}, {**PENDING, "kind": "cross_sell"})

    found = plays(replace(portfolio, opportunities=deals), business_units=4, units_penetrated=1)

    assert sorted(found) == ["milestone", "pipeline_review", "renewal"], "no second door while one is open"


def test_order_is_by_day_then_urgency(portfolio, make_events) -> None:
    events = make_events({"kind": "appointment"}, {"kind": "reorganisation"}, {"kind": "sponsor_left"})

    found = plan(replace(portfolio, events=events), churn_probability_12m=0.9)

    assert found["due_on"].is_monotonic_increasing
    assert found["play"].tolist()[:4] == ["sponsor_left", "churn", "reorganisation", "appointment"]
    assert found["due_on"].dt.day_of_week.max() < 5


def test_an_industry_in_motion(portfolio, make_accounts, make_events) -> None:
    ids = ["a", *(f"m{i}" for i in range(9)), *(f"r{i}" for i in range(40))]
    accounts = make_accounts(dict.fromkeys(ids, "smb"), industry=["media"] * 10 + ["retail"] * 40)
    events = make_events(*({"kind": "merger", "account_id": name} for name in ids[1:6]))

    found = plan(replace(portfolio, accounts=accounts, events=events)).query("play == 'industry'")

    assert found[["subject", "via", "number", "like"]].to_numpy().tolist() == [["merger", "media", 0.5, 0.0]]


def test_facts_of_an_account_know_nothing_of_others(portfolio, make_events, make_accounts) -> None:
    two = make_accounts({"a": "smb", "b": "smb"})
    events = make_events({"kind": "merger", "account_id": "b"})

    facts = facts_of(replace(portfolio, accounts=two, events=events))

    assert facts.alerts.empty
    assert facts.industry.empty, "no industry is known"
