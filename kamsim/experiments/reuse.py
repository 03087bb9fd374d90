"""Plays the exit rule with the hours it frees: quarter by quarter they go to the rest of the same book."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from kamsim.dynamics import MONTHS_A_YEAR, Parameters, Plan, State, Surroundings, Years, play
from kamsim.dynamics.state import Counts, Floats
from kamsim.experiments.quarters import quarter_ends, spans


def play_with_reuse(
    state: State,
    plan: Plan,
    parameters: Parameters,
    *,
    key: int,
    first_month: int,
    months: int,
    replications: Counts,
    surroundings: Surroundings,
) -> tuple[Years, State]:
    """Play as `play` does, and let no AE idle: what exits free goes to the accounts that he goes on serving.

    The engine holds a plan constant, so that hours freed by the exit rule would reach nobody. Here the run
    stops at each quarter's end, when the rule has acted, and each AE's freed hours are shared among his other
    accounts in proportion to their plan, in each lane by itself. Where an AE has none left they are lost.

    Parameters
    ----------
    state, plan, parameters, key, first_month, months, replications, surroundings
        As for `play`; the plan's AE hours of shape (accounts,).

    Returns
    -------
    Years, State
        As `play` gives them.
    """
    state = state if state.lanes == replications.size else state.repeat(replications.size)
    kept = parameters.settings.rules.exit_share
    pieces: list[tuple[int, int, Years]] = []
    yearly = range(MONTHS_A_YEAR, months, MONTHS_A_YEAR)
    for begin, end in spans(sorted({*quarter_ends(first_month, months), *yearly}), months):
        now = replace(plan, ae=hours_with_reuse(plan.ae, state, kept))
        years, state = play(
            state, now, parameters, key=key, first_month=first_month + begin, months=end - begin,
            replications=replications, surroundings=surroundings,
        )  # fmt: skip
        pieces.append((begin, end, years))
    return join_years(pieces, months), state


def hours_with_reuse(planned: Floats, state: State, kept: float) -> Floats:
    """Raise the plan of the accounts that are served by what their owner's exited ones set free.

    Parameters
    ----------
    planned : array, shape (accounts,)
    state : State
        Owner and exited are read. An exited account's own plan stays: the run takes `kept` of it.
    kept : float

    Returns
    -------
    array, shape (accounts, lanes)
    """
    owned, out = state.owner >= 0, state.exited > 0
    owner, lane = np.maximum(state.owner, 0), np.arange(state.lanes)[None, :]
    plan = np.where(owned, planned[:, None], 0.0)
    shape = (int(owner.max(initial=0)) + 1, state.lanes)
    freed, served = np.zeros(shape), np.zeros(shape)
    np.add.at(freed, (owner, lane), np.where(out, (1 - kept) * plan, 0.0))
    np.add.at(served, (owner, lane), np.where(out, 0.0, plan))
    more = np.divide(freed, served, out=np.zeros(shape), where=served > 0)
    factor = np.where(owned & ~out, 1 + more[owner, lane], 1.0)
    return np.asarray(planned[:, None] * factor)


def join_years(pieces: list[tuple[int, int, Years]], months: int) -> Years:
    """Put pieces of a run, none of which crosses a year's end, together as the years of one run.

    Parameters
    ----------
    pieces : list of (int, int, Years)
        First month and last (not included), and the sums, of pieces that follow one another.
    months : int
        Of the run.

    Returns
    -------
    Years
    """
    first, last = pieces[0][2], pieces[-1][2]
    count = -(-months // MONTHS_A_YEAR)
    shape = (count, *first.revenue.shape[1:])
    revenue, hours, load = np.zeros(shape), np.zeros(shape), np.zeros_like(first.load)
    retained: NDArray[np.bool_] = np.ones(shape, bool)
    customer: NDArray[np.bool_] = np.ones((count + 1, *shape[1:]), bool)
    standing = np.zeros((len(first.standing), *shape))
    for begin, end, years in pieces:
        year = begin // MONTHS_A_YEAR
        revenue[year] += years.revenue[0]
        hours[year] += years.hours[0]
        load += years.load * (end - begin) / months
        retained[year] &= years.retained[0]
        standing[:, year] = years.standing[:, 0]
        if begin % MONTHS_A_YEAR == 0:
            customer[year] = years.customer[0]
    customer[-1] = last.customer[-1]
    return Years(revenue, hours, retained, customer, load, standing)
