import numpy as np
import pandas as pd
import pytest

from kamsim.config import Scenario
from kamsim.portfolio.account_table import account_table
from kamsim.portfolio.past import SharedPast
from kamsim.portfolio.recorded import RecordedBlock
from kamsim.schemas import ACCOUNTS, check


@pytest.fixture(scope="module")
def accounts(block: RecordedBlock, recorded_scenario: Scenario) -> pd.DataFrame:
    return check(account_table(block, recorded_scenario), ACCOUNTS)


def test_the_table_shows_the_state_at_the_cut_off(accounts: pd.DataFrame, block: RecordedBlock) -> None:
    state = block.closing
    surveyed = accounts["disclosed_wallet_eur_per_month"].notna().to_numpy()

    np.testing.assert_array_equal(accounts["revenue_eur_per_month"], state.revenue[:, 0])
    np.testing.assert_array_equal(accounts["business_units"].to_numpy(int), state.units[:, 0])
    np.testing.assert_array_equal(accounts["sponsor_identified"].to_numpy(bool), state.sponsorless[:, 0] == 0)
    np.testing.assert_array_equal(
        accounts.loc[surveyed, "disclosed_wallet_eur_per_month"], state.wallet[surveyed, 0]
    )
    assert 0.2 < surveyed.mean() < 0.4
    reps = block.team["rep_id"].to_numpy()
    assert (accounts["owner_id"].to_numpy() == reps[block.owner]).all()


def test_ratings_have_an_error_and_no_more_than_asked(
    accounts: pd.DataFrame, block: RecordedBlock, recorded_scenario: Scenario
) -> None:
    for name, truth in (("relationship", block.closing.goodwill), ("roles_engaged", block.closing.roles)):
        error = accounts[name] - truth[:, 0]
        inside = accounts[name].between(0.001, 0.999)
        assert error[inside].std() == pytest.approx(recorded_scenario.portfolio.observation_noise, rel=0.2)
    exact = account_table(block, recorded_scenario.override({"portfolio.observation_noise": 0.0}))
    np.testing.assert_array_equal(exact["relationship"], block.closing.goodwill[:, 0])


def test_customer_since_is_the_start_of_the_present_run_of_revenue(
    accounts: pd.DataFrame, block: RecordedBlock
) -> None:
    start = np.datetime64(block.first_month, "M")
    returned = 0
    for since, revenue in zip(accounts["customer_since"], block.recording.revenue, strict=True):
        gaps = np.flatnonzero(revenue == 0)
        if revenue[-1] == 0:
            assert pd.isna(since)
        elif gaps.size:
            assert since == pd.Timestamp(str(start + gaps[-1] + 1))
            returned += gaps[0] > 0
        else:
            assert since <= pd.Timestamp(str(start))
    assert returned > 0, "some left and came back, so that the last run is not the first"
    assert (accounts["customer_since"] < pd.Timestamp(str(start - 12))).sum() > 20


def test_another_block_gives_the_same_rows(
    accounts: pd.DataFrame, part_of_block: RecordedBlock, recorded_scenario: Scenario, shared_past: SharedPast
) -> None:
    part = check(account_table(part_of_block, recorded_scenario), ACCOUNTS)

    pd.testing.assert_frame_equal(part, accounts[200:300].reset_index(drop=True), check_exact=True)
