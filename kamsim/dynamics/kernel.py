"""The loops over blocks of lanes, accounts and months.

Where accounts do not touch one another, an account plays all its months before the next: it stays in the
fastest memory. Where they share people, pools or rules, all accounts play a month before the next month
(`together.py`). Both run the same compiled month. A block of lanes never touches another, so bits do not
depend on threads, chunks or the number of replications.
"""

from __future__ import annotations

import numpy as np
from numba import prange

from kamsim.dynamics import layout as at
from kamsim.dynamics.compiled import compiled
from kamsim.dynamics.layout import LANES
from kamsim.dynamics.layout import Parameter as P
from kamsim.dynamics.luck import draw
from kamsim.dynamics.maths import exponential
from kamsim.dynamics.month import play_account_month
from kamsim.streams import Process

_MONTHS_A_YEAR = np.int64(12)
_LINE = 16
"""Numbers from one multiple to the next of which a line of the cache, 64 bytes, begins anew at the latest."""
_INDUSTRY_EVENT_BLOCK = np.uint64(Process.INDUSTRY_EVENT // 4)
_INDUSTRY_JUMP_BLOCK = np.uint64(Process.INDUSTRY_JUMP // 4)


@compiled(parallel=True)
def draw_shocks(shocks, table, key, entities, replications, first_month):
    """Draw what happens to industries (6.1): factors shaped (blocks, months, 1 + industries, LANES).

    The first one stands for accounts without an industry and stays 1.
    """
    for block in prange(shocks.shape[0]):
        p = table[0]
        rows = np.empty(8 * LANES, shocks.dtype)
        for t in range(shocks.shape[1]):
            month = np.uint64(first_month + t)
            for g in range(shocks.shape[2]):
                for lane in range(LANES):
                    shocks[block, t, g, lane] = p[P.ONE]
                if g > 0:
                    entity, own = entities[g - 1], replications[block]
                    draw(rows, 0, key, entity, own, _INDUSTRY_EVENT_BLOCK, month)
                    draw(rows, 4, key, entity, own, _INDUSTRY_JUMP_BLOCK, month)
                    for lane in range(LANES):
                        z = rows[4 * LANES + lane] + rows[5 * LANES + lane] + rows[6 * LANES + lane]
                        z -= p[P.ONE_AND_A_HALF]
                        if rows[lane] < p[P.SHOCK_RATE]:
                            factor = exponential(p[P.SHOCK_SCALE] * z) * p[P.SHOCK_INVERSE_MEAN]
                            shocks[block, t, g, lane] = factor


@compiled(parallel=True)
def play_alone(
    flat, table, segment, arrival, industry, shocks, kinds, alerts, entities, replications, key,
    first_month, months, booking, concave, revenue, hours, retained, customer, standing, trace,
):  # fmt: skip
    """Play accounts that do not touch one another: account by account, month by month.

    `flat` holds the state only, and of one block alone if all blocks start from it and nobody wants the
    state after; each account is played in rows of its own, which stay in the fastest memory.
    """
    accounts, blocks = flat.shape[1], replications.shape[0]
    traced, shared = trace.shape[1] > 0, flat.shape[0] < blocks
    for pair in prange(blocks * accounts):
        block, i = pair // accounts, pair % accounts
        # From the start of a line of the cache on, since a vector that straddles two costs twice.
        buffer = np.empty((at.ROWS + 1) * LANES, flat.dtype)
        first = -(buffer.ctypes.data // buffer.itemsize) % _LINE
        rows, p = buffer[first : first + at.ROWS * LANES], table[segment[i]]
        own, own_kinds = replications[block], kinds[i]
        take_seat(rows, flat[0 if shared else block, i])
        set_neutral(rows, p)
        for t in range(months):
            if t % _MONTHS_A_YEAR == 0:
                open_year(rows, block, i, t // _MONTHS_A_YEAR, customer)
            month = first_month + t
            if arrival[i] <= month:
                set_shock(rows, shocks, block, t, industry[i])
                starts_year = (t == 0) | (month % _MONTHS_A_YEAR == 0) | (arrival[i] == month)
                play_account_month(
                    rows, p, own_kinds, alerts[i], key, entities[i], own, month,
                    starts_year, booking, False, concave, traced,
                )  # fmt: skip
            if traced:
                trace[block, t, i, :] = rows
            if (t % _MONTHS_A_YEAR == _MONTHS_A_YEAR - 1) | (t == months - 1):
                close_year(rows, block, i, t // _MONTHS_A_YEAR, revenue, hours, retained, customer, standing)
        if not shared:
            flat[block, i, :] = rows[: at.STATE_ROWS * LANES]


@compiled(inline=True)
def take_seat(rows, state):
    """Write the state of an account into its rows, and nothing into the others."""
    for number in range(at.STATE_ROWS * LANES):
        rows[number] = state[number]
    for number in range(at.STATE_ROWS * LANES, at.ROWS * LANES):
        rows[number] = rows.dtype.type(0)


@compiled(inline=True)
def set_neutral(rows, p):
    """Write neutral surroundings: every hour reaches the account, nobody leaves, nobody waits."""
    for lane in range(LANES):
        rows[at.REACH * LANES + lane] = p[P.ONE]
        rows[at.LEFT * LANES + lane] = p[P.ZERO]
        rows[at.SE_SERVED * LANES + lane] = p[P.ONE]
        rows[at.CSM_SERVED * LANES + lane] = p[P.ONE]
        rows[at.SE_PACE * LANES + lane] = p[P.ONE]
        rows[at.QUALITY_NOW * LANES + lane] = p[P.HANDOVER_QUALITY]


@compiled(inline=True)
def set_shock(rows, shocks, block, t, industry):
    """Write what happened to the account's industry this month."""
    for lane in range(LANES):
        rows[at.SHOCK * LANES + lane] = shocks[block, t, industry + 1, lane]


@compiled(inline=True)
def open_year(rows, block, i, year, customer):
    """Start the sums of a year."""
    one = rows.dtype.type(1)
    zero = rows.dtype.type(0)
    for lane in range(LANES):
        pays = rows[at.REVENUE * LANES + lane] > zero
        rows[at.YEAR_REVENUE * LANES + lane] = zero
        rows[at.YEAR_HOURS * LANES + lane] = zero
        rows[at.RETAINED * LANES + lane] = one if pays else zero
        customer[year, i, block * LANES + lane] = pays


@compiled(inline=True)
def close_year(rows, block, i, year, revenue, hours, retained, customer, standing):
    """Write out the sums of a year, unfinished or not, and where the account stands at its end."""
    zero = rows.dtype.type(0)
    for lane in range(LANES):
        number = block * LANES + lane
        revenue[year, i, number] = rows[at.YEAR_REVENUE * LANES + lane]
        hours[year, i, number] = rows[at.YEAR_HOURS * LANES + lane]
        retained[year, i, number] = rows[at.RETAINED * LANES + lane] > zero
        customer[year + 1, i, number] = rows[at.REVENUE * LANES + lane] > zero
        standing[0, year, i, number] = rows[at.REVENUE * LANES + lane]
        standing[1, year, i, number] = rows[at.WALLET * LANES + lane]
        standing[2, year, i, number] = rows[at.PENETRATED * LANES + lane]
