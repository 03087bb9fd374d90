"""The loop for accounts that share people, pools or rules: all play a month before the next begins.

The order of steps is section 3 of docs/model.md.
"""

from __future__ import annotations

import numpy as np
from numba import prange

from kamsim.dynamics import layout as at
from kamsim.dynamics.compiled import compiled
from kamsim.dynamics.kernel import close_year, open_year, set_neutral, set_shock
from kamsim.dynamics.layout import LANES
from kamsim.dynamics.layout import Parameter as P
from kamsim.dynamics.month import play_account_month
from kamsim.dynamics.people import age_people, count_loads, surround
from kamsim.dynamics.pools import count_demand, serve
from kamsim.dynamics.rule_steps import apply_rules, route_leads
from kamsim.dynamics.rules import ROUTING

_MONTHS_A_YEAR = np.int64(12)
_MONTHS_A_QUARTER = np.int64(3)


@compiled(parallel=True)
def play_together(
    flat, table, segment, arrival, industry, shocks, kinds, alerts, entities, replications, key,
    first_month, months, booking, concave, revenue, hours, retained, customer, standing, trace,
    figures, shares, plan, capacity, rep_entities, tenure, vacancy, pools, rules, loads,
):  # fmt: skip
    """Play accounts that share AEs, pools or rules.

    `figures` and `shares` are the parameters and the kinds of effort in double. `pools` holds people and
    hours a month of SE and of CSM, or is empty. `loads` receives load over available hours of each AE,
    summed over the months: (reps, lanes).
    """
    for block in prange(flat.shape[0]):
        _play_block(
            block, flat[block], table, segment, arrival, industry, shocks, kinds, alerts, entities,
            replications[block], key, first_month, months, booking, concave, revenue, hours, retained,
            customer, standing, trace, figures, shares, plan, capacity, rep_entities, tenure, vacancy, pools,
            rules, loads,
        )  # fmt: skip


@compiled
def _play_block(
    block, accounts, table, segment, arrival, industry, shocks, kinds, alerts, entities,
    own, key, first_month, months, booking, concave, revenue, hours, retained,
    customer, standing, trace, figures, shares, plan, capacity, rep_entities, tenure, vacancy, pools, rules,
    loads,
):  # fmt: skip
    count, reps, first_lane = accounts.shape[0], capacity.size, block * LANES
    traced, pooled = trace.shape[1] > 0, pools.size > 0
    left, available = np.zeros((reps, LANES), np.bool_), np.zeros((reps, LANES))
    load, draws = np.zeros((reps, LANES)), np.empty(4 * LANES, accounts.dtype)
    se_demand, csm_demand = np.zeros(LANES), np.zeros(LANES)
    se_served, csm_served = np.ones(LANES), np.ones(LANES)
    se_waiting, csm_waiting = np.zeros(LANES), np.zeros(LANES)
    exit_share = figures[P.EXIT_SHARE]
    for i in range(count):
        set_neutral(accounts[i], table[segment[i]])
    for t in range(months):
        month, year = first_month + t, t // _MONTHS_A_YEAR
        if t % _MONTHS_A_YEAR == 0:
            for i in range(count):
                open_year(accounts[i], block, i, year, customer)
        if reps > 0:
            age_people(
                tenure, vacancy, first_lane, left, available, capacity, figures, draws, key, rep_entities,
                own, month,
            )  # fmt: skip
            count_loads(accounts, arrival, month, plan, first_lane, exit_share, load)
            if rules[ROUTING] > 0:
                route_leads(accounts, arrival, month, plan, first_lane, exit_share, load, capacity, vacancy)
            _note_loads(loads, first_lane, load, available)
        if pooled:
            count_demand(accounts, arrival, month, plan, first_lane, shares, figures, se_demand, csm_demand)
            serve(se_demand, np.int64(pools[0]), pools[1], se_served, se_waiting)
            serve(csm_demand, np.int64(pools[2]), pools[3], csm_served, csm_waiting)
        for i in range(count):
            rows = accounts[i]
            if pooled:
                _write_pools(rows, figures, se_served, csm_served, se_waiting, csm_waiting)
            if arrival[i] <= month:
                if reps > 0:
                    surround(rows, left, available, load)
                set_shock(rows, shocks, block, t, industry[i])
                starts_year = (t == 0) | (month % _MONTHS_A_YEAR == 0) | (arrival[i] == month)
                play_account_month(
                    rows, table[segment[i]], kinds[i], alerts[i], key, entities[i], own, month,
                    starts_year, booking, pooled, concave, traced,
                )  # fmt: skip
        if month % _MONTHS_A_QUARTER == _MONTHS_A_QUARTER - 1:
            apply_rules(
                accounts, arrival, month, plan, first_lane, exit_share, load, capacity, vacancy, rules,
                table, segment,
            )  # fmt: skip
        for i in range(count):
            if traced:
                trace[block, t, i, :] = accounts[i]
            if (t % _MONTHS_A_YEAR == _MONTHS_A_YEAR - 1) | (t == months - 1):
                close_year(accounts[i], block, i, year, revenue, hours, retained, customer, standing)


@compiled
def _write_pools(rows, figures, se_served, csm_served, se_waiting, csm_waiting):
    se_effect, csm_effect = figures[P.SE_WAIT_EFFECT], figures[P.CSM_WAIT_EFFECT]
    quality = figures[P.HANDOVER_QUALITY]
    for lane in range(LANES):
        rows[at.SE_SERVED * LANES + lane] = se_served[lane]
        rows[at.CSM_SERVED * LANES + lane] = csm_served[lane]
        rows[at.SE_PACE * LANES + lane] = 1.0 - se_effect * se_waiting[lane]
        rows[at.QUALITY_NOW * LANES + lane] = quality * (1.0 - csm_effect * csm_waiting[lane])


@compiled
def _note_loads(loads, first_lane, load, available):
    for r in range(load.shape[0]):
        for lane in range(LANES):
            if available[r, lane] > 0.0:
                loads[r, first_lane + lane] += load[r, lane] / available[r, lane]
