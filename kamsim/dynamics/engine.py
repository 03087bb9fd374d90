"""Plays months of a portfolio under an effort plan, compiled.

The one loop that generation, value, and experiments all run. An account's path depends on its own state,
effort and luck only, so accounts run in parallel and bits do not depend on threads, chunks or lanes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numba import prange
from numpy.typing import NDArray

from kamsim.dynamics import month as model
from kamsim.dynamics.compiled import compiled
from kamsim.dynamics.luck import MONTHS_ADDRESSED, draw_block
from kamsim.dynamics.parameters import Parameters
from kamsim.dynamics.state import FREE, MILESTONES, SLOTS, Counts, Floats, State
from kamsim.errors import ConfigError
from kamsim.streams import Process

MONTHS_A_YEAR = 12
WON, LOST = 1, 2
_BLOCK_0, _BLOCK_1, _BLOCK_2 = np.uint64(0), np.uint64(1), np.uint64(2)
_SLOT_BLOCK = np.uint64(Process.MILESTONE // 4)


@dataclass(frozen=True)
class Years:
    """What a run brings, by year; arrays shaped (years, accounts, lanes).

    Attributes
    ----------
    revenue : array
        EUR in the year.
    retained : array of bool
        A customer at the start of the year that never left during it.
    customer : array of bool, shape (years + 1, accounts, lanes)
        A customer at the start of each year, and at the end of the last.
    """

    revenue: Floats
    retained: NDArray[np.bool_]
    customer: NDArray[np.bool_]


@dataclass(frozen=True)
class Recording:
    """What a one-lane run looked like, month by month.

    Attributes
    ----------
    revenue : array, shape (accounts, months)
        EUR in the month.
    opened : array, shape (accounts, months, SLOTS)
        Amount of the opportunity that opened in the slot at the end of the month, else 0.
    closed : array of int8, shape (accounts, months, SLOTS)
        WON or LOST for the opportunity that left the slot before that, else 0.
    closed_amount : array, shape (accounts, months, SLOTS)
        EUR a month it was worth.
    """

    revenue: Floats
    opened: Floats
    closed: NDArray[np.int8]
    closed_amount: Floats


def play(
    state: State,
    effort: Floats,
    parameters: Parameters,
    *,
    key: int,
    first_month: int,
    months: int,
    replications: NDArray[np.int64] | None = None,
    revenue_frozen: bool = False,
) -> tuple[Years, State]:
    """Play whole years under constant effort.

    Parameters
    ----------
    state : State
        Where the accounts stand; not changed.
    effort : array, shape (accounts,) or (accounts, lanes)
        AE-equivalent hours a month that reach each account.
    parameters : Parameters
    key : int
        From `kamsim.streams.luck_key`.
    first_month : int
        Months since January 1970.
    months : int
        Horizon, 1 or more. A last, unfinished year is counted as far as it goes.
    replications : array of int, shape (lanes,), optional
        Numbers that address the lanes' luck; 0, 1, 2, … if not given.
    revenue_frozen : bool
        Fill the pipeline only: no win is booked and no contract renews.

    Returns
    -------
    Years, State
        The sums, and the state after the last month.

    Raises
    ------
    ConfigError
        For a horizon below one month or beyond 2310, no lanes, not one replication number a lane, or effort
        that is negative or not finite.
    """
    years, after, _ = _run(
        state, effort, parameters, key, first_month, months, replications, revenue_frozen, False
    )
    return years, after


def record(
    state: State, effort: Floats, parameters: Parameters, *, key: int, first_month: int, months: int
) -> tuple[Recording, State]:
    """Play a one-lane state and keep every month; parameters as in `play`."""
    if state.lanes != 1:
        raise ConfigError(f"a recording wants one lane, got {state.lanes}")
    _, after, recording = _run(state, effort, parameters, key, first_month, months, None, False, True)
    return recording, after


def _run(
    state: State,
    effort: Floats,
    parameters: Parameters,
    key: int,
    first_month: int,
    months: int,
    replications: NDArray[np.int64] | None,
    revenue_frozen: bool,
    recorded: bool,
) -> tuple[Years, State, Recording]:
    if months < 1:
        raise ConfigError(f"months must be >= 1, got {months}")
    if not 0 <= first_month <= MONTHS_ADDRESSED - months:
        raise ConfigError(f"months must lie between 1970 and 2310, got {months} from month {first_month} on")
    if state.lanes < 1:
        raise ConfigError("replications must be >= 1, got 0")
    accounts, lanes = state.wallet.shape
    # Always a C-ordered copy: every other layout would be compiled anew, which takes longer than most runs.
    hours = np.broadcast_to(effort if effort.ndim == 2 else effort[:, None], (accounts, lanes)).copy()
    if not np.isfinite(hours).all() or (hours < 0).any():
        raise ConfigError("effort must be finite and >= 0 hours a month")
    numbers = np.arange(lanes) if replications is None else replications
    if numbers.shape != (lanes,):
        raise ConfigError(f"replications must number the {lanes} lanes, got {numbers.size} numbers")
    years = -(-months // MONTHS_A_YEAR)
    sums = Years(
        np.zeros((years, accounts, lanes)),
        np.zeros((years, accounts, lanes), dtype=np.bool_),
        np.zeros((years + 1, accounts, lanes), dtype=np.bool_),
    )
    kept = (accounts, months) if recorded else (0, 0)
    recording = Recording(
        np.zeros(kept), np.zeros((*kept, SLOTS)), np.zeros((*kept, SLOTS), np.int8), np.zeros((*kept, SLOTS))
    )
    after = state.copy()
    _play_accounts(
        _Run(np.uint64(key), first_month, months, revenue_frozen, recorded),
        parameters,
        _Arrays(*(getattr(after, name) for name in _Arrays._fields)),
        hours,
        numbers.astype(np.uint64),
        _Outputs(*vars(sums).values(), *vars(recording).values()),
    )
    return sums, after, recording


class _Run(NamedTuple):
    key: np.uint64
    first_month: int
    months: int
    revenue_frozen: bool
    recorded: bool


class _Arrays(NamedTuple):
    """The arrays of `State`, by the same names, as compiled code takes them."""

    entities: NDArray[np.uint64]
    segment: Counts
    wallet: Floats
    revenue: Floats
    attainable: Floats
    responsiveness: Floats
    propensity: Floats
    goodwill: Floats
    roles: Floats
    sponsorless: Counts
    handover: Counts
    renewal_month: Counts
    units: Counts
    units_penetrated: Counts
    milestones_passed: Counts
    age: Counts
    amount: Floats


class _Outputs(NamedTuple):
    """The arrays of `Years` and `Recording`."""

    year_revenue: Floats
    retained: NDArray[np.bool_]
    customer: NDArray[np.bool_]
    month_revenue: Floats
    opened: Floats
    closed: NDArray[np.int8]
    closed_amount: Floats


@compiled(parallel=True)
def _play_accounts(run, p, a, hours, replications, out):
    for i in prange(a.wallet.shape[0]):
        _play_account(run, p, a, i, hours, replications, out)


@compiled
def _play_account(run, p, a, i, hours, replications, out):
    for lane in range(a.wallet.shape[1]):
        out.customer[0, i, lane] = a.revenue[i, lane] > 0.0
        for t in range(run.months):
            year = t // MONTHS_A_YEAR
            if t % MONTHS_A_YEAR == 0:
                out.retained[year, i, lane] = a.revenue[i, lane] > 0.0
            _play_month(run, p, a, i, lane, hours[i, lane], replications[lane], t, out)
            revenue = a.revenue[i, lane]
            out.year_revenue[year, i, lane] += revenue
            out.retained[year, i, lane] &= revenue > 0.0
            out.customer[year + 1, i, lane] = revenue > 0.0
            if run.recorded:
                out.month_revenue[i, t] = revenue


@compiled(inline=True)
def _play_month(run, p, a, i, lane, effort, replication, t, out):
    month = np.uint64(run.first_month + t)
    calendar_month = (run.first_month + t) % MONTHS_A_YEAR
    segment = a.segment[i]
    entity = a.entities[i]
    event, jump, angle, sponsor = draw_block(run.key, entity, replication, _BLOCK_0, month)
    opening, size, size_angle, renewal = draw_block(run.key, entity, replication, _BLOCK_1, month)
    contraction, unit, _, _ = draw_block(run.key, entity, replication, _BLOCK_2, month)

    a.wallet[i, lane] = model.move_wallet(a.wallet[i, lane], segment, event, jump, angle, p)
    response = model.effort_response(effort, a.wallet[i, lane], segment, p)
    _move_relationship(p, a, i, lane, response, sponsor)
    known = model.qualification(a.roles[i, lane], a.sponsorless[i, lane])
    won = _move_deals(run, p, a, i, lane, response, known, replication, t, out)
    if not run.revenue_frozen:
        _book_win(p, a, i, lane, won, calendar_month, unit)
        if a.revenue[i, lane] > 0.0 and won == 0.0:
            _renew(p, a, i, lane, calendar_month, renewal, contraction)
    _open_deal(run, p, a, i, lane, response, opening, size, size_angle, calendar_month, t, out)
    a.handover[i, lane] = max(0, a.handover[i, lane] - 1)
    a.sponsorless[i, lane] = max(0, a.sponsorless[i, lane] - 1)


@compiled(inline=True)
def _move_relationship(p, a, i, lane, response, sponsor):
    gain = p.goodwill_gain * a.responsiveness[i, lane] * response
    a.goodwill[i, lane] = model.move_stock(a.goodwill[i, lane], gain, p.goodwill_decay)
    a.roles[i, lane] = model.move_stock(a.roles[i, lane], p.roles_gain * response, p.roles_decay)
    if sponsor < p.sponsor_leaves_rate:
        a.goodwill[i, lane] *= p.sponsor_leaves_goodwill
        a.sponsorless[i, lane] = p.sponsorless_months


@compiled(inline=True)
def _move_deals(run, p, a, i, lane, response, known, replication, t, out):
    """Move each open opportunity on, free the slots of those that close, return the amount won."""
    won = 0.0
    segment, goodwill = a.segment[i], a.goodwill[i, lane]
    month = np.uint64(run.first_month + t)
    pace = p.season[(run.first_month + t) % MONTHS_A_YEAR]
    for k in range(SLOTS):
        passed = a.milestones_passed[i, lane, k]
        if passed == FREE:
            continue
        a.age[i, lane, k] += 1
        age = a.age[i, lane, k]
        move, loss, _, _ = draw_block(run.key, a.entities[i], replication, _SLOT_BLOCK + np.uint64(k), month)
        reached = model.milestones_reached(passed, age, response, goodwill, known, pace, segment, p, move)
        outcome = 0
        if reached == MILESTONES:
            won += a.amount[i, lane, k]
            outcome = WON
        elif loss < model.loss_probability(age, goodwill, known, segment, p):
            outcome = LOST
        a.milestones_passed[i, lane, k] = reached if outcome == 0 else FREE
        if run.recorded:
            out.closed[i, t, k] = outcome
            out.closed_amount[i, t, k] = a.amount[i, lane, k] if outcome != 0 else 0.0
    return won


@compiled(inline=True)
def _book_win(p, a, i, lane, won, calendar_month, unit):
    """Add won revenue up to the attainable wallet; a spend that shrank below revenue pulls revenue down."""
    ceiling = a.attainable[i, lane] * a.wallet[i, lane]
    revenue = a.revenue[i, lane]
    if won > 0.0:
        if revenue <= 0.0:
            a.renewal_month[i, lane] = calendar_month
            a.units_penetrated[i, lane] = 1
        elif unit < p.new_unit_probability:
            a.units_penetrated[i, lane] = min(a.units[i, lane], a.units_penetrated[i, lane] + 1)
        revenue = max(revenue, min(revenue + won, ceiling))
    a.revenue[i, lane] = min(revenue, a.wallet[i, lane])


@compiled(inline=True)
def _renew(p, a, i, lane, calendar_month, renewal, contraction):
    """Renew the contract if its term ends: churn, contraction or a new price."""
    segment = a.segment[i]
    if not model.renews_now(calendar_month, a.renewal_month[i, lane], segment, p):
        return
    churn = model.yearly_churn_probability(
        a.propensity[i, lane], a.goodwill[i, lane], a.units_penetrated[i, lane] / a.units[i, lane],
        a.sponsorless[i, lane], a.handover[i, lane], p,
    )  # fmt: skip
    if renewal < 1.0 - (1.0 - churn) ** (1.0 / p.renewals_per_year[segment]):
        a.revenue[i, lane] = 0.0
        a.units_penetrated[i, lane] = 0
    else:
        revenue = model.renewed_revenue(a.revenue[i, lane], segment, contraction, p)
        a.revenue[i, lane] = min(revenue, max(a.revenue[i, lane], a.attainable[i, lane] * a.wallet[i, lane]))


@compiled(inline=True)
def _open_deal(run, p, a, i, lane, response, opening, size, angle, calendar_month, t, out):
    """Open an opportunity in the first free slot, if whitespace, effort and luck allow."""
    attainable_wallet = a.attainable[i, lane] * a.wallet[i, lane]
    whitespace = max(0.0, attainable_wallet - a.revenue[i, lane])
    if whitespace <= 0.0:
        return
    segment = a.segment[i]
    chance = model.opening_probability(
        whitespace / attainable_wallet, a.goodwill[i, lane], response, a.responsiveness[i, lane],
        p.season[calendar_month], p.opening_rate[segment],
    )  # fmt: skip
    if opening >= chance:
        return
    for k in range(SLOTS):
        if a.milestones_passed[i, lane, k] == FREE:
            a.milestones_passed[i, lane, k] = 0
            a.age[i, lane, k] = 0
            a.amount[i, lane, k] = min(
                whitespace, model.deal_amount(attainable_wallet, segment, size, angle, p)
            )
            if run.recorded:
                out.opened[i, t, k] = a.amount[i, lane, k]
            return
