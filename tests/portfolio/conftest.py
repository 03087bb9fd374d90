"""One generated portfolio of 150 accounts and about a dozen AEs, for all tests of the room."""

import pytest

from kamsim.bundle import Portfolio
from kamsim.config import Scenario
from kamsim.portfolio import generate_portfolio
from kamsim.portfolio.past import SharedPast, record_block, share_past, start_block
from kamsim.portfolio.recorded import BLOCK_ACCOUNTS, RecordedBlock
from kamsim.portfolio.team import draw_team, take_census


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


BUSY_BLOCK = 400


@pytest.fixture(scope="session")
def busy(scenario: Scenario) -> Scenario:
    """Many large accounts, at which much happens."""
    yearly = {"appointment": 0.6, "reorganisation": 0.5, "merger": 0.3, "budget_cut": 0.3}
    return scenario.override(
        {f"dynamics.organisation.{kind}.yearly_probability": p for kind, p in yearly.items()}
        | {f"portfolio.{s}.share": x for s, x in (("strategic", 0.2), ("mid_market", 0.3), ("smb", 0.5))}
        | {
            "portfolio.accounts": BUSY_BLOCK,
            "portfolio.leads.share": 0.2,
            "dynamics.sponsor_leaves_rate": 0.05,
            "dynamics.people.attrition_rate": 0.1,
            "dynamics.people.vacancy_months": 4,
            "coverage.smb.accounts_per_ae": 20,
        }
    )


@pytest.fixture(scope="session")
def busy_past(busy: Scenario) -> SharedPast:
    return share_past(busy, draw_team(take_census(busy), busy), BUSY_BLOCK)


@pytest.fixture(scope="session")
def busy_block(busy_past: SharedPast) -> RecordedBlock:
    """All accounts of `busy`, recorded. Read it, never write to it."""
    return record_block(busy_past, busy_past.starts[0])


@pytest.fixture(scope="session")
def recorded_scenario(scenario: Scenario) -> Scenario:
    return scenario.override({"portfolio.accounts": 500, "portfolio.leads.share": 0.2})


@pytest.fixture(scope="session")
def shared_past(recorded_scenario: Scenario) -> SharedPast:
    team = draw_team(take_census(recorded_scenario), recorded_scenario)
    return share_past(recorded_scenario, team, BLOCK_ACCOUNTS)


@pytest.fixture(scope="session")
def block(shared_past: SharedPast) -> RecordedBlock:
    """Five hundred accounts with their recorded past. Read it, never write to it."""
    return record_block(shared_past, shared_past.starts[0])


@pytest.fixture(scope="session")
def part_of_block(shared_past: SharedPast) -> RecordedBlock:
    """The hundred accounts of `block` from the two hundredth on, made alone."""
    return record_block(shared_past, start_block(shared_past, 200, 300))
