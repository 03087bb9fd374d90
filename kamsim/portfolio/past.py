"""Plays the past of a portfolio, twice: once for the books of each year, then block by block, recorded.

A book's plan depends on all accounts in it, so the years are first played over all blocks without recording,
which is cheap and keeps accounts but no months. Then each block can be played alone from the first recorded
month, with the prices known, and is recorded; the model gives the same months both times, bit for bit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import accumulate

import numba
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
from kamsim.portfolio.accounts import DRAWN_FOR_LATER, draw_accounts
from kamsim.portfolio.drift import earlier_propensity
from kamsim.portfolio.holders import PostHolders, post_holders
from kamsim.portfolio.owners import assign_owners
from kamsim.portfolio.policy import Demand, Prices, ask, settle
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
class Start:
    """Accounts before some month is played: what never changes, and their state.

    Attributes
    ----------
    facts, uniforms : DataFrame
        As in `InitialPortfolio`; of the uniform numbers those that the tables are written with.
    propensity : array, shape (accounts, 1)
        Churn propensity at the cut-off.
    state : State
        One lane, with owners.
    """

    facts: pd.DataFrame
    uniforms: pd.DataFrame
    propensity: Floats
    state: State


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
    starts : tuple of Start
        Block by block, as the recorded months begin.
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
    starts: tuple[Start, ...] = ()

    @property
    def history(self) -> slice:
        """Which of the spans are recorded."""
        return slice(sum(span.revenue_frozen for span in self.spans), None)

    @property
    def first_month(self) -> int:
        """Months since January 1970 of the first recorded month."""
        return self.spans[self.history][0].first_month


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
    with ThreadPoolExecutor(numba.get_num_threads()) as threads:
        starts = list(threads.map(lambda ends: _draw_start(shared, *ends), blocks))
    reps = len(shared.posts.rep_ids)
    for number, span in enumerate(shared.spans):
        if number == shared.history.start:
            shared = replace(shared, starts=tuple(starts))
        asked = [_ask(start, shared, number) for start in starts]
        prices = settle(sum((d.sums(reps) for d in asked[1:]), asked[0].sums(reps)), team)
        shared = replace(shared, prices=(*shared.prices, prices))
        if span is not shared.spans[-1]:
            starts = [_play_on(s, d.plan(prices), shared, number) for s, d in zip(starts, asked, strict=True)]
    return shared


def start_block(shared: SharedPast, first: int, last: int) -> Start:
    """Make the accounts with numbers from `first` up to `last`, as the recorded months begin.

    Those of whole blocks stand in `shared.starts`.
    """
    start = _draw_start(shared, first, last)
    for number in range(shared.history.start):
        start = _play_on(start, _ask(start, shared, number).plan(shared.prices[number]), shared, number)
    return start


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


def record_block(shared: SharedPast, start: Start, tape: Tape | None = None) -> RecordedBlock:
    """Play the recorded months of some accounts.

    Parameters
    ----------
    shared : SharedPast
    start : Start
        The accounts; not changed.
    tape : Tape, optional
        Written over where it has the right size: saves new memory for every block. What was recorded on it
        before is lost.

    Returns
    -------
    RecordedBlock
    """
    opening = state = start.state
    months = shared.scenario.portfolio.history_months
    if tape is None or tape.shape != (state.accounts, months):
        tape = Tape.blank(state.accounts, months)
    plans: list[Plan] = []
    for number, span in list(enumerate(shared.spans))[shared.history]:
        start = replace(start, state=state)
        plans.append(_ask(start, shared, number).plan(shared.prices[number]))
        _, state = record(
            _as_in(span, start, shared.scenario), plans[-1], shared.parameters, key=shared.key,
            first_month=span.first_month, months=span.months, people=shared.people[number], tape=tape,
            begin=span.first_month - shared.first_month,
        )  # fmt: skip
    return RecordedBlock(
        facts=start.facts,
        uniforms=start.uniforms,
        opening=opening,
        closing=replace(state, propensity=start.propensity),
        recording=tape.recording,
        owner=state.owner[:, 0],
        hours=np.stack([plan.hours(state.accounts, 1)[:, :, 0] for plan in plans], axis=1),
        first_month=shared.first_month,
        team=shared.team,
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


def _draw_start(shared: SharedPast, first: int, last: int) -> Start:
    """Make the accounts of a block, with owners, before any month is played."""
    initial = draw_accounts(shared.scenario, first, last)
    state = initial.state
    owner = assign_owners(
        initial.facts, state.arrival, shared.posts, shared.scenario, state.entities, shared.before.get(first)
    )
    uniforms = initial.uniforms[list(DRAWN_FOR_LATER)]
    return Start(initial.facts, uniforms, state.propensity, replace(state, owner=owner[:, None]))


def _as_in(span: Span, start: Start, scenario: Scenario) -> State:
    """Give the state the churn propensity of a span, which drifts towards that at the cut-off."""
    cutoff = month_number(pd.Timestamp(scenario.portfolio.cutoff))
    years = (cutoff - span.first_month - span.months / 2) / MONTHS_A_YEAR
    propensity = earlier_propensity(start.propensity, scenario.portfolio.drift, years)
    return replace(start.state, propensity=propensity)


def _ask(start: Start, shared: SharedPast, number: int) -> Demand:
    span = shared.spans[number]
    return ask(start.state, start.facts, shared.team, span.first_month + span.months - 1, shared.scenario)


def _play_on(start: Start, plan: Plan, shared: SharedPast, number: int) -> Start:
    """Play the months of a span without recording them."""
    span = shared.spans[number]
    state = advance(
        _as_in(span, start, shared.scenario), plan, shared.parameters, key=shared.key,
        first_month=span.first_month, months=span.months, people=shared.people[number],
        revenue_frozen=span.revenue_frozen,
    )  # fmt: skip
    return replace(start, state=state)
