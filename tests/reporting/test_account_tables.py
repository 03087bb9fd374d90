"""One account in tables: figures with intervals, dashes, and a sentence for what the data lack."""

from __future__ import annotations

import pandas as pd
import pytest

from kamsim.bundle import Portfolio
from kamsim.locale import Locale
from kamsim.reporting import (
    account_figures_table,
    account_years_table,
    handover_table,
    rituals_table,
    say_lacking,
)
from kamsim.schemas import ACCOUNTS, EVENTS, HISTORY, OPPORTUNITIES, STAKEHOLDERS, TEAM

from .conftest import fill

EN = Locale("en")
YEAR = {
    "until": pd.Timestamp("2025-12-01"), "months": 12, "revenue_eur": 2e5, "nrr": 0.8, "grr": 0.8,
    "won_eur": 0.0, "contraction_eur": float("nan"), "hours": 100.0, "contribution_eur": 1e5,
}  # fmt: skip
ACCOUNT = {
    "potential_36m_eur": 9e5, "potential_low_eur": 5e5, "potential_high_eur": 2e6, "tier": 1,
    "tier_1_probability": 0.9, "churn_probability_12m": 0.06, "usual_churn": 0.08, "gain_eur": 3e5,
    "gain_sd_eur": 1e5, "workload_hours": 13.0, "se_hours": 3.4, "csm_hours": 5.0, "hours_now": 2.7,
    "hours_plan": 6.8, "ae_recorded_hours": 4.7, "se_recorded_hours": 3.0, "csm_recorded_hours": float("nan"),
    "business_units": 8, "units_penetrated": 1,
}  # fmt: skip


def figures(
    wallet=(0.2, 0.1, 0.4), years=(YEAR,), locale=EN, **differs: object
) -> dict[str, tuple[str, str]]:
    frame = pd.DataFrame(list(years), columns=list(YEAR))
    table = account_figures_table(ACCOUNT | differs, frame, wallet, "balanced", locale)
    return {row.iloc[0].split(" (")[0]: (row.iloc[1], row.iloc[2]) for _, row in table.iterrows()}


def test_figures_stand_beside_what_to_hold_them_against() -> None:
    told = figures()

    assert told["Revenue, last 12 months"] == ("€200k", "−20% against the year before")
    assert told["Share of wallet"] == ("20% (10% to 40%)", "90% interval, from scores and CRM")
    assert told["Potential over 36 months"] == ("€900k (€500k to €2.0M)", "90% interval")
    assert told["Leaves within 12 months"] == ("6%", "usual in its segment 8%")
    assert told["AE hours a month, asked by its tier"] == (
        "13.0", "recorded of late 4.7; status quo 2.7; plan (Balanced) 6.8",
    )  # fmt: skip
    assert told["CSM hours a month, asked by its tier"] == ("5.0", "recorded of late –")


def test_a_wallet_that_was_told_has_no_interval() -> None:
    assert figures(wallet=(0.2, 0.2, 0.2))["Share of wallet"] == ("20%", "the client told its wallet")


def test_what_is_not_known_is_a_dash() -> None:
    told = figures(years=(), business_units=pd.NA, units_penetrated=pd.NA)

    assert told["Revenue, last 12 months"] == ("–", "no whole year before it")
    assert told["NRR of this account"] == ("–", "no whole year before it")
    assert told["Business units that buy"] == ("–", "–")


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_at_most_twelve_rows_in_either_language(lang: str) -> None:
    assert len(figures(locale=Locale(lang))) == 12


def test_a_part_year_says_so() -> None:
    table = account_years_table(pd.DataFrame([YEAR, YEAR | {"months": 3, "nrr": float("nan")}]), EN)

    assert table["Year to"].tolist() == ["December 2025", "December 2025 (3 months)"]
    assert table["NRR"].tolist() == ["80%", "–"]
    assert table["Given up at renewals"].tolist() == ["–", "–"]


def test_handover_names_what_is_there_and_what_to_ask() -> None:
    on = pd.Timestamp("2025-11-01")
    rows = [("why_bought", "known", float("nan"), "price", on), ("commitments", "partly", 3e4, None, on),
            ("three_party", "missing", float("nan"), None, pd.NaT)]  # fmt: skip

    table = handover_table(pd.DataFrame(rows, columns=["item", "state", "number", "text", "on"]), EN)

    assert table["In the CRM"].tolist() == ["there", "in part", "missing"]
    assert table["What it says"].tolist()[0] == "signed November 2025, reason: price"
    assert table["What it says"].tolist()[1].startswith("€30k signed")


def test_reviews_due() -> None:
    day = pd.Timestamp("2026-01-30")
    rows = [("account_review", pd.NaT, day, True, True), ("business_review", day, day, False, True),
            ("pipeline_review", pd.NaT, day, False, False)]  # fmt: skip

    table = rituals_table(
        pd.DataFrame(rows, columns=["ritual", "last_on", "due_on", "overdue", "recorded"]), EN
    )

    assert table["Due"].tolist() == ["now", "Jan 30, 2026", "Jan 30, 2026"]
    assert table["Standing"].tolist() == ["overdue", "in time", "the CRM does not count it"]


def test_only_what_is_lacking_is_named() -> None:
    months = pd.date_range("2024-01-01", periods=24, freq="MS")
    whole = Portfolio(
        fill(ACCOUNTS, account_id=["a"], business_units=[3]),
        fill(HISTORY, account_id=["a"] * 24, month=months, ae_hours=[1.0] * 24, reviews=[1] * 24),
        fill(OPPORTUNITIES, opportunity_id=["o"], reason=["price"], metrics=[True],
             proof_on=[pd.Timestamp("2025-01-01")]),
        TEAM.empty(),
        stakeholders=STAKEHOLDERS.empty(),
        events=EVENTS.empty(),
    )  # fmt: skip
    no_events = Portfolio(**{**whole.tables(), "events": None})

    assert say_lacking(whole, EN).startswith("These data hold everything")
    assert say_lacking(no_events, EN) == (
        "These data lack: events (alerts on organisation and industry). Those parts stay empty."
    )
