"""The compiled steps of the rules, lane by lane (docs/model.md 6.12). They read no latent value."""

from __future__ import annotations

import numpy as np

from kamsim.dynamics import layout as at
from kamsim.dynamics.compiled import compiled
from kamsim.dynamics.layout import LANES
from kamsim.dynamics.layout import Parameter as P
from kamsim.dynamics.people import count_loads, workload
from kamsim.dynamics.rules import BOOKS, EXIT, EXIT_AFTER, MOVES, PULL_LIMIT, REBALANCING, TOLERANCE


@compiled
def _least_loaded(load, capacity, vacancy, first_lane, lane):
    """Find the AE in post with the smallest load over capacity; -1 if there is none."""
    best, best_ratio = -1, 0.0
    for r in range(capacity.size):
        if vacancy[r, first_lane + lane] == 0 and capacity[r] > 0.0:
            ratio = load[r, lane] / capacity[r]
            if best < 0 or ratio < best_ratio:
                best, best_ratio = r, ratio
    return best


@compiled
def route_leads(accounts, arrival, month, plan, first_lane, exit_share, load, capacity, vacancy):
    """Give each lead that arrives this month to the least loaded AE, in the order of accounts."""
    for i in range(accounts.shape[0]):
        if arrival[i] == month:
            for lane in range(LANES):
                r = _least_loaded(load, capacity, vacancy, first_lane, lane)
                accounts[i, at.OWNER * LANES + lane] = r
                if r >= 0:
                    load[r, lane] += workload(accounts, i, lane, plan, first_lane, exit_share)


@compiled
def _move(accounts, i, lane, owner, table, segment):
    """Give an account a new owner, with a hand-over (6.4)."""
    p = table[segment[i]]
    accounts[i, at.OWNER * LANES + lane] = owner
    accounts[i, at.GOODWILL * LANES + lane] *= p[P.HANDOVER_GOODWILL]
    accounts[i, at.HANDOVER * LANES + lane] = p[P.HANDOVER_MONTHS]
    accounts[i, at.NEWCOMER * LANES + lane] = p[P.NEWCOMER_MONTHS]
    accounts[i, at.QUALITY * LANES + lane] = accounts[i, at.QUALITY_NOW * LANES + lane]


@compiled
def apply_rules(
    accounts, arrival, month, plan, first_lane, exit_share, load, capacity, vacancy, rules, table, segment
):
    """Apply at a quarter's end: pulling from the pool, exits, rebalancing."""
    if rules[BOOKS] > 0:
        count_loads(accounts, arrival, month + 1, plan, first_lane, exit_share, load)
        _pull(accounts, arrival, month, plan, first_lane, load, capacity, vacancy, rules, table, segment)
    if rules[EXIT] > 0:
        _exit(accounts, arrival, month, rules)
    if rules[REBALANCING] > 0:
        count_loads(accounts, arrival, month + 1, plan, first_lane, exit_share, load)
        for lane in range(LANES):
            _rebalance(
                accounts, arrival, month, plan, first_lane, lane, exit_share, load, capacity, vacancy,
                rules, table, segment,
            )  # fmt: skip


@compiled
def _pull(accounts, arrival, month, plan, first_lane, load, capacity, vacancy, rules, table, segment):
    step = 0 if plan.shape[2] == 1 else 1
    for i in range(accounts.shape[0]):
        if arrival[i] <= month + 1:
            for lane in range(LANES):
                if accounts[i, at.OWNER * LANES + lane] < 0:
                    hours = plan[0, i, step * (first_lane + lane)]
                    r = _least_loaded(load, capacity, vacancy, first_lane, lane)
                    if r >= 0 and load[r, lane] + hours <= rules[PULL_LIMIT] * capacity[r]:
                        _move(accounts, i, lane, r, table, segment)
                        accounts[i, at.EXITED * LANES + lane] = 0
                        accounts[i, at.IDLE * LANES + lane] = 0
                        load[r, lane] += hours


@compiled
def _exit(accounts, arrival, month, rules):
    pooled = rules[BOOKS] > 0
    for i in range(accounts.shape[0]):
        if arrival[i] <= month:
            for lane in range(LANES):
                if not pooled or accounts[i, at.OWNER * LANES + lane] >= 0:
                    exits = accounts[i, at.IDLE * LANES + lane] >= rules[EXIT_AFTER]
                    accounts[i, at.EXITED * LANES + lane] = 1 if exits else 0
                    if pooled and exits:
                        accounts[i, at.OWNER * LANES + lane] = -1


@compiled
def _rebalance(
    accounts, arrival, month, plan, first_lane, lane, exit_share, load, capacity, vacancy, rules, table,
    segment,
):  # fmt: skip
    total_load, total_capacity = 0.0, 0.0
    for r in range(capacity.size):
        if vacancy[r, first_lane + lane] == 0 and capacity[r] > 0.0:
            total_load += load[r, lane]
            total_capacity += capacity[r]
    if total_capacity == 0.0:
        return
    bound = (1.0 + rules[TOLERANCE]) * (total_load / total_capacity)
    for _ in range(np.int64(rules[MOVES])):
        least = _least_loaded(load, capacity, vacancy, first_lane, lane)
        most = least
        for r in range(capacity.size):
            if vacancy[r, first_lane + lane] == 0 and capacity[r] > 0.0:
                larger = load[r, lane] / capacity[r] > load[most, lane] / capacity[most]
                tied = load[r, lane] / capacity[r] == load[most, lane] / capacity[most]
                if larger or (tied and r < most):
                    most = r
        if load[most, lane] / capacity[most] <= bound:
            return
        gap = load[most, lane] * capacity[least] - load[least, lane] * capacity[most]
        gap /= capacity[most] + capacity[least]
        chosen, chosen_hours = -1, 0.0
        for i in range(accounts.shape[0]):
            if arrival[i] <= month + 1 and accounts[i, at.OWNER * LANES + lane] == most:
                hours = workload(accounts, i, lane, plan, first_lane, exit_share)
                if chosen_hours < hours <= gap:
                    chosen, chosen_hours = i, hours
        if chosen < 0:
            return
        _move(accounts, chosen, lane, least, table, segment)
        load[most, lane] -= chosen_hours
        load[least, lane] += chosen_hours
