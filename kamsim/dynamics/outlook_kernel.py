"""The loop over what may become of each account: accounts in the lanes, one replication after the other."""

from __future__ import annotations

import numpy as np
from numba import prange

from kamsim.dynamics import layout as at
from kamsim.dynamics.compiled import compiled
from kamsim.dynamics.kernel import set_neutral
from kamsim.dynamics.layout import LANES
from kamsim.dynamics.layout import Parameter as P
from kamsim.dynamics.month import play_account_month
from kamsim.dynamics.recording_kernel import meet_people, plan_year

_MONTHS_A_YEAR = np.int64(12)


@compiled(parallel=True)
def outlast(
    flat, table, members, segment, arrival, kinds, alerts, entities, hours, owner, people, key, first_month,
    months, concave, replications, left,
):  # fmt: skip
    """Play months in which nobody churns, and sum up the hazard of the renewals that come due.

    Arguments as in `recording_kernel.play_in_lanes`, with one year of `hours`, `kinds` and `alerts`, and with
    `people` of each replication, (replications, 3, reps + 1, months). `left` receives the probability of
    having left by the end, (accounts,).
    """
    for block in prange(flat.shape[0]):
        own = members[block]
        p, arrives, rows = table[segment[own[0]]], arrival[own[0]], np.empty_like(flat[block])
        luck, total = np.empty(LANES, np.uint64), np.zeros(LANES)
        for number in range(replications):
            rows[:] = flat[block]
            luck[:] = np.uint64(number)
            set_neutral(rows, p)
            plan_year(rows, own, hours, 0)
            for lane in range(LANES):
                rows[at.SHOCK * LANES + lane] = p[P.ONE]
            hazard = np.zeros(LANES)
            for t in range(months):
                month = first_month + t
                if arrives > month:
                    continue
                if people.shape[2] > 0:
                    meet_people(rows, own, owner, people[number], t)
                starts_year = (t == 0) | (month % _MONTHS_A_YEAR == 0) | (arrives == month)
                play_account_month(
                    rows, p, kinds[0, own[0]], alerts[0, own[0]], key, entities[block], luck, month,
                    starts_year, True, False, concave, True, True,
                )  # fmt: skip
                _meet_renewals(rows, p, hazard)
            for lane in range(LANES):
                total[lane] += 1.0 - np.exp(-hazard[lane])
        for lane in range(LANES):
            left[own[lane]] = total[lane] / replications


@compiled
def _meet_renewals(rows, p, hazard):
    """Add the hazard of the terms that ended this month."""
    term = p[P.TERM_YEARS]
    for lane in range(LANES):
        due = rows[at.RENEWAL * LANES + lane] > 0
        hazard[lane] += rows[at.HAZARD * LANES + lane] * term if due else 0.0
