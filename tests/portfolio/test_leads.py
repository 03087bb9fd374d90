import numpy as np
import pandas as pd
import pytest

from kamsim.config import Scenario
from kamsim.portfolio.accounts import InitialPortfolio, draw_accounts
from kamsim.portfolio.leads import lead_table
from kamsim.portfolio.owners import assign_owners
from kamsim.portfolio.team import draw_team, take_census
from kamsim.schemas import LEADS, SEGMENTS, check


@pytest.fixture(scope="module")
def many(scenario: Scenario) -> Scenario:
    return scenario.override({"portfolio.accounts": 4000})


@pytest.fixture(scope="module")
def initial(many: Scenario) -> InitialPortfolio:
    return draw_accounts(many)


@pytest.fixture(scope="module")
def team(many: Scenario) -> pd.DataFrame:
    return draw_team(take_census(many), many)


@pytest.fixture(scope="module")
def leads(initial: InitialPortfolio, team: pd.DataFrame, many: Scenario) -> pd.DataFrame:
    table = lead_table(initial.facts, initial.state.arrival, team, many)
    pd.testing.assert_frame_equal(check(table, LEADS), table)
    return table


def test_every_account_that_arrived_has_its_lead_and_owner(
    leads: pd.DataFrame, initial: InitialPortfolio, team: pd.DataFrame, many: Scenario
) -> None:
    accepted = leads[leads["status"] == "accepted"].set_index("account_id")
    came = initial.state.arrival > 0
    facts = initial.facts.set_index("account_id")[came]
    owner = assign_owners(initial.facts, initial.state.arrival, team, many)[came]
    month = accepted["arrived_on"].dt.year * 12 + accepted["arrived_on"].dt.month - 1 - 1970 * 12

    assert accepted.index.equals(facts.index)
    np.testing.assert_array_equal(month, initial.state.arrival[came])
    np.testing.assert_array_equal(accepted["routed_to"], team["rep_id"].take(owner))
    for lead, fact in (("size", "segment"), ("industry", "industry"), ("region", "region")):
        np.testing.assert_array_equal(accepted[lead], facts[fact])


def test_turned_down_leads_are_as_many_and_as_large_as_expected(leads: pd.DataFrame, many: Scenario) -> None:
    settings = many.portfolio
    turned_down = leads[leads["status"] == "turned_down"]
    expected = 4000 * settings.leads.share * settings.leads.turned_down_per_accepted

    assert abs(len(turned_down) - expected) < 4 * np.sqrt(expected)
    assert turned_down["account_id"].isna().all()
    for size in SEGMENTS:
        share = getattr(settings, size).share
        assert abs((turned_down["size"] == size).mean() - share) < 4 * np.sqrt(share / len(turned_down))
    assert set(leads["source"]) == set(settings.leads.sources)
    assert turned_down["arrived_on"].between("2023-01-01", "2025-12-31").all()
    assert set(leads["arrived_on"].dt.day) == set(range(1, 32))


@pytest.mark.parametrize(("first", "last"), [(0, 1), (100, 350), (3000, 4000)])
def test_an_added_account_changes_no_other_lead(
    first: int, last: int, leads: pd.DataFrame, team: pd.DataFrame, many: Scenario
) -> None:
    block = draw_accounts(many, first, last)
    some = lead_table(block.facts, block.state.arrival, team, many, block.state.entities)
    number = leads["lead_id"].str.slice(1, -2).astype("int64")

    own = leads[(number > first) & (number <= last)].reset_index(drop=True)
    pd.testing.assert_frame_equal(check(some, LEADS), own)


def test_the_ratio_of_turned_down_leads_moves_no_accepted_one(
    leads: pd.DataFrame, initial: InitialPortfolio, team: pd.DataFrame, many: Scenario
) -> None:
    none = many.override({"portfolio.leads.turned_down_per_accepted": 0.0})
    table = lead_table(initial.facts, initial.state.arrival, team, none)

    pd.testing.assert_frame_equal(table, leads[leads["status"] == "accepted"].reset_index(drop=True))


def test_no_leads_where_none_are_asked_for(team: pd.DataFrame, many: Scenario) -> None:
    quiet = many.override({"portfolio.leads.share": 0.0})
    drawn = draw_accounts(quiet)
    table = lead_table(drawn.facts, drawn.state.arrival, team, quiet)

    assert (drawn.state.arrival == 0).all()
    pd.testing.assert_frame_equal(table, LEADS.empty())
