import dataclasses

import numpy as np
import pandas as pd
import pytest

from kamsim.config import Scenario
from kamsim.dynamics import FREE
from kamsim.portfolio.accounts import InitialPortfolio, draw_accounts
from kamsim.schemas import SEGMENTS


@pytest.fixture(scope="module")
def many(scenario: Scenario) -> InitialPortfolio:
    return draw_accounts(scenario.override({"portfolio.accounts": 20_000}))


@pytest.mark.parametrize("accounts", [1, 2, 149])
def test_an_added_account_changes_no_other(accounts: int, small: Scenario) -> None:
    few = draw_accounts(small.override({"portfolio.accounts": accounts}))
    more = draw_accounts(small.override({"portfolio.accounts": accounts + 1}))

    pd.testing.assert_frame_equal(more.facts.iloc[:accounts], few.facts, check_exact=True)
    pd.testing.assert_frame_equal(more.uniforms.iloc[:accounts], few.uniforms, check_exact=True)
    for name, values in vars(few.state).items():
        np.testing.assert_array_equal(getattr(more.state, name)[:accounts], values, err_msg=name)


def test_another_seed_draws_other_accounts(small: Scenario) -> None:
    one, other = draw_accounts(small), draw_accounts(small.override({"seed": small.seed + 1}))

    assert (one.state.wallet != other.state.wallet).all()
    assert (one.facts["name"] != other.facts["name"]).mean() > 0.9


def test_segments_come_in_their_shares(many: InitialPortfolio, scenario: Scenario) -> None:
    share = np.bincount(many.state.segment) / many.state.segment.size

    expected = [getattr(scenario.portfolio, s).share for s in SEGMENTS]
    np.testing.assert_allclose(share, expected, atol=0.001)


@pytest.mark.parametrize("code", range(3))
def test_a_segment_has_the_values_that_the_scenario_asks_for(
    code: int, many: InitialPortfolio, scenario: Scenario
) -> None:
    """Each within 4 standard errors."""
    asked = getattr(scenario.portfolio, SEGMENTS[code])
    moved = getattr(scenario.dynamics, SEGMENTS[code])
    state, rows = many.state, many.state.segment == code
    n = int(rows.sum())
    log_wallet = np.log(state.wallet[rows, 0])

    assert abs(log_wallet.mean() - np.log(asked.wallet_median_eur)) < 4 * asked.wallet_log_sd / np.sqrt(n)
    assert log_wallet.std() == pytest.approx(asked.wallet_log_sd, rel=4 / np.sqrt(2 * n))
    prospects = (state.revenue[rows, 0] == 0).mean()
    error = np.sqrt(asked.prospect_share * (1 - asked.prospect_share) / n)
    assert abs(prospects - asked.prospect_share) < 4 * error
    propensity = state.propensity[rows, 0]
    assert abs(propensity.mean() - moved.churn_mean) < 4 * propensity.std() / np.sqrt(n)
    units = state.units[rows, 0]
    assert abs(units.mean() - asked.business_units) < 4 * units.std() / np.sqrt(n)


def test_what_is_drawn_is_possible(many: InitialPortfolio) -> None:
    state = many.state
    paying = state.revenue > 0

    assert (state.revenue <= state.attainable * state.wallet).all()
    assert ((state.units_penetrated >= 1) == paying).all()
    assert (state.units_penetrated <= state.units).all()
    assert (state.milestones_passed == FREE).all()
    for name in ("attainable", "goodwill", "roles", "propensity"):
        values = getattr(state, name)
        assert ((values > 0) & (values < 1)).all(), name
    assert set(np.unique(state.renewal_month)) == set(range(12))


def test_a_draw_is_used_once(small: Scenario) -> None:
    """Latent values that shared a uniform number would be tied; no column may be a function of another."""
    state = draw_accounts(small.override({"portfolio.accounts": 5000})).state
    rows = state.segment == 2
    names = ["wallet", "attainable", "responsiveness", "propensity", "goodwill", "roles", "renewal_month"]
    ranks = pd.DataFrame({n: getattr(state, n)[rows, 0] for n in names}).rank()

    assert (ranks.corr() - np.eye(len(names))).abs().to_numpy().max() < 5 / np.sqrt(rows.sum())


def test_ids_and_names_are_unique(many: InitialPortfolio) -> None:
    facts = many.facts

    assert facts["account_id"].is_monotonic_increasing
    assert facts["account_id"].is_unique
    assert facts["name"].is_unique


def test_firm_size_follows_the_wallet_loosely(many: InitialPortfolio) -> None:
    correlation = np.corrcoef(np.log(many.facts["firm_revenue_eur"]), np.log(many.state.wallet[:, 0]))[0, 1]

    assert 0.6 < correlation < 0.98


def test_the_first_places_are_the_largest(many: InitialPortfolio, scenario: Scenario) -> None:
    counts = many.facts["region"].value_counts()

    assert list(counts.index) == list(scenario.portfolio.places)


def test_the_initial_portfolio_is_frozen(many: InitialPortfolio) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        many.facts = many.facts  # type: ignore[misc]
