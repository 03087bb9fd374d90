"""One generated portfolio of 150 accounts and about a dozen AEs, for all tests of the room."""

import pytest

from kamsim.bundle import Portfolio
from kamsim.config import Scenario
from kamsim.portfolio import generate_portfolio


@pytest.fixture(scope="session")
def small(scenario: Scenario) -> Scenario:
    return scenario.override(
        {
            "portfolio.accounts": 150,
            "coverage.mid_market.accounts_per_ae": 10,
            "coverage.smb.accounts_per_ae": 20,
        }
    )


@pytest.fixture(scope="session")
def portfolio(small: Scenario) -> Portfolio:
    """Read it, never write to it."""
    return generate_portfolio(small)
