import numpy as np
import pandas as pd
import pytest
from scipy import stats

from kamsim.portfolio import generate_portfolio
from kamsim.scoring.horizon import HORIZON_MONTHS
from kamsim.scoring.potential_prior import (
    attainable_errors,
    disclosed_potential,
    mean_attainable_share,
    prior_potential,
    revenue_floor,
    wallet_months,
)


def test_wallets_grow_as_the_truth_has_it(scenario) -> None:
    portfolio = generate_portfolio(scenario.override({"portfolio.accounts": 40}))
    truth = portfolio.truth
    months = truth["potential_36m_eur"] / truth["wallet_eur_per_month"] / truth["attainable_share"]
    found = wallet_months(portfolio.accounts["segment"], scenario)
    np.testing.assert_allclose(found, months, rtol=0.01)


def test_the_floor_is_current_revenue_and_positive(planted) -> None:
    floor, revenue = revenue_floor(planted.accounts), planted.accounts["revenue_eur_per_month"].to_numpy()
    np.testing.assert_allclose(floor[revenue > 0], HORIZON_MONTHS * revenue[revenue > 0])
    assert (floor[revenue == 0] == 1).all()


def test_a_disclosed_wallet_of_nothing_is_still_an_amount(planted, scenario) -> None:
    accounts = planted.accounts.assign(disclosed_wallet_eur_per_month=0.0, revenue_eur_per_month=0.0)
    assert (disclosed_potential(accounts, scenario) == 1).all()


def test_an_undisclosed_potential_is_missing(planted, scenario) -> None:
    np.testing.assert_array_equal(np.isnan(disclosed_potential(planted.accounts, scenario)), planted.hidden)


def test_attainable_errors_have_the_spread_of_their_beta(scenario) -> None:
    errors = attainable_errors(scenario)
    assert np.mean(np.exp(errors)) == pytest.approx(1.0, abs=0.002)
    settings = scenario.portfolio
    prior = stats.beta(settings.attainable_share_alpha, settings.attainable_share_beta)
    shares = mean_attainable_share(scenario) * np.exp(errors)
    np.testing.assert_allclose(np.quantile(shares, [0.1, 0.9]), prior.ppf([0.1, 0.9]), atol=0.01)


def test_prior_potential_is_revenue_scaled_by_the_priors(planted, scenario) -> None:
    found = prior_potential(planted.accounts, scenario)
    revenue = planted.accounts["revenue_eur_per_month"].to_numpy()
    months = wallet_months(planted.accounts["segment"], scenario)
    np.testing.assert_allclose(found[revenue > 0], (months * revenue)[revenue > 0] * 0.6 / 0.4)
    assert mean_attainable_share(scenario) == 0.6


def test_prior_potential_of_a_prospect_is_typical_of_its_segment(planted, scenario) -> None:
    accounts = planted.accounts
    found = pd.Series(prior_potential(accounts, scenario))
    customer = accounts["revenue_eur_per_month"] > 0
    smb = accounts["segment"] == "smb"
    np.testing.assert_allclose(found[smb & ~customer], found[smb & customer].median())


def test_prior_potential_without_a_customer_is_the_presets(planted, scenario) -> None:
    nobody = planted.accounts.assign(revenue_eur_per_month=0.0)
    found = pd.Series(prior_potential(nobody, scenario)).groupby(nobody["segment"]).first()
    wallet = scenario.portfolio.smb.wallet_median_eur
    months = wallet_months(pd.Series(["smb"]), scenario)[0]
    assert found["smb"] == pytest.approx(months * 0.6 * wallet)
    assert found["strategic"] > found["mid_market"] > found["smb"]


def test_prior_potential_is_never_below_revenue(planted, scenario) -> None:
    generous = scenario.override({"scoring.prior_share_of_wallet": 0.9})
    revenue = planted.accounts["revenue_eur_per_month"]
    assert (prior_potential(planted.accounts, generous) >= 36 * revenue).all()
