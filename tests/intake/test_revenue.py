from datetime import date
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kamsim.errors import IntakeError
from kamsim.intake.revenue import build_history, current_revenue, exact_total, find_calendar


def deal(day, amount="12", status="won", account="A", opened=None):
    return {
        "account_id": account,
        "status": status,
        "opened_on": opened,
        "closed_on": day,
        "amount_eur": None if amount is None else Decimal(amount),
    }


def history(deals, recognition="at_close", accounts=("A", "B")):
    calendar = find_calendar(deals, "deals.csv")
    return build_history(accounts, deals, calendar, recognition)


def revenue(frame, account="A"):
    return frame.loc[frame["account_id"] == account, "revenue_eur"].tolist()


def test_grid_is_complete_from_the_first_closing_to_the_cutoff():
    deals = [
        deal(date(2025, 2, 28), opened=date(2024, 11, 1)),
        deal(date(2025, 3, 1), status="lost", account="B"),
        deal(None, None, "open", opened=date(2025, 4, 30)),
    ]
    frame = history(deals, accounts=("C", "B", "A"))
    assert frame.groupby("account_id").size().to_dict() == {"A": 3, "B": 3, "C": 3}
    assert frame["month"].unique().tolist() == pd.date_range("2025-02-01", periods=3, freq="MS").tolist()
    rows = frame.set_index(["account_id", "month"])
    assert rows["deals_won"].sum() == rows.loc[("A", "2025-02-01"), "deals_won"] == 1
    assert rows["deals_lost"].sum() == rows.loc[("B", "2025-03-01"), "deals_lost"] == 1
    assert rows["deals_opened"].sum() == rows.loc[("A", "2025-04-01"), "deals_opened"] == 1
    assert rows[["ae_hours", "se_hours", "csm_hours"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("day", "cutoff"),
    [(date(2025, 12, 31), date(2026, 1, 1)), (date(2025, 1, 1), date(2025, 2, 1))],
)
def test_cutoff_is_the_first_of_the_month_after_the_last_event(day, cutoff):
    assert find_calendar([deal(date(2024, 5, 5)), deal(day)], "d").cutoff == cutoff
    assert find_calendar([deal(None, opened=day)], "d").cutoff == cutoff


def test_export_without_a_date_is_refused():
    with pytest.raises(IntakeError, match=r"d.csv: no accepted opportunity has a date"):
        find_calendar([deal(None, None, "open")], "d.csv")


def test_dates_half_a_century_apart_are_refused():
    assert find_calendar([deal(date(1980, 1, 1)), deal(date(2029, 12, 31))], "d").months.size == 600
    with pytest.raises(
        IntakeError, match=r"d: its dates run from 1980-01-01 to 2030-01-01, a history has at most 600"
    ):
        find_calendar([deal(date(1980, 1, 1)), deal(date(2030, 1, 1))], "d")


def test_at_close_books_a_win_whole_in_its_month():
    assert revenue(history([deal(date(2025, 1, 9)), deal(date(2025, 3, 9), "5")])) == [12, 0, 5]


def test_monthly_over_12_earns_a_twelfth_from_the_closing_month_on_and_then_nothing():
    deals = [deal(date(2025, 1, 31), "0.1"), deal(date(2026, 4, 1), account="B")]
    earned = revenue(history(deals, "monthly_over_12"))
    assert earned[:12] == pytest.approx([0.1 / 12] * 12)
    assert earned[12:] == [0.0] * 4  # exactly: no rounding dust


MONTHS = st.integers(0, 30)
WINS = st.lists(st.tuples(MONTHS, st.integers(1, 10**9)), min_size=1, max_size=20)


@settings(max_examples=30, deadline=None)
@given(wins=WINS, recognition=st.sampled_from(["at_close", "monthly_over_12"]))
def test_current_revenue_is_a_twelfth_of_the_last_years_wins(wins, recognition):
    def day(month):
        return date(2020 + month // 12, month % 12 + 1, 15)

    deals = [deal(day(month), Decimal(cents) / 100) for month, cents in wins]
    deals += [deal(day(0), "1", "lost"), deal(day(30), "1", "lost")]
    frame = history(deals, recognition)
    recent = sum(cents for month, cents in wins if month > 30 - 12) / 100
    assert current_revenue(frame, recognition)["A"] == pytest.approx(recent / 12)
    assert current_revenue(frame, recognition)["B"] == 0


def test_current_revenue_of_a_short_history():
    deals = [deal(date(2025, 1, 1), "30"), deal(date(2025, 3, 1), "60")]
    assert current_revenue(history(deals), "at_close")["A"] == 30  # the mean of 3 months
    assert current_revenue(history(deals, "monthly_over_12"), "monthly_over_12")["A"] == 7.5  # 90 / 12


@settings(max_examples=30, deadline=None)
@given(cents=st.lists(st.integers(0, 10**13), min_size=1, max_size=30))
def test_money_in_is_money_out_to_the_cent(cents):
    deals = [deal(date(2025, 1 + n % 3, 1), Decimal(c) / 100) for n, c in enumerate(cents)]
    assert exact_total(history(deals)) == Decimal(sum(cents)) / 100


def test_history_does_not_depend_on_the_order_of_rows():
    rng = np.arange(50)
    deals = [deal(date(2025, 1 + n % 6, 1), f"0.{n + 1}", account="AB"[n % 2]) for n in rng]
    pd.testing.assert_frame_equal(history(deals), history(deals[::-1], accounts=("B", "A")))


def test_long_silence_is_told(small_export):
    head = "id,firm,who,stage,start,end,amount\n1,A,,Won,,2025-01-10,5\n"

    def quiet(last):
        items = small_export(deals=f"{head}2,A,,Won,,{last},5\n").report.items
        return [item.details for item in items if item.key == "import.quiet"]

    assert quiet("2025-07-10") == []
    assert quiet("2025-08-10") == [{"months": 6, "first": date(2025, 2, 1)}]
