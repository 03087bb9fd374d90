"""One call for a business review."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from kamsim.config import Scenario
from kamsim.errors import ConfigError, SchemaError
from kamsim.runs import AccountReview, Desk, lay_out, review_account

PLAN = "marginal_value"


@pytest.fixture(scope="module")
def desk() -> Desk:
    small = {"portfolio.accounts": 60, "value.replications": 2}
    return lay_out(Scenario.load("saas_midmarket", small))


@pytest.fixture(scope="module")
def review(desk: Desk) -> AccountReview:
    return review_account(desk, policy=PLAN)


def test_most_at_stake_is_the_customer_where_effort_decides_most(desk: Desk, review: AccountReview) -> None:
    customers = desk.book[desk.book["revenue_eur_per_month"] > 0]

    assert review.account["gain_eur"] == customers["gain_eur"].max()
    assert review.rep["rep_id"] == review.account["owner_id"]


def test_account_and_representative_go_by_id_or_name(desk: Desk) -> None:
    account = desk.accounts.iloc[7]
    rep = desk.team[desk.team["role"] == "AE"].iloc[-1]

    by_id = review_account(desk, account["account_id"], rep["rep_id"], PLAN)
    by_name = review_account(desk, account["name"], rep["name"], PLAN)

    assert by_id.account_id == by_name.account_id == account["account_id"]
    assert by_id.rep["rep_id"] == by_name.rep["rep_id"] == rep["rep_id"]
    assert {account["account_id"], *by_id.book["account_id"]} == set(by_id.standing["account_id"])


def test_strangers_are_refused_with_the_nearest(desk: Desk) -> None:
    near = desk.accounts["account_id"].iloc[0]
    with pytest.raises(SchemaError, match=f"unknown account '{near}X': did you mean '{near}'"):
        review_account(desk, near + "X", policy=PLAN)
    with pytest.raises(SchemaError, match="unknown representative 'AE-0001': did you mean 'AE-0000"):
        review_account(desk, rep="AE-0001", policy=PLAN)
    with pytest.raises(ConfigError, match="marginal_value"):
        review_account(desk, policy="marginal_valu")


def test_actions_belong_to_the_owner_of_their_account(desk: Desk, review: AccountReview) -> None:
    names = desk.team.set_index("rep_id")["name"]
    owners = review.actions["account_id"].map(desk.accounts.set_index("account_id")["owner_id"]).map(names)
    is_ae = review.actions["role"] == "AE"

    assert (review.actions["owner"] == owners)[is_ae & owners.notna()].all()
    assert review.actions["owner"][~is_ae].isna().all()
    assert (review.actions["due_on"] >= desk.cutoff).all()


def test_share_of_wallet_is_exact_where_it_was_told(desk: Desk) -> None:
    customers = desk.accounts[desk.accounts["revenue_eur_per_month"] > 0]
    told = customers["disclosed_wallet_eur_per_month"].notna()
    known, guessed = customers[told].iloc[0], customers[~told].iloc[0]

    exact = review_account(desk, known["account_id"], policy=PLAN).wallet_share
    middle, low, high = review_account(desk, guessed["account_id"], policy=PLAN).wallet_share

    share = known["revenue_eur_per_month"] / known["disclosed_wallet_eur_per_month"]
    assert exact == pytest.approx((share, share, share))
    assert 0 < low < middle < high <= 1


def test_a_review_sees_no_truth(desk: Desk, review: AccountReview) -> None:
    blind = replace(desk.portfolio, truth=None, deals=None, people=None, influence=None, truth_history=None)

    again = review_account(replace(desk, portfolio=blind), policy=PLAN)

    pd.testing.assert_frame_equal(again.actions, review.actions)
    pd.testing.assert_frame_equal(again.standing, review.standing)


def test_a_portfolio_without_people_events_or_hours(desk: Desk) -> None:
    history = desk.portfolio.history
    unknown = ("ae_hours", "se_hours", "csm_hours", "reviews")
    bare = history.assign(
        **{n: pd.Series([pd.NA] * len(history), index=history.index, dtype="Int64").astype(history[n].dtype)
           for n in unknown}
    )  # fmt: skip
    poor = replace(desk.portfolio, stakeholders=None, events=None, ownership=None, history=bare)

    review = review_account(replace(desk, portfolio=poor), policy=PLAN)

    assert review.chart.empty
    assert review.facts.alerts.empty
    assert review.facts.roles.empty
    assert review.years["contribution_eur"].isna().all()
    assert not review.facts.rituals["overdue"].any()
    assert len(review.actions)


def test_no_account_no_review(desk: Desk) -> None:
    empty = replace(desk.portfolio, accounts=desk.accounts.iloc[:0])
    with pytest.raises(SchemaError, match="no account to review"):
        review_account(replace(desk, portfolio=empty), policy=PLAN)
