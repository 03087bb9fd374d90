import numpy as np
import pandas as pd
import pytest

from kamsim.config import Scenario
from kamsim.portfolio import generate_portfolio
from kamsim.scoring.staying import staying_probability


@pytest.fixture(scope="module")
def book():
    scenario = Scenario.load("saas_midmarket", {"portfolio.accounts": 1500, "seed": 3})
    portfolio = generate_portfolio(scenario)
    return portfolio, pd.Timestamp(scenario.portfolio.cutoff)


def test_later_years_are_kinder_than_the_first(book) -> None:
    portfolio, cutoff = book
    accounts = portfolio.accounts.sort_values("account_id")
    customer = accounts["revenue_eur_per_month"].to_numpy() > 0
    paid = portfolio.history.groupby("account_id")["revenue_eur"].min() > 0
    established = paid.reindex(accounts["account_id"]).to_numpy()
    stays = staying_probability(portfolio.history, accounts, np.where(customer, 0.3, 0.0), cutoff)
    assert established.sum() > 100
    assert stays[established].mean() > 0.7**3 + 0.05
    assert stays[customer].max() < 0.7
    assert (stays[~customer] == 0).all()


def test_a_record_without_a_departure_goes_on_at_the_rate_of_the_first_year(book) -> None:
    portfolio, cutoff = book
    accounts = portfolio.accounts.sort_values("account_id").head(20).assign(revenue_eur_per_month=9.0)
    nothing = portfolio.history.iloc[:0]
    stays = staying_probability(nothing, accounts, np.full(20, 0.2), cutoff)
    np.testing.assert_allclose(stays, 0.8**3)


def test_nobody_stays_where_nobody_is_a_customer(book) -> None:
    portfolio, cutoff = book
    accounts = portfolio.accounts.sort_values("account_id").assign(revenue_eur_per_month=0.0)
    gone = portfolio.history[portfolio.history["month"] < cutoff - pd.DateOffset(months=14)]
    assert (staying_probability(gone, accounts, np.zeros(len(accounts)), cutoff) == 0).all()
