"""Coverage as tables and sentences, in both languages."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kamsim import reporting as r
from kamsim.locale import Locale

FRENCH = Locale("fr")
CAPACITY = pd.DataFrame(
    {"role": ["AE", "AE", "SE"], "work_share": [1.0, 0.5, 1.0], "contract_hours": [160.0, 80.0, 160.0],
     "leave_hours": [16.0, 8.0, 0.0], "ritual_hours": [20.0, 10.0, 0.0], "other_hours": [64.0, 32.0, 0.0],
     "client_hours": [60.0, 30.0, 160.0]}
)  # fmt: skip
WORKLOAD = pd.DataFrame({"role": ["AE", "SE"], "client_hours": [75.0, 9.0], "travel_hours": [25.0, 0.0]})


def test_a_month_is_a_full_timers() -> None:
    assert r.say_month(CAPACITY, WORKLOAD) == (
        "A full-time AE's month: 160 h, of which 16 on leave, 20 in reviews and preparing meetings,"
        " 64 elsewhere and 60 for clients, 15 of these on the road"
    )
    assert r.say_month(CAPACITY[CAPACITY["role"] == "SE"], WORKLOAD) == ""


def test_one_more_ae_in_its_currency() -> None:
    names = ["more", "hours_per_month", "spread_eur", "best_eur", "cost_eur"]
    marginal = pd.DataFrame([["hour", 1.0, 1.0, 2.0, 3.0], ["AE", 41.0, 3.2e5, 6.2e5, 3.6e5]], columns=names)
    said = r.say_marginal(marginal, 36, FRENCH, "USD")
    assert said.startswith("Un AE de plus (41 h par mois chez les clients) apporterait 320")
    assert "en 36 mois" in said


def test_a_fit_is_said_only_where_there_is_one() -> None:
    rows = pd.DataFrame(
        {"kind": ["fitted", "scenario"], "tier_1_above_eur": [9e5, 5e5], "tier_2_from_eur": [1.8e5, 1e5],
         "tier_1_accounts": [3, 26], "tier_2_accounts": [202, 300], "tier_3_accounts": [395, 274],
         "hours_needed": [404.0, 799.0], "hours_available": 405.0}
    )  # fmt: skip
    said = r.say_bounds(rows)
    assert "405 AE hours" in said
    assert "(accounts: 3, 202, 395), asking for 404 h; the scenario's ask for 799 h" in said
    assert r.say_bounds(rows[rows["kind"] == "scenario"]) == ""


def test_what_loses_and_who_is_best() -> None:
    flat = pd.DataFrame({"effort_factor": [0.75, 1.0, 1.25], "lost_share": [0.012, 0.0, 0.009]})
    assert r.say_flat(flat) == "A quarter less than the best effort loses 1.2% of profit, a quarter more 0.9%"
    assert r.say_flat(flat.iloc[:0]) == ""
    assert "27 AEs (18 to 35 within 1%)" in r.say_best_team((27.0, 18.0, 35.0), (1.0, 1.0, 14.0))
    assert r.say_changes(None) == ""


def test_what_the_data_lack() -> None:
    accounts = pd.DataFrame({"latitude": [45.0, np.nan]})
    team = pd.DataFrame({"role": ["AE", "SE"], "latitude": [45.0, np.nan], "joined_on": [pd.NaT, pd.NaT]})
    history = pd.DataFrame({"ae_hours": [np.nan]})
    said = r.say_lacks(accounts, team, history)
    assert [line.split(":")[0].split(" is")[0][:40] for line in said] == [
        "Coordinates are known of 1 of 2 accounts",
        "No hours with clients are recorded",
        "Nobody in the team",
        "It",
    ]
    whole = team.assign(role=["AE", "SE"]).iloc[[0, 1, 1]].assign(role=["AE", "SE", "CSM"])
    whole = whole.assign(joined_on=pd.Timestamp("2020-01-01"), latitude=45.0)
    assert r.say_lacks(accounts.iloc[:1], whole, pd.DataFrame({"ae_hours": [3.0]})) == [
        "The data know places, recorded hours and every role"
    ]


def test_hiring_has_two_columns_a_role() -> None:
    hiring = pd.DataFrame(
        {"quarter": [1, 1, 2, 2], "role": ["AE", "SE"] * 2, "opened": [2.0, 0.0, 1.0, 0.0],
         "effective": [1.5, 1.0, 3.0, 1.0], "needed": [3.0, 1.0, 3.0, 1.0]}
    )  # fmt: skip
    table = r.hiring_table(hiring)
    assert table["AE: posts to open"].tolist() == ["2", "1"]
    assert table["SE: at speed, of needed"].tolist() == ["1.0 of 1.0", "1.0 of 1.0"]
    assert table.shape == (2, 5)


def test_tables_speak_french() -> None:
    ratios = pd.DataFrame({"tier": [2], "accounts": [1300], "guide_ratio": [50.0], "client_hours": [1.3],
                           "travel_hours": [0.5], "hours_ratio": [31.5]})  # fmt: skip
    assert r.hours_ratio_table(ratios, FRENCH).iloc[0].tolist() == [
        "Tier 2", "1\u202f300", "50", "1,3", "0,5", "31,5",
    ]  # fmt: skip
