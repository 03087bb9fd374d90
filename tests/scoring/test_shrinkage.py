import warnings

import numpy as np
import pandas as pd
import pytest

from kamsim.errors import SmallSampleWarning
from kamsim.scoring.shrinkage import (
    blend_log,
    credibility,
    mean_attainable_share,
    prior_churn,
    prior_potential,
    rescale,
    warn_if_small,
    weight_of,
)


def test_under_the_threshold_warns_with_both_numbers() -> None:
    with pytest.warns(SmallSampleWarning, match=r"18 accounts .*small_sample = 50"):
        assert warn_if_small(18, 50)


def test_at_the_threshold_is_silent() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not warn_if_small(50, 50)


def test_weight_grows_with_accounts_and_is_whole_from_the_threshold_on() -> None:
    weights = [weight_of(n, 50) for n in (0, 10, 49, 50, 500)]
    assert weights == [0.0, 10 / 60, 49 / 99, 1.0, 1.0]
    assert credibility(500, 50) < 1


def test_blend_is_a_geometric_mean() -> None:
    np.testing.assert_allclose(blend_log(np.array([100.0]), np.array([1.0]), 0.5), [10.0])
    np.testing.assert_allclose(blend_log(np.array([100.0]), np.array([1.0]), 1.0), [100.0])


def test_prior_churn_follows_the_horizon(scenario) -> None:
    segments = pd.Series(["smb", "strategic"])
    half = prior_churn(segments, scenario.override({"scoring.churn_horizon_months": 6}))
    np.testing.assert_allclose(rescale(half, 6, 12), [0.32, 0.08])
    assert (half < [0.32, 0.08]).all()


def test_prior_potential_is_revenue_scaled_by_the_priors(planted, scenario) -> None:
    found = prior_potential(planted.accounts, scenario, 36)
    revenue = planted.accounts["revenue_eur_per_month"].to_numpy()
    np.testing.assert_allclose(found[revenue > 0], 36 * revenue[revenue > 0] * 0.6 / 0.4)
    assert mean_attainable_share(scenario) == 0.6


def test_prior_potential_of_a_prospect_is_typical_of_its_segment(planted, scenario) -> None:
    accounts = planted.accounts
    found = pd.Series(prior_potential(accounts, scenario, 36))
    customer = accounts["revenue_eur_per_month"] > 0
    smb = accounts["segment"] == "smb"
    np.testing.assert_allclose(found[smb & ~customer], found[smb & customer].median())


def test_prior_potential_without_a_customer_is_the_presets(planted, scenario) -> None:
    nobody = planted.accounts.assign(revenue_eur_per_month=0.0)
    found = pd.Series(prior_potential(nobody, scenario, 36)).groupby(nobody["segment"]).first()
    wallet = scenario.portfolio.smb.wallet_median_eur
    assert found["smb"] == pytest.approx(36 * 0.6 * wallet)
    assert found["strategic"] > found["mid_market"] > found["smb"]


def test_prior_potential_is_never_below_revenue(planted, scenario) -> None:
    generous = scenario.override({"scoring.prior_share_of_wallet": 0.9})
    revenue = planted.accounts["revenue_eur_per_month"]
    assert (prior_potential(planted.accounts, generous, 36) >= 36 * revenue).all()
