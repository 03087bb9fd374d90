"""Customers who only stay or leave: geometric, beta-geometric, and what annuities they pay."""

from __future__ import annotations

import numpy as np
import pytest

from .agreement import check_agreement
from .closed_forms import annuity, beta_geometric_survival, survival
from .neutral import neutral_settings
from .portfolio import play_plain, uniform_state

ACCOUNTS, LANES = 1500, 160
SURVEYS = [1, 3, 12]


def surviving_shares(years: int, renewals_per_year: int, **state_values: object) -> np.ndarray:
    """Share of customers left after each year, by lane; shape (years + 1, lanes)."""
    settings = neutral_settings(strategic__renewals_per_year=renewals_per_year)
    state = uniform_state(settings, ACCOUNTS, LANES, **state_values)
    played, _ = play_plain(state, settings, 12 * years)
    return played.customer.mean(axis=1)


@pytest.mark.parametrize("renewals_per_year", [1, 12])
@pytest.mark.parametrize("churn", [0.08, 0.32])
def test_survival_is_geometric(renewals_per_year: int, churn: float) -> None:
    years = SURVEYS if churn < 0.1 else SURVEYS[:2]
    shares = surviving_shares(max(years), renewals_per_year, propensity=churn)

    for year in years:
        check_agreement(shares[year], survival(churn, year), f"survival of year {year}")


def test_survival_of_unequal_customers_is_beta_geometric() -> None:
    """Mean churn .088, concentration 6: the mean as one constant rate misses year 12 by 38 %."""
    alpha, beta = 0.088 * 6.0, 0.912 * 6.0
    propensity = np.random.default_rng(7).beta(alpha, beta, (ACCOUNTS, LANES))
    shares = surviving_shares(12, 1, propensity=propensity)

    for year in SURVEYS:
        check_agreement(shares[year], beta_geometric_survival(alpha, beta, year), f"survival of year {year}")
    missed_by = 1.0 - (1.0 - 0.088) ** 12 / shares[12].mean()
    assert 0.25 < missed_by < 0.5


def test_revenue_of_three_years_is_the_annuity() -> None:
    """Contracts renew in the first month of each year, and revenue is paid for who is left."""
    multiples = {}
    for retention in (0.92, 0.68):
        settings = neutral_settings(strategic__renewals_per_year=1)
        state = uniform_state(settings, ACCOUNTS, LANES, propensity=1.0 - retention)
        played, _ = play_plain(state, settings, 36)
        paid = played.revenue.sum(axis=0).mean(axis=0) / (12.0 * 500.0)
        check_agreement(paid, retention * annuity(retention, 3), f"annuity at {retention}")
        due = played.customer[:3].sum(axis=0).mean(axis=0)
        check_agreement(due, annuity(retention, 3), f"annuity due at {retention}")
        multiples[retention] = due.mean()

    assert multiples[0.92] / multiples[0.68] == pytest.approx(1.29, rel=0.01)
