"""Alerts: what counts, what is the same piece of news, and what has been answered."""

from __future__ import annotations

import pandas as pd
import pytest

from kamsim.measures import account_alerts, industry_alerts

CUTOFF = pd.Timestamp("2026-01-01")


@pytest.fixture
def history(make_history) -> pd.DataFrame:
    return make_history({"a": [1.0] * 12})


def _kinds(alerts: pd.DataFrame) -> list[str]:
    return alerts["kind"].tolist()


def test_only_what_was_seen_of_late_counts(make_events, history) -> None:
    events = make_events(
        {"kind": "merger"},
        {"kind": "budget_cut", "seen_on": None},
        {"kind": "reorganisation", "happened_on": "2024-06-10"},
        {"kind": "hand_over", "account_id": "b"},
        {"kind": "appointment", "seen_on": "2026-01-01"},
    )

    assert _kinds(account_alerts(events, None, history, ["a"], cutoff=CUTOFF)) == ["merger"]
    assert len(account_alerts(events, None, history, ["a", "b"], cutoff=CUTOFF, months=24)) == 3


def test_newest_comes_first(make_events, history) -> None:
    events = make_events({"kind": "merger"}, {"kind": "budget_cut", "happened_on": "2025-08-01"})

    assert _kinds(account_alerts(events, None, history, ["a"], cutoff=CUTOFF)) == ["budget_cut", "merger"]


def test_a_leaving_with_a_successor_is_one_piece_of_news(make_events, make_people, history) -> None:
    events = make_events(
        {"kind": "appointment", "stakeholder_id": "new"},
        {"kind": "stakeholder_left", "stakeholder_id": "old"},
        {"kind": "stakeholder_left", "stakeholder_id": "old", "happened_on": "2025-07-01"},
    )
    people = make_people({"new": None, "old": None}, left_on={"old": "2025-06-10"})

    alerts = account_alerts(events, people, history, ["a"], cutoff=CUTOFF)

    assert _kinds(alerts) == ["stakeholder_left", "appointment"]
    assert alerts["person"].tolist() == ["old, T", "new, T"]


@pytest.mark.parametrize(("engaged", "settled"), [(True, True), (False, False)])
def test_an_appointment_is_settled_by_contact(make_events, make_people, history, engaged, settled) -> None:
    people = make_people({"new": None}, engaged={"new": engaged})
    events = make_events({"kind": "appointment", "stakeholder_id": "new"})

    alerts = account_alerts(events, people, history, ["a"], cutoff=CUTOFF)

    assert alerts["settled"].tolist() == [settled]


def test_a_lost_sponsor_is_settled_by_a_new_champion(make_events, make_people, history) -> None:
    events = make_events({"kind": "sponsor_left", "stakeholder_id": "old"})
    gone = {"left_on": {"old": "2025-06-10"}, "champion": {"old": True}}
    without = make_people({"old": None, "x": None}, **gone)
    with_one = make_people({"old": None, "x": None}, **{**gone, "champion": {"x": True}})

    settled = [
        account_alerts(events, p, history, ["a"], cutoff=CUTOFF)["settled"].item()
        for p in (without, with_one)
    ]

    assert settled == [False, True]


def test_a_leaver_is_settled_by_contact_in_the_same_role(make_events, make_people, history) -> None:
    events = make_events({"kind": "stakeholder_left", "stakeholder_id": "old"})
    common = {"left_on": {"old": "2025-06-10"}, "engaged": {"x": True}}
    other_role = make_people({"old": None, "x": None}, **common, decision_role={"x": "procurement"})
    same_role = make_people({"old": None, "x": None}, **common)

    settled = [
        account_alerts(events, p, history, ["a"], cutoff=CUTOFF)["settled"].item()
        for p in (other_role, same_role)
    ]

    assert settled == [False, True]


@pytest.mark.parametrize(("month", "settled"), [("2025-06-01", False), ("2025-07-01", True)])
def test_a_reorganisation_is_settled_by_a_later_review(make_events, history, month, settled) -> None:
    held = (history["month"] == month).astype(history["reviews"].dtype)
    events = make_events({"kind": "reorganisation"})

    alerts = account_alerts(events, None, history.assign(reviews=held), ["a"], cutoff=CUTOFF)

    assert alerts["settled"].tolist() == [settled]


def test_an_industry_is_unusual_when_its_interval_lies_above_the_others(make_events, make_accounts) -> None:
    ids = [f"m{i}" for i in range(20)] + [f"r{i}" for i in range(20)]
    accounts = make_accounts(dict.fromkeys(ids, "smb"), industry=["media"] * 20 + ["retail"] * 20)
    hit = [{"kind": "merger", "account_id": name} for name in ids[:10]]
    twice = {"kind": "merger", "account_id": "m0"}
    events = make_events(*hit, twice, {"kind": "budget_cut", "account_id": "r0"})

    found = industry_alerts(accounts, events, "media", cutoff=CUTOFF).set_index("kind")

    assert found.loc["merger", ["accounts", "hit", "share", "elsewhere"]].tolist() == [20, 10, 0.5, 0.0]
    assert found["unusual"].to_dict() == {
        "merger": True, "budget_cut": False, "reorganisation": False, "appointment": False,
    }  # fmt: skip
    assert industry_alerts(accounts, events, None, cutoff=CUTOFF).empty
    assert industry_alerts(accounts, None, "media", cutoff=CUTOFF).empty
