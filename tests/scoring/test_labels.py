import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from kamsim.scoring.labels import (
    FEWEST_MONTHS,
    STEP_MONTHS,
    Rhythm,
    customers,
    find_rhythm,
    labelled_months,
    leavers,
)
from kamsim.scoring.panel import Panel, record_panel

RECURRING, BY_DEAL = Rhythm(True, 1.0), Rhythm(False, 0.0)


def _panel(*rows: list[float]) -> Panel:
    ids = [f"a{i}" for i in range(len(rows))]
    return Panel(ids, pd.Timestamp("2026-01-01"), {"revenue_eur": np.array(rows, dtype="float64")})


def _panel_of(planted, cutoff) -> Panel:
    return record_panel(planted.accounts["account_id"].tolist(), planted.history, cutoff)


def test_a_subscription_is_recurring_and_lumpy_sales_are_not(make_planted, planted, cutoff) -> None:
    assert find_rhythm(_panel_of(planted, cutoff)).recurring
    assert not find_rhythm(_panel_of(make_planted(lumpy=True), cutoff)).recurring


def test_monthly_buyers_of_changing_amounts_are_not_recurring() -> None:
    # The real case: every account buys nearly every month, but never the same amount.
    assert find_rhythm(_panel([5, 9, 4, 7, 2, 8])) == Rhythm(False, 0.0)


def test_price_changes_and_churn_leave_a_history_recurring() -> None:
    assert find_rhythm(_panel([100, 100, 102, 102, 150, 150, 0, 0], [50, 50, 50, 50, 0, 0, 0, 0])).recurring


def test_no_two_successive_months_tell_nothing() -> None:
    assert find_rhythm(_panel([1, 0, 1, 0])) == BY_DEAL


def test_one_month_without_revenue_ends_a_subscription() -> None:
    panel = _panel([5, 5, 5, 5, 5, 5], [5, 5, 5, 0, 5, 5], [5, 0, 0, 0, 0, 0])
    np.testing.assert_array_equal(customers(panel, 2, RECURRING), [True, True, False])
    np.testing.assert_array_equal(leavers(panel, 2, 3, RECURRING), [False, True, True])
    np.testing.assert_array_equal(leavers(panel, 2, 1, RECURRING), [False, False, True])


def test_silence_over_the_whole_horizon_ends_a_buyer() -> None:
    panel = _panel([5, 0, 0, 0, 5, 0], [5, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 5])
    np.testing.assert_array_equal(customers(panel, 3, BY_DEAL), [True, True, False])
    np.testing.assert_array_equal(leavers(panel, 3, 3, BY_DEAL), [False, True, False])
    np.testing.assert_array_equal(leavers(panel, 3, 1, BY_DEAL), [True, True, True])


@given(months=st.integers(0, 120), horizon=st.integers(1, 12))
def test_label_windows_end_by_the_last_month(months: int, horizon: int) -> None:
    found = labelled_months(months, horizon)
    assert all(FEWEST_MONTHS <= m <= months - horizon for m in found)
    assert np.all(np.diff(found) == STEP_MONTHS)
    if months - horizon >= FEWEST_MONTHS:
        assert found[-1] == months - horizon
    else:
        assert found == []
