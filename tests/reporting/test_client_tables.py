"""The client in tables: roles, alerts, its industry, its open deals."""

from __future__ import annotations

import pandas as pd

from kamsim.locale import Locale
from kamsim.reporting import alerts_table, deals_table, industry_table, roles_table, say_alerts
from kamsim.schemas import ACCOUNTS, MEDDIC

from .conftest import fill

EN = Locale("en")
DAY = pd.Timestamp("2025-06-10")
ALERT = {"account_id": "a", "event_id": "E1", "kind": "merger", "happened_on": DAY, "seen_on": DAY,
         "person": None, "settled": False}  # fmt: skip
DEAL = {"account_id": "a", "opportunity_id": "O1", "kind": "new", "product": None, "amount_eur": 1e4,
        "last_on": DAY, "next_step": "proof", "waited_months": 3.0, "usual_months": 1.0,
        "late_after_months": 2.0, "late": True}  # fmt: skip


def letters(**known: object) -> pd.DataFrame:
    return pd.DataFrame([{"opportunity_id": "O1", **dict.fromkeys(MEDDIC, pd.NA), **known}])


def test_roles_name_whom_to_approach() -> None:
    rows = [
        ("economic_buyer", 1, 0, "known", "Eve, CFO", "Bob, CIO"),
        ("end_user", 0, 0, "unknown", None, None),
    ]
    columns = ["decision_role", "people", "engaged", "state", "person", "through"]

    table = roles_table(pd.DataFrame(rows, columns=columns), EN)

    assert table["Whom to approach"].tolist() == ["Eve, CFO", "–"]
    assert table["Standing"].tolist() == ["known, no contact", "nobody known"]


def test_an_open_alert_says_what_to_do_and_an_answered_one_nothing() -> None:
    answered = ALERT | {"event_id": "E2", "settled": True, "seen_on": DAY + pd.Timedelta(days=9)}

    table = alerts_table(pd.DataFrame([ALERT, answered]), EN)

    assert table["Standing"].tolist() == ["answered", "open"], "newest first"
    assert table["To do"].tolist() == ["–", "redraw the chart with both teams"]


def test_alerts_of_a_book_name_the_account_and_are_cut() -> None:
    accounts = fill(ACCOUNTS, account_id=["a"], name=["Arc"])

    table = alerts_table(pd.DataFrame([ALERT] * 20), EN, accounts=accounts)

    assert table["Account"].tolist() == ["Arc"] * 8


def test_no_events_is_not_no_alert() -> None:
    none = pd.DataFrame([ALERT]).iloc[:0]

    assert say_alerts(none, None, EN).startswith("The data hold no events")
    assert say_alerts(none, pd.DataFrame(), EN) == "No alert in the last 12 months."


def test_industry_beside_the_others() -> None:
    row = {"kind": "merger", "accounts": 33, "hit": 4, "share": 0.12, "low": 0.05, "high": 0.27,
           "elsewhere": 0.03, "unusual": True}  # fmt: skip

    told = industry_table(pd.DataFrame([row]), EN).iloc[0].tolist()

    assert told == ["merger", "4 of 33", "12% (5% to 27%)", "3%", "more than elsewhere"]


def test_deals_say_what_they_wait_for_and_what_nobody_knows() -> None:
    known = dict.fromkeys(MEDDIC, True) | {"champion": False, "metrics": pd.NA}

    told = deals_table(pd.DataFrame([DEAL]), letters(**known), EN).iloc[0].tolist()

    assert told == [
        "first sale, €10k (O1)", "proof of concept", "Jun 10, 2025", "3.0", "1.0 (3 in 4 within 2.0)", "late",
        "Metrics, Champion",
    ]  # fmt: skip


def test_deals_without_letters_or_dates() -> None:
    bare = DEAL | {"last_on": pd.NaT, "waited_months": float("nan"), "usual_months": float("nan"),
                   "late_after_months": float("nan"), "late": False}  # fmt: skip

    told = deals_table(pd.DataFrame([bare]), letters(), EN).iloc[0].tolist()

    assert told[2:] == ["–", "–", "–", "not known", "none recorded"]
    full = deals_table(pd.DataFrame([DEAL]), letters(**dict.fromkeys(MEDDIC, True)), EN)
    assert full.iloc[0, -1] == "none"
