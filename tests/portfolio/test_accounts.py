import dataclasses

import numpy as np
import pandas as pd
import pytest

from kamsim.config import Scenario
from kamsim.dynamics import FREE
from kamsim.portfolio.accounts import DRAWS, InitialPortfolio, customer_months, draw_accounts
from kamsim.portfolio.cities import choose_cities
from kamsim.portfolio.wallets import wallet_law
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


@pytest.mark.parametrize(("first", "last"), [(0, 1), (7, 8), (100, 149), (20, 150)])
def test_a_block_is_the_same_as_in_the_whole(first: int, last: int, small: Scenario) -> None:
    whole, block = draw_accounts(small), draw_accounts(small, first, last)

    same = {"check_exact": True}
    pd.testing.assert_frame_equal(block.facts, whole.facts[first:last].reset_index(drop=True), **same)
    pd.testing.assert_frame_equal(block.uniforms, whole.uniforms[first:last].reset_index(drop=True), **same)
    for name, values in vars(block.state).items():
        np.testing.assert_array_equal(getattr(whole.state, name)[first:last], values, err_msg=name)


NEUTRAL = [
    ("portfolio.concentration", 0.59), ("portfolio.concentration", 0.7), ("portfolio.confounding", 1.0),
    ("portfolio.family_share", 0.5), ("portfolio.leads.share", 0.5), ("portfolio.firms.fit_signal", 0.9),
    ("portfolio.scatter_km", 0.0), ("portfolio.drift", 0.1), ("dynamics.smb.churn_mean", 0.2),
]  # fmt: skip


@pytest.mark.parametrize(("key", "value"), NEUTRAL, ids=str)
def test_a_knob_moves_no_draw(key: str, value: float, small: Scenario) -> None:
    one, other = draw_accounts(small), draw_accounts(small.override({key: value}))

    pd.testing.assert_frame_equal(one.uniforms, other.uniforms, check_exact=True)
    same = ["account_id", "segment", "industry", "region", "city", "technical_complexity"]
    pd.testing.assert_frame_equal(one.facts[same], other.facts[same], check_exact=True)
    np.testing.assert_array_equal(one.state.renewal_month, other.state.renewal_month)


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
    law = wallet_law(scenario.portfolio)

    assert abs(log_wallet.mean() - np.log(law.median[code])) < 4 * law.log_sd[code] / np.sqrt(n)
    assert log_wallet.std() == pytest.approx(law.log_sd[code], rel=4 / np.sqrt(2 * n))
    came, share = (state.arrival[rows] > 0).mean(), scenario.portfolio.leads.share
    assert abs(came - share) < 4 * np.sqrt(share * (1 - share) / n)
    expected = asked.prospect_share + share * (1 - asked.prospect_share)
    prospects = (state.revenue[rows, 0] == 0).mean()
    assert abs(prospects - expected) < 4 * np.sqrt(expected * (1 - expected) / n)
    newcomers = state.propensity[rows & (state.revenue[:, 0] == 0), 0]
    assert abs(newcomers.mean() - moved.churn_mean) < 4 * newcomers.std() / np.sqrt(newcomers.size)
    units = state.units[rows, 0]
    assert abs(units.mean() - asked.business_units) < 4 * units.std() / np.sqrt(n)


def test_customers_who_have_stayed_are_less_likely_to_leave(
    many: InitialPortfolio, scenario: Scenario
) -> None:
    """Beta(a, b) becomes Beta(a, b + n) after n years; mean a/(a + b + n) within 4 standard errors."""
    state, moved = many.state, scenario.dynamics.smb
    customers = (state.segment == 2) & (state.revenue[:, 0] > 0)
    months = customer_months(scenario.portfolio, "smb", many.uniforms["since"].to_numpy())
    for years in (0, 1, 3):
        own = state.propensity[customers & (months // 12 == years), 0]
        alpha = moved.churn_mean * moved.churn_concentration
        assert abs(own.mean() - alpha / (moved.churn_concentration + years)) < 4 * own.std() / np.sqrt(
            own.size
        )
    assert months[state.segment == 2].mean() == pytest.approx(
        12 * scenario.portfolio.smb.customer_years, rel=0.05
    )


def test_without_years_behind_them_customers_are_as_newcomers(small: Scenario) -> None:
    fresh = {f"portfolio.{s}.customer_years": 0.0 for s in SEGMENTS}
    new, seasoned = draw_accounts(small.override(fresh)).state, draw_accounts(small).state
    prospects = seasoned.revenue[:, 0] == 0

    np.testing.assert_array_equal(new.propensity[prospects], seasoned.propensity[prospects])
    assert (new.propensity[~prospects] >= seasoned.propensity[~prospects]).all()
    assert new.propensity[~prospects].mean() > 1.2 * seasoned.propensity[~prospects].mean()


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
    assert facts["account_id"].iloc[0] == "A0000001"

    assert facts["account_id"].is_monotonic_increasing
    assert facts["account_id"].is_unique
    assert facts["name"].is_unique


def test_firm_size_follows_the_wallet_loosely(many: InitialPortfolio) -> None:
    correlation = np.corrcoef(np.log(many.facts["firm_revenue_eur"]), np.log(many.state.wallet[:, 0]))[0, 1]

    assert 0.6 < correlation < 0.98


def test_accounts_live_where_the_scenario_says(many: InitialPortfolio, scenario: Scenario) -> None:
    cities = choose_cities(scenario.portfolio)
    share = many.facts["region"].value_counts(normalize=True)
    expected = np.bincount(cities.region, cities.weight)

    np.testing.assert_allclose(share[list(cities.regions)], expected, atol=4 * np.sqrt(0.25 / 20_000))
    towns = pd.DataFrame({"city": cities.name, "country": cities.country, "north": cities.latitude})
    homes = many.facts.astype({"city": object, "country": object}).merge(towns, on=["city", "country"])
    assert len(homes) == len(many.facts)
    km = (homes["latitude"] - homes["north"]) * 111.2
    assert km.std() == pytest.approx(scenario.portfolio.scatter_km, rel=0.03)


def test_leads_are_prospects_until_they_arrive(many: InitialPortfolio) -> None:
    came = many.state.arrival > 0
    months = many.state.arrival[came] - (2026 - 1970) * 12

    assert (many.state.revenue[came] == 0).all()
    assert (many.state.units_penetrated[came] == 0).all()
    assert set(months) == set(range(-36, 0))
    assert np.bincount(-months)[1:].std() < 4 * np.sqrt(came.sum() / 36)


def test_the_fit_of_a_firm_tells_something_of_its_account(small: Scenario) -> None:
    big = small.override({"portfolio.accounts": 5000, "portfolio.firms.fit_signal": 0.5})
    for scenario, low, high in (
        (big, 0.4, 0.6),
        (big.override({"portfolio.firms.fit_signal": 0.0}), -0.06, 0.06),
    ):
        drawn = draw_accounts(scenario)
        responsive = pd.Series(drawn.state.responsiveness[:, 0])
        assert low < drawn.facts["digital_maturity"].corr(responsive, "spearman") < high
        confirmed = drawn.facts["budget_confirmed"].astype(bool)
        attainable = drawn.state.attainable[:, 0]
        gap = attainable[confirmed].mean() - attainable[~confirmed].mean()
        assert (gap > 0.05) == (low > 0)
        assert confirmed.mean() == pytest.approx(scenario.portfolio.firms.budget_confirmed_share, abs=0.03)


def test_every_column_of_draws_is_named_once(many: InitialPortfolio) -> None:
    assert len(set(DRAWS)) == len(DRAWS)
    assert list(many.uniforms.columns) == list(DRAWS)


def test_the_initial_portfolio_is_frozen(many: InitialPortfolio) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        many.facts = many.facts  # type: ignore[misc]
