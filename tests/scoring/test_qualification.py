import numpy as np
import pandas as pd
import pytest

from kamsim.config import Scenario
from kamsim.portfolio import generate_portfolio
from kamsim.schemas import MEDDIC
from kamsim.scoring import score_accounts
from kamsim.scoring.qualification import qualify_accounts, qualify_opportunities, won_by_letters


@pytest.fixture(scope="module")
def book():
    scenario = Scenario.load("saas_midmarket", {"portfolio.accounts": 300, "seed": 2})
    portfolio = generate_portfolio(scenario)
    scores = score_accounts(
        portfolio.accounts,
        portfolio.history,
        portfolio.opportunities,
        scenario,
        cutoff=pd.Timestamp(scenario.portfolio.cutoff),
    ).scores
    return portfolio, scores


def test_every_account_is_scored_whatever_the_order_of_rows(book) -> None:
    portfolio, scores = book
    one = qualify_accounts(portfolio.accounts, scores, ["finance"])
    other = qualify_accounts(portfolio.accounts[::-1], scores[::-1], ["finance"])
    pd.testing.assert_frame_equal(one.accounts, other.accounts)
    assert one.accounts["account_id"].tolist() == sorted(portfolio.accounts["account_id"])
    assert one.accounts[["icp", "account_score"]].to_numpy().min() >= 0
    assert one.accounts[["icp", "account_score"]].to_numpy().max() <= 100


def test_a_priority_industry_is_worth_its_weight_and_an_unknown_one_is_not_known(book) -> None:
    portfolio, scores = book
    accounts = portfolio.accounts.sort_values("account_id", ignore_index=True)
    plain, wanted = (qualify_accounts(accounts, scores, names) for names in ([], ["finance"]))
    finance, missing = (accounts["industry"] == "finance").to_numpy(), accounts["industry"].isna().to_numpy()
    gained = (wanted.accounts["icp"] - plain.accounts["icp"]).to_numpy()
    np.testing.assert_allclose(gained[finance], 20)
    np.testing.assert_allclose(gained[~finance], 0)
    assert (wanted.icp["priority_industry"][missing] == 0).all()
    assert (wanted.accounts["icp_known"][missing] <= 0.8 + 1e-9).all()


def test_the_cards_part_from_the_learned_potential_in_part(book) -> None:
    portfolio, scores = book
    found = qualify_accounts(portfolio.accounts, scores, ["finance"])
    assert 0 < found.disagreement["account"] < found.disagreement["icp"] < 1
    same = scores.assign(potential_36m_eur=1 + found.accounts["icp"].to_numpy())
    assert qualify_accounts(portfolio.accounts, same, ["finance"]).disagreement["icp"] == pytest.approx(0)


def test_open_opportunities_count_their_letters(book) -> None:
    deals = book[0].opportunities
    found = qualify_opportunities(deals)
    expected = deals[(deals["status"] == "open") & (deals["kind"] != "renewal")]
    assert found["opportunity_id"].tolist() == sorted(expected["opportunity_id"])
    np.testing.assert_allclose(found["score"], 100 * found["letters"] / 6)
    np.testing.assert_array_equal(found[list(MEDDIC)].fillna(False).sum(axis=1), found["letters"])


def test_the_share_won_is_counted_by_letter(book) -> None:
    deals = book[0].opportunities
    found = won_by_letters(deals).set_index("letters")
    closed = deals[deals["status"].isin(["won", "lost"]) & (deals["kind"] != "renewal")]
    count = closed[list(MEDDIC)].fillna(False).sum(axis=1)
    for letters, row in found.iterrows():
        assert row["won_share"] == pytest.approx((closed["status"][count == letters] == "won").mean())
        assert row["low"] <= row["won_share"] <= row["high"]
    assert found["closed"].sum() == len(closed)


def test_where_no_letter_is_recorded_nothing_is_counted(book) -> None:
    bare = book[0].opportunities.copy()
    bare[list(MEDDIC)] = pd.NA
    bare[list(MEDDIC)] = bare[list(MEDDIC)].astype("boolean")
    assert won_by_letters(bare).empty
    assert (qualify_opportunities(bare)["letters"] == 0).all()
