import numpy as np
import pytest

from kamsim.config import Scenario, presets
from kamsim.errors import ConfigError
from kamsim.portfolio.accounts import draw_accounts
from kamsim.portfolio.wallets import start_figures, wallet_law

ACCOUNTS = 40_000


def top_fifth(revenue: np.ndarray) -> float:
    paying = np.sort(revenue[revenue > 0])[::-1]
    return float(paying[: round(0.2 * paying.size)].sum() / paying.sum())


@pytest.mark.parametrize("wanted", [0.59, 0.67, 0.80])
def test_a_fifth_of_the_customers_holds_the_share_that_is_asked(wanted: float, scenario: Scenario) -> None:
    asked = scenario.override({"portfolio.accounts": ACCOUNTS, "portfolio.concentration": wanted})
    revenue = draw_accounts(asked).state.revenue[:, 0]

    assert top_fifth(revenue) == pytest.approx(wanted, abs=0.015)


@pytest.mark.parametrize("wanted", [0.6, 0.9])
def test_money_as_a_whole_stays(wanted: float, scenario: Scenario) -> None:
    settings = scenario.override({"portfolio.concentration": wanted}).portfolio
    free = scenario.override({"portfolio.concentration": 0.0}).portfolio
    before, after = (start_figures(s, wallet_law(s)).revenue for s in (free, settings))

    assert after == pytest.approx(before, rel=1e-6)


def test_without_a_target_wallets_are_as_the_figures_say(scenario: Scenario) -> None:
    settings = scenario.override({"portfolio.concentration": 0.0}).portfolio
    law = wallet_law(settings)

    assert law.median.tolist() == [
        getattr(settings, s).wallet_median_eur for s in ("strategic", "mid_market", "smb")
    ]
    assert law.log_sd.tolist() == [
        getattr(settings, s).wallet_log_sd for s in ("strategic", "mid_market", "smb")
    ]


def test_a_share_out_of_reach_is_refused_with_what_can_be_had(scenario: Scenario) -> None:
    with pytest.raises(
        ConfigError, match=r"^portfolio\.concentration must lie between 0\.\d+ and 1\.000 for this"
    ):
        wallet_law(scenario.override({"portfolio.concentration": 0.25}).portfolio)


@pytest.mark.parametrize("name", presets())
def test_key_accounts_carry_what_the_guide_says(name: str) -> None:
    """D-CON-2: 20 to 50 % of revenue."""
    settings = Scenario.load(name).portfolio
    figures = start_figures(settings, wallet_law(settings))

    assert 0.2 <= figures.segment_share[0] <= 0.5
    assert figures.top_share == pytest.approx(settings.concentration, abs=1e-4)


def test_figures_at_the_start_are_those_of_a_large_draw(scenario: Scenario) -> None:
    state = draw_accounts(scenario.override({"portfolio.accounts": ACCOUNTS})).state
    figures = start_figures(scenario.portfolio, wallet_law(scenario.portfolio))
    revenue = state.revenue[:, 0]

    assert revenue[revenue > 0].mean() == pytest.approx(figures.revenue, rel=0.03)
    np.testing.assert_allclose(
        np.bincount(state.segment, revenue) / revenue.sum(), figures.segment_share, atol=0.02
    )
