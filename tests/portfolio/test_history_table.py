"""HISTORY agrees with the recording it was written from, and with OPPORTUNITIES."""

import numpy as np
import pandas as pd
import pytest

from kamsim.config import Scenario
from kamsim.portfolio.history_table import history_table, spent_hours
from kamsim.portfolio.opportunity_table import opportunity_table
from kamsim.portfolio.recorded import RecordedBlock
from kamsim.schemas import HISTORY, check

COUNTED = {"deals_opened": None, "deals_won": "won", "deals_lost": "lost"}


@pytest.fixture(scope="module")
def history(block: RecordedBlock, recorded_scenario: Scenario) -> pd.DataFrame:
    return history_table(block, recorded_scenario)


@pytest.fixture(scope="module")
def deals(block: RecordedBlock, recorded_scenario: Scenario) -> pd.DataFrame:
    table = opportunity_table(block, recorded_scenario)
    return table[table["kind"] != "renewal"]


def test_one_row_an_account_and_month_in_order(history: pd.DataFrame, block: RecordedBlock) -> None:
    pd.testing.assert_frame_equal(check(history, HISTORY), history[list(HISTORY.columns)])
    assert len(history) == 500 * block.months
    assert history["month"].nunique() == block.months == 36


def test_won_money_is_that_of_the_opportunities(history: pd.DataFrame, deals: pd.DataFrame) -> None:
    won = deals[deals["status"] == "won"].groupby("account_id")["amount_eur"].sum()
    assert len(won) > 100
    in_history = history.groupby("account_id")["won_eur"].sum()
    pd.testing.assert_series_equal(in_history[in_history > 0], won, check_names=False)


@pytest.mark.parametrize(("column", "status"), COUNTED.items())
def test_counts_are_those_of_the_opportunities(
    column: str, status: str | None, history: pd.DataFrame, deals: pd.DataFrame
) -> None:
    chosen = deals if status is None else deals[deals["status"] == status]
    day = chosen["opened_on" if status is None else "closed_on"]
    month = day.dt.to_period("M").dt.to_timestamp().astype("datetime64[us]")
    counted = chosen.groupby(["account_id", month]).size()
    counted = counted[counted.index.get_level_values(1) >= history["month"].min()]
    told = history.set_index(["account_id", "month"])[column]
    assert counted.size > 100
    pd.testing.assert_series_equal(told[told > 0], counted, check_names=False)


def test_churn_ends_revenue(history: pd.DataFrame) -> None:
    left = history["churned"].to_numpy(bool)
    before = history.groupby("account_id")["revenue_eur"].shift().to_numpy()
    assert left.sum() > 50
    assert (history["revenue_eur"].to_numpy()[left] == 0).all()
    stopped = (history["revenue_eur"].to_numpy() == 0) & (before > 0)
    assert (stopped <= left).all()


def test_contraction_is_what_revenue_lost(history: pd.DataFrame, recorded_scenario: Scenario) -> None:
    given_up = history["contraction_eur"].to_numpy()
    cut = given_up > 0
    kept = recorded_scenario.dynamics.contraction_factor
    assert cut.sum() > 20
    np.testing.assert_allclose(history["revenue_eur"][cut] * (1 - kept), given_up[cut] * kept)


def test_nothing_happens_before_a_lead_arrives(history: pd.DataFrame, block: RecordedBlock) -> None:
    arrival = np.repeat(block.closing.arrival, block.months)
    month = np.tile(block.first_month + np.arange(block.months), 500)
    early = history[month < arrival]
    assert len(early) > 500
    numbers = early.drop(columns=["account_id", "month", "usage", "satisfaction"]).to_numpy(float)
    assert (numbers == 0).all()
    assert early[["usage", "satisfaction"]].isna().all(axis=None)


def test_ae_hours_are_the_plan_as_far_as_the_owner_had_the_time(block: RecordedBlock) -> None:
    ae, se, csm = spent_hours(block)
    active = block.closing.arrival == 0
    year = np.arange(block.months) // 12
    reach = block.people.reach[block.owner]
    assert reach.min() < 1
    np.testing.assert_allclose(ae[active], (block.hours[0][year].T * reach)[active])
    np.testing.assert_array_equal(se[active], block.hours[1][year].T[active])
    np.testing.assert_array_equal(csm[active], block.hours[2][year].T[active])


def test_an_owner_who_leaves_changes_on_all_accounts_there(
    history: pd.DataFrame, block: RecordedBlock
) -> None:
    changed = history["owner_changed"].to_numpy(bool).reshape(500, -1)
    active = block.closing.arrival[:, None] <= block.first_month + np.arange(block.months)
    np.testing.assert_array_equal(changed, block.people.left[block.owner] & active)
    assert changed.any()


def test_a_block_holds_what_it_holds_in_any_cut(
    history: pd.DataFrame, part_of_block: RecordedBlock, recorded_scenario: Scenario
) -> None:
    part = history_table(part_of_block, recorded_scenario)
    whole = history[history["account_id"].isin(part["account_id"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(part, whole, check_exact=True)
