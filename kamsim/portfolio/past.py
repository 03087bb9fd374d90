"""Plays the past of a portfolio, twice: once for the books of each year, then block by block, recorded.

A book's plan depends on all accounts in it, so the years are first played over all blocks without recording,
which is cheap and keeps only states. Then each block can be played alone, with the prices known, and is
recorded; the model gives the same months both times, bit for bit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import accumulate

import numpy as np
import pandas as pd

from kamsim.config import Scenario
from kamsim.dynamics import (
    MONTHS_A_YEAR,
    Parameters,
    PeoplePath,
    Plan,
    State,
    Tape,
    Team,
    advance,
    compile_parameters,
    entity_uniforms,
    play_people,
    record,
    team_outlook,
)
from kamsim.dynamics.state import Floats
from kamsim.portfolio.accounts import InitialPortfolio, draw_accounts
from kamsim.portfolio.drift import earlier_propensity
from kamsim.portfolio.holders import PostHolders, post_holders
from kamsim.portfolio.owners import assign_owners
from kamsim.portfolio.policy import Prices, ask, settle
from kamsim.portfolio.posts import Posts, posts_of
from kamsim.portfolio.recorded import RecordedBlock
from kamsim.portfolio.team import Census, take_census
from kamsim.streams import entity_keys, luck_key

_LONGEST_TENURE = 96
"""Months that the most seasoned AE has been in the post when the past begins."""


@dataclass(frozen=True)
class Span:
    """Months that one plan holds for."""

    first_month: int
    months: int
    revenue_frozen: bool


@dataclass(frozen=True)
class SharedPast:
    """What all blocks of a portfolio share.

    Attributes
    ----------
    scenario : Scenario
    team : DataFrame
        TEAM, AEs first.
    spans : tuple of Span
        The burn-in, if there is one, then the years of the history.
    people : tuple of PeoplePath
        Of the AEs, span by span.
    recorded_people : PeoplePath
        The same over all recorded months.
    holders : PostHolders
        Who held the AEs' posts in these.
    outlook : array, shape (replications, 3, AEs + 1, months)
        What may become of the AEs in the year after the cut-off.
    prices : tuple of Prices
        Span by span.
    parameters : Parameters
    key : int
        Address of the accounts' luck.
    posts : Posts
        What was read from the team once.
    before : dict of int to Census
        For the first account of each block: the accounts with lower numbers.
    """

    scenario: Scenario
    team: pd.DataFrame
    spans: tuple[Span, ...]
    people: tuple[PeoplePath, ...]
    recorded_people: PeoplePath
    holders: PostHolders
    outlook: Floats
    prices: tuple[Prices, ...]
    parameters: Parameters
    key: int
    posts: Posts
    before: dict[int, Census]

    @property
    def first_month(self) -> int:
        """Months since January 1970 of the first recorded month."""
        return next(span.first_month for span in self.spans if not span.revenue_frozen)


def month_number(day: pd.Timestamp) -> int:
    """Count months since January 1970."""
    return (day.year - 1970) * MONTHS_A_YEAR + day.month - 1


def blocks_of(accounts: int, size: int) -> Iterator[tuple[int, int]]:
    """Cut account numbers into ranges."""
    for first in range(0, accounts, size):
        yield first, min(first + size, accounts)


def share_past(scenario: Scenario, team: pd.DataFrame, block_accounts: int) -> SharedPast:
    """Find out who covered what in each year: the paths of the people and the prices of the books."""
    blocks = list(blocks_of(scenario.portfolio.accounts, block_accounts))
    shared = _share_team(scenario, team, _counted_before(scenario, blocks))
    spans = shared.spans
    starts = [_start(shared, *ends) for ends in blocks]
    states = [state for state, _ in starts]
    propensities = [state.propensity for state in states]
    reps = int((team["role"] == "AE").sum())
    for number, span in enumerate(spans):
        last = span.first_month + span.months - 1
        states = [_as_in(span, state, p, scenario) for state, p in zip(states, propensities, strict=True)]
        asked = [ask(s, facts, team, last, scenario) for s, (_, facts) in zip(states, starts, strict=True)]
        total = sum((d.sums(reps) for d in asked[1:]), asked[0].sums(reps))
        prices = settle(total, team)
        shared = replace(shared, prices=(*shared.prices, prices))
        if number < len(spans) - 1:
            states = [_advance(s, d.plan(prices), shared, number) for s, d in zip(states, asked, strict=True)]
    return shared


def _share_team(scenario: Scenario, team: pd.DataFrame, before: dict[int, Census]) -> SharedPast:
    """Play what the team alone decides: it depends on no account."""
    spans, parameters = _spans(scenario), compile_parameters(scenario.dynamics)
    posts, key = posts_of(team, scenario), luck_key(scenario.seed, "history")
    people = _people(team, spans, parameters, key)
    recorded = _joined(path for path, span in zip(people, spans, strict=True) if not span.revenue_frozen)
    cutoff = spans[-1].first_month + spans[-1].months
    outlook = team_outlook(
        team_of(team), parameters, key=outlook_key(scenario), first_month=cutoff, months=MONTHS_A_YEAR,
        replications=scenario.portfolio.truth_replications, tenure=recorded.tenure[:, -1],
        vacancy=recorded.vacancy[:, -1],
    )  # fmt: skip
    holders = post_holders(posts.rep_ids, recorded, cutoff - recorded.months, scenario)
    return SharedPast(
        scenario, team, spans, people, recorded, holders, outlook, (), parameters, key, posts, before
    )


def outlook_key(scenario: Scenario) -> int:
    """Give the address of the luck that follows the cut-off, by which the truth is told."""
    return luck_key(scenario.seed, "true churn")


def record_block(shared: SharedPast, first: int, last: int) -> RecordedBlock:
    """Make the accounts with numbers from `first` up to `last` and record their past."""
    scenario, team = shared.scenario, shared.team
    initial = draw_accounts(scenario, first, last)
    state = _owned(initial, shared, first)
    tape, recorded = Tape.blank(state.accounts, scenario.portfolio.history_months), 0
    opening, plans = state, []
    for number, span in enumerate(shared.spans):
        state = _as_in(span, state, initial.state.propensity, scenario)
        demand = ask(state, initial.facts, team, span.first_month + span.months - 1, scenario)
        plan = demand.plan(shared.prices[number])
        if span.revenue_frozen:
            state = opening = _advance(state, plan, shared, number)
            continue
        _, state = record(
            state, plan, shared.parameters, key=shared.key, first_month=span.first_month,
            months=span.months, people=shared.people[number], tape=tape, begin=recorded,
        )  # fmt: skip
        recorded += span.months
        plans.append(plan)
    return RecordedBlock(
        initial=initial,
        opening=opening,
        closing=replace(state, propensity=initial.state.propensity),
        recording=tape.recording,
        owner=state.owner[:, 0],
        hours=np.stack([plan.hours(state.accounts, 1)[:, :, 0] for plan in plans], axis=1),
        first_month=shared.first_month,
        team=team,
        posts=shared.posts,
        people=shared.recorded_people,
        holders=shared.holders,
        outlook=shared.outlook,
    )


def last_plan(block: RecordedBlock) -> Plan:
    """Give the plan that held at the cut-off."""
    ae, se, csm = block.hours[:, -1]
    return Plan(ae, se, csm)


def team_of(team: pd.DataFrame) -> Team:
    """Give the AEs of TEAM as the dynamics know them."""
    aes = team[team["role"] == "AE"]
    return Team(aes["rep_id"].tolist(), aes["capacity_hours"].to_numpy())


def _spans(scenario: Scenario) -> tuple[Span, ...]:
    settings = scenario.portfolio
    cutoff = month_number(pd.Timestamp(settings.cutoff))
    first = cutoff - settings.history_months
    years = [
        Span(month, min(MONTHS_A_YEAR, cutoff - month), False)
        for month in range(first, cutoff, MONTHS_A_YEAR)
    ]
    burn_in = settings.burn_in_months
    return (*([Span(first - burn_in, burn_in, True)] if burn_in else []), *years)


def _people(
    team: pd.DataFrame, spans: tuple[Span, ...], parameters: Parameters, key: int
) -> tuple[PeoplePath, ...]:
    """Let the AEs come and go; at first each has been in the post for a while of its own."""
    posts = team_of(team)
    drawn = entity_uniforms(key, entity_keys([f"tenure {rep}" for rep in posts.rep_ids]), 1)[:, 0]
    tenure, vacancy = (drawn * (_LONGEST_TENURE + 1)).astype(np.int64), np.zeros(drawn.size, np.int64)
    paths: list[PeoplePath] = []
    for span in spans:
        path = play_people(
            posts, parameters, key=key, first_month=span.first_month, months=span.months, tenure=tenure,
            vacancy=vacancy,
        )  # fmt: skip
        tenure, vacancy = path.tenure[:, -1], path.vacancy[:, -1]
        paths.append(path)
    return tuple(paths)


def _joined(paths: Iterable[PeoplePath]) -> PeoplePath:
    """Put paths that follow one another into one."""
    fields = zip(*(vars(path).values() for path in paths), strict=True)
    return PeoplePath(*(np.concatenate(pieces, axis=1) for pieces in fields))


def _counted_before(scenario: Scenario, blocks: list[tuple[int, int]]) -> dict[int, Census]:
    """Count, for each block, the accounts before it."""
    censuses = [take_census(scenario, *ends) for ends in blocks]
    running = accumulate(censuses[:-1], initial=take_census(scenario, 0, 0))
    return {first: census for (first, _), census in zip(blocks, running, strict=True)}


def _start(shared: SharedPast, first: int, last: int) -> tuple[State, pd.DataFrame]:
    """Make the accounts of a block and keep only what a plan needs."""
    initial = draw_accounts(shared.scenario, first, last)
    needed = ["firm_revenue_eur", "technical_complexity", "latitude", "longitude"]
    return _owned(initial, shared, first), initial.facts[needed]


def _owned(initial: InitialPortfolio, shared: SharedPast, first: int) -> State:
    state = initial.state
    owner = assign_owners(
        initial.facts, state.arrival, shared.posts, shared.scenario, state.entities, shared.before.get(first)
    )
    return replace(state, owner=owner[:, None])


def _as_in(span: Span, state: State, propensity: Floats, scenario: Scenario) -> State:
    """Give the state the churn propensity of a span, which drifts towards that at the cut-off."""
    cutoff = month_number(pd.Timestamp(scenario.portfolio.cutoff))
    years = (cutoff - span.first_month - span.months / 2) / MONTHS_A_YEAR
    return replace(state, propensity=earlier_propensity(propensity, scenario.portfolio.drift, years))


def _advance(state: State, plan: Plan, shared: SharedPast, number: int) -> State:
    span = shared.spans[number]
    return advance(
        state, plan, shared.parameters, key=shared.key, first_month=span.first_month, months=span.months,
        people=shared.people[number], revenue_frozen=span.revenue_frozen,
    )  # fmt: skip
