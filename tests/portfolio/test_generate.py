import dataclasses

import numpy as np
import pandas as pd
import pytest

from kamsim.bundle import Portfolio
from kamsim.config import Scenario
from kamsim.dynamics import compile_parameters, play, state_from_tables
from kamsim.portfolio import generate_portfolio
from kamsim.schemas import SEGMENTS, TABLES, check
from kamsim.streams import luck_key


def assert_same(one: Portfolio, other: Portfolio) -> None:
    for name, frame in one.tables().items():
        pd.testing.assert_frame_equal(frame, other.tables()[name], check_exact=True)


def test_a_portfolio_has_its_six_tables(portfolio: Portfolio) -> None:
    assert list(portfolio.tables()) == ["accounts", "history", "opportunities", "team", "truth", "deals"]
    for name, frame in portfolio.tables().items():
        pd.testing.assert_frame_equal(check(frame, TABLES[name]), frame)


def test_the_same_seed_gives_the_same_portfolio(portfolio: Portfolio, small: Scenario) -> None:
    assert_same(generate_portfolio(small), portfolio)


def test_another_seed_gives_another(portfolio: Portfolio, small: Scenario) -> None:
    other = generate_portfolio(small.override({"seed": small.seed + 1}))

    for name in ("accounts", "history", "truth"):
        assert not portfolio.tables()[name].equals(other.tables()[name])


def test_what_experiments_do_changes_no_history(portfolio: Portfolio, small: Scenario) -> None:
    later = small.override({"experiment.replications": 7, "value.replications": 9, "scoring.small_sample": 9})

    assert_same(generate_portfolio(later), portfolio)


def test_the_truth_is_what_the_accounts_show(portfolio: Portfolio) -> None:
    accounts = portfolio.accounts.set_index("account_id")
    truth = portfolio.truth.set_index("account_id")
    surveyed = accounts["disclosed_wallet_eur_per_month"].dropna()

    for name in ("revenue_eur_per_month", "business_units", "units_penetrated"):
        np.testing.assert_array_equal(accounts[name].to_numpy(float), truth[name].to_numpy(float))
    np.testing.assert_array_equal(surveyed, truth.loc[surveyed.index, "wallet_eur_per_month"])
    np.testing.assert_array_equal(
        accounts["sponsor_identified"].to_numpy(bool), truth["sponsorless_months"] == 0
    )
    assert 0.15 < len(surveyed) / len(accounts) < 0.45
    assert not accounts["sponsor_identified"].all()


def test_ratings_have_an_error_and_no_more_than_asked(portfolio: Portfolio, small: Scenario) -> None:
    for name in ("relationship", "roles_engaged"):
        error = portfolio.accounts[name] - portfolio.truth[name]
        inside = portfolio.accounts[name].between(0.001, 0.999)
        assert error[inside].std() == pytest.approx(small.portfolio.observation_noise, rel=0.25)

    exact = generate_portfolio(small.override({"portfolio.observation_noise": 0.0}))
    np.testing.assert_array_equal(exact.accounts["relationship"], exact.truth["relationship"])


def test_the_last_month_of_history_is_the_present(portfolio: Portfolio) -> None:
    last = portfolio.history[portfolio.history["month"] == "2025-12-01"]

    np.testing.assert_array_equal(last["revenue_eur"], portfolio.accounts["revenue_eur_per_month"])


def test_customer_since_is_the_start_of_the_present_run_of_revenue(portfolio: Portfolio) -> None:
    revenue = portfolio.history.pivot_table(index="account_id", columns="month", values="revenue_eur")
    returned = 0
    for account in portfolio.accounts.itertuples():
        months = revenue.loc[account.account_id]
        if account.revenue_eur_per_month == 0:
            assert pd.isna(account.customer_since)
            continue
        gaps = months.index[months == 0]
        first = months.index[0] if gaps.empty else gaps[-1] + pd.DateOffset(months=1)
        assert account.customer_since == first
        returned += (months[: first - pd.DateOffset(months=1)] > 0).any() and not gaps.empty
    assert returned > 0, "some left and came back, so that the last run is not the first"


def test_open_deals_are_the_open_opportunities(portfolio: Portfolio) -> None:
    opened = portfolio.opportunities.query("status == 'open'")
    in_crm = pd.DataFrame(
        {
            "account_id": opened["account_id"],
            "age": (pd.Timestamp("2026-01-01") - opened["opened_on"]).dt.days // 30.4,
            "amount": opened["amount_eur"],
            "stage": opened["stage"],
        }
    )
    stages = np.array(["proof of concept", "endorsement", "budget approval", "signature"])
    deals = portfolio.deals
    in_truth = pd.DataFrame(
        {
            "account_id": deals["account_id"],
            "age": deals["age_months"] + 1.0,
            "amount": deals["amount_eur_per_month"] * 12,
            "stage": pd.Series(stages[deals["milestones_passed"]], dtype="str"),
        }
    )
    order = ["account_id", "amount"]

    assert len(deals) > 10
    pd.testing.assert_frame_equal(
        in_crm.sort_values(order, ignore_index=True), in_truth.sort_values(order, ignore_index=True)
    )


def test_potential_is_attainable_spend_whatever_the_effort(portfolio: Portfolio, small: Scenario) -> None:
    """Against the dynamics: the mean of 36 months of attainable wallet over 400 lanes, without any effort."""
    state = state_from_tables(portfolio.accounts, portfolio.truth, portfolio.deals).repeat(400)
    parameters, spend = compile_parameters(small.dynamics), 0.0
    for month in range(672, 672 + 36):
        _, state = play(
            state, np.zeros(150), parameters, key=luck_key(1, "potential"), first_month=month, months=1
        )
        spend = spend + state.attainable * state.wallet

    ratio = spend.mean(axis=1) / portfolio.truth["potential_36m_eur"]
    error = spend.std(axis=1) / np.sqrt(400) / portfolio.truth["potential_36m_eur"]
    assert (abs(ratio - 1) < 4.5 * error + 1e-12).all()
    assert ratio.mean() == pytest.approx(1, abs=0.002)


def test_churn_is_a_probability_of_customers_alone(portfolio: Portfolio) -> None:
    truth = portfolio.truth
    paying = truth["revenue_eur_per_month"] > 0

    assert (truth.loc[~paying, "churn_probability_12m"] == 0).all()
    assert truth.loc[paying, "churn_probability_12m"].between(0.01, 0.99).mean() > 0.7
    assert truth.loc[paying, ["churn_probability_12m", "churn_propensity"]].corr("spearman").iloc[0, 1] > 0.5


@pytest.mark.parametrize(
    "changes",
    [
        {"portfolio.accounts": 1},
        {"portfolio.accounts": 3, "portfolio.burn_in_months": 0, "portfolio.history_months": 30},
        {"portfolio.accounts": 5, "portfolio.survey_share": 0.0, "portfolio.responsiveness_log_sd": 0.0},
        {"portfolio.accounts": 5, "portfolio.cutoff": "1990-01-01"},
        {"portfolio.accounts": 5, "portfolio.places": {"Here": (0.0, 0.0)}, "portfolio.scatter_degrees": 0.0},
        {"portfolio.accounts": 4} | {f"portfolio.{s}.prospect_share": 1.0 for s in SEGMENTS},
    ],
    ids=", ".join,
)
def test_portfolios_at_the_edge(changes: dict[str, object], small: Scenario) -> None:
    edge = small.override(changes)

    portfolio = generate_portfolio(edge)

    assert len(portfolio.accounts) == edge.portfolio.accounts
    assert portfolio.history["month"].nunique() == edge.portfolio.history_months


def test_a_portfolio_is_frozen(portfolio: Portfolio) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        portfolio.truth = None  # type: ignore[misc]
