"""The loop that plays accounts in the lanes: one course of events, LANES accounts at a time.

Accounts of the same segment, arrival, service pattern and alerts share a block; `members` says which they
are, (blocks, LANES). A block that is not full repeats an account, which then writes the same numbers twice.
A block never touches another, so bits do not depend on threads, order or grouping.
"""

from __future__ import annotations

import numpy as np
from numba import prange

from kamsim.dynamics import layout as at
from kamsim.dynamics.compiled import compiled
from kamsim.dynamics.kernel import set_neutral
from kamsim.dynamics.layout import CHURNED, CONTRACTED, LANES, NOT_DUE, REPRICED, SLOT_ROWS, SLOTS
from kamsim.dynamics.layout import Parameter as P
from kamsim.dynamics.month import play_account_month

_MONTHS_A_YEAR = np.int64(12)
_AGE, _AMOUNT, _KIND, _MEDDIC = range(1, SLOT_ROWS)


@compiled(parallel=True)
def play_in_lanes(
    flat, table, members, segment, arrival, kinds, alerts, entities, hours, owner, people, key,
    first_month, months, booking, concave, recorded, begin, flows, slot_flows, slot_codes, penetrated,
    renewal, happened,
):  # fmt: skip
    """Play blocks of accounts, and write their months out if they are to be recorded.

    `hours`, `kinds` and `alerts` are by year of the run, of which the last holds on: (years, 3, accounts),
    (years, accounts, 5), (years, accounts). `people` is reach, leaving and hand-over quality, (3, reps + 1,
    months), the last for accounts that nobody owns; empty without people. The outputs are as in `recording`:
    (fields, accounts, months), (fields, accounts, months, SLOTS), and three single fields; the first month is
    written at their month `begin`.
    """
    for block in prange(flat.shape[0]):
        rows, own = flat[block], members[block]
        p, arrives = table[segment[own[0]]], arrival[own[0]]
        same_luck, before = np.zeros(LANES, np.uint64), np.zeros(2 * SLOTS * LANES, flat.dtype)
        set_neutral(rows, p)
        for lane in range(LANES):
            rows[at.SHOCK * LANES + lane] = p[P.ONE]
        for t in range(months):
            month, year = first_month + t, t // _MONTHS_A_YEAR
            if t % _MONTHS_A_YEAR == 0:
                plan_year(rows, own, hours, min(year, hours.shape[0] - 1))
            if recorded:
                _keep_slots(rows, before)
            if arrives <= month:
                if people.shape[1] > 0:
                    meet_people(rows, own, owner, people, t)
                starts_year = (t == 0) | (month % _MONTHS_A_YEAR == 0) | (arrives == month)
                play_account_month(
                    rows, p, kinds[min(year, kinds.shape[0] - 1), own[0]],
                    alerts[min(year, alerts.shape[0] - 1), own[0]], key, entities[block], same_luck, month,
                    starts_year, booking, False, concave, recorded, False,
                )  # fmt: skip
            if recorded:
                _write_flows(
                    rows, own, begin + t, arrives <= month, booking, flows, penetrated, renewal, happened
                )
                _write_slots(rows, own, begin + t, arrives <= month, before, slot_flows, slot_codes)


@compiled
def plan_year(rows, own, hours, year):
    """Write the hours that are planned for the accounts in a year of the run."""
    for lane in range(LANES):
        rows[at.AE * LANES + lane] = hours[year, 0, own[lane]]
        rows[at.SE * LANES + lane] = hours[year, 1, own[lane]]
        rows[at.CSM * LANES + lane] = hours[year, 2, own[lane]]


@compiled
def meet_people(rows, own, owner, people, t):
    """Write what the month does to the accounts' owners: their reach, whether they leave."""
    nobody = people.shape[1] - 1
    for lane in range(LANES):
        r = owner[own[lane]] if owner[own[lane]] >= 0 else nobody
        rows[at.REACH * LANES + lane] = people[0, r, t]
        rows[at.LEFT * LANES + lane] = people[1, r, t]
        rows[at.QUALITY_NOW * LANES + lane] = people[2, r, t]


@compiled
def _keep_slots(rows, before):
    """Keep kind and MEDDIC of the opportunities as a month begins: closing wipes them out."""
    for slot in range(SLOTS):
        first = at.SLOT + slot * SLOT_ROWS
        for lane in range(LANES):
            before[2 * slot * LANES + lane] = rows[(first + _KIND) * LANES + lane]
            before[(2 * slot + 1) * LANES + lane] = rows[(first + _MEDDIC) * LANES + lane]


@compiled
def _write_flows(rows, own, t, plays, booking, flows, penetrated, renewal, happened):
    """Write a month's revenue with its bridge, and the state of the relationship (docs/model.md, 7)."""
    for lane in range(LANES):
        i = own[lane]
        revenue, capped_to = rows[at.REVENUE * LANES + lane], rows[at.CAPPED * LANES + lane]
        outcome = np.int8(rows[at.RENEWAL * LANES + lane]) if plays and booking else np.int8(NOT_DUE)
        booked_to = rows[at.BOOKED * LANES + lane] if outcome != NOT_DUE else revenue
        flows[0, i, t] = revenue
        flows[1, i, t] = rows[at.EFFORT * LANES + lane]
        flows[2, i, t] = rows[at.BEFORE * LANES + lane] - capped_to if plays else 0.0
        flows[3, i, t] = booked_to - capped_to if plays else 0.0
        flows[4, i, t] = booked_to - revenue if outcome == CHURNED else 0.0
        flows[5, i, t] = booked_to - revenue if outcome == CONTRACTED else 0.0
        flows[6, i, t] = revenue - booked_to if outcome == REPRICED else 0.0
        flows[7, i, t] = rows[at.WALLET * LANES + lane]
        flows[8, i, t] = rows[at.GOODWILL * LANES + lane]
        flows[9, i, t] = rows[at.ROLES * LANES + lane]
        flows[10, i, t] = rows[at.HAZARD * LANES + lane]
        penetrated[i, t] = np.int32(rows[at.PENETRATED * LANES + lane])
        renewal[i, t] = outcome
        happened[i, t] = np.uint8(rows[at.HAPPENED * LANES + lane])


@compiled
def _write_slots(rows, own, t, plays, before, slot_flows, slot_codes):
    """Write what opened and closed in a month, and which opportunity is or was in each slot."""
    for slot in range(SLOTS):
        first = at.SLOT + slot * SLOT_ROWS
        for lane in range(LANES):
            i = own[lane]
            passed, age = rows[first * LANES + lane], rows[(first + _AGE) * LANES + lane]
            closed = rows[(at.OUTCOME + slot) * LANES + lane]
            was = (passed < 0) & (closed > 0)
            kind, meddic = rows[(first + _KIND) * LANES + lane], rows[(first + _MEDDIC) * LANES + lane]
            opened = plays & (passed >= 0) & (age == 0)
            slot_flows[0, i, t, slot] = rows[(first + _AMOUNT) * LANES + lane] if opened else 0.0
            slot_flows[1, i, t, slot] = rows[(at.CLOSING + slot) * LANES + lane] if closed > 0 else 0.0
            slot_flows[2, i, t, slot] = before[(2 * slot + 1) * LANES + lane] if was else meddic
            slot_codes[0, i, t, slot] = np.int8(closed)
            slot_codes[1, i, t, slot] = np.int8(passed)
            slot_codes[2, i, t, slot] = np.int8(before[2 * slot * LANES + lane] if was else kind)
