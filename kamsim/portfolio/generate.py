"""Puts a synthetic portfolio together: accounts, team, past, what the CRM shows, and the truth apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from kamsim.bundle import Portfolio
from kamsim.config import Scenario
from kamsim.dynamics import Tape
from kamsim.portfolio.account_table import account_table
from kamsim.portfolio.dirt import soil
from kamsim.portfolio.events import event_table
from kamsim.portfolio.history_table import history_table
from kamsim.portfolio.leads import lead_table
from kamsim.portfolio.opportunity_table import opportunity_table
from kamsim.portfolio.ownership import ownership_table
from kamsim.portfolio.past import blocks_of, record_block, share_past
from kamsim.portfolio.recorded import BLOCK_ACCOUNTS, RecordedBlock
from kamsim.portfolio.stakeholders import stakeholder_tables
from kamsim.portfolio.team import draw_team, take_census
from kamsim.portfolio.truth import people_table, truth_history_table, truth_tables
from kamsim.schemas import PEOPLE, TABLES, TEAM, check


def generate_portfolio(scenario: Scenario) -> Portfolio:
    """Generate a portfolio with its past and its truth.

    Parameters
    ----------
    scenario : Scenario
        `scenario.portfolio` says what accounts look like, `scenario.dynamics` how they behave,
        `scenario.seed` which luck they have.

    Returns
    -------
    Portfolio
        With all of its tables.

    Examples
    --------
    >>> scenario = Scenario.load("saas_midmarket", {"portfolio.accounts": 40})
    >>> portfolio = generate_portfolio(scenario)
    >>> portfolio.accounts.shape[0], portfolio.history["month"].nunique()
    (40, 36)
    """
    parts = [part.tables() for part in portfolio_parts(scenario)]
    whole = {name: pd.concat([part[name] for part in parts], ignore_index=True) for name in parts[0]}
    return Portfolio(**{name: check(frame, TABLES[name]) for name, frame in whole.items()})


def generate_past(scenario: Scenario) -> Portfolio:
    """Generate accounts, history and opportunities as the CRM shows them, and nothing else.

    They are those of `generate_portfolio`, to the bit, at less than half the cost: for whoever wants many
    books and reads their past alone. Tables are not checked.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    Portfolio
        Without people, events, leads and truth.

    Examples
    --------
    >>> scenario = Scenario.load("saas_midmarket", {"portfolio.accounts": 40})
    >>> bool(generate_past(scenario).opportunities.equals(generate_portfolio(scenario).opportunities))
    True
    """
    accounts = scenario.portfolio.accounts
    team = draw_team(take_census(scenario, 0, accounts), scenario)
    shared = share_past(scenario, team, accounts)
    block = record_block(shared, shared.starts[0])
    clean = Portfolio(
        accounts=account_table(block, scenario),
        history=history_table(block, scenario),
        opportunities=opportunity_table(block, scenario),
        team=team,
    )
    return soil(clean, block, scenario)


def portfolio_parts(scenario: Scenario, *, block_accounts: int = BLOCK_ACCOUNTS) -> Iterator[Portfolio]:
    """Generate a portfolio piece by piece, in order of accounts.

    All accounts are held as the recorded months begin; months and tables only of the piece being made.

    Parameters
    ----------
    scenario : Scenario
    block_accounts : int
        Accounts in a piece; it changes no bit of the whole.

    Yields
    ------
    Portfolio
        TEAM and PEOPLE are in the first piece and empty in the others.
    """
    blocks = blocks_of(scenario.portfolio.accounts, block_accounts)
    censuses = [take_census(scenario, *ends) for ends in blocks]
    team = draw_team(sum(censuses[1:], censuses[0]), scenario)
    shared = share_past(scenario, team, block_accounts)
    tape = Tape.blank(shared.starts[0].state.accounts, scenario.portfolio.history_months)
    for number, start in enumerate(shared.starts):
        part = _write(record_block(shared, start, tape), scenario)
        yield part if number == 0 else replace(part, team=TEAM.empty(), people=PEOPLE.empty())


def _write(block: RecordedBlock, scenario: Scenario) -> Portfolio:
    """Write all tables of a block, and soil what a CRM would hold.

    No table keeps memory of the recording: the next block is recorded over it.
    """
    stakeholders, influence = stakeholder_tables(block, scenario)
    truth, deals = truth_tables(block, scenario)
    clean = Portfolio(
        accounts=account_table(block, scenario),
        history=history_table(block, scenario),
        opportunities=opportunity_table(block, scenario),
        team=block.holders.dated(block.team),
        stakeholders=stakeholders,
        events=event_table(block, stakeholders, scenario),
        ownership=ownership_table(block),
        leads=lead_table(block.facts, block.closing.arrival, block.posts, scenario, block.closing.entities),
        truth=truth,
        deals=deals,
        people=people_table(block),
        influence=influence,
        truth_history=truth_history_table(block),
    )
    return soil(clean, block, scenario)
