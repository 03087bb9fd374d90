"""The AEs of a block of lanes: they leave, are replaced, learn; their load and whom it reaches (6.2, 6.3)."""

from __future__ import annotations

import numpy as np

from kamsim.dynamics import layout as at
from kamsim.dynamics.compiled import compiled
from kamsim.dynamics.layout import LANES
from kamsim.dynamics.layout import Parameter as P
from kamsim.dynamics.luck import draw
from kamsim.streams import Process

_PERSON_BLOCK = np.uint64(Process.PERSON_LEAVES // 4)


@compiled
def age_people(
    tenure, vacancy, first_lane, left, available, capacity, figures, draws, key, entities, own, month
):
    """Let every AE stay, leave, or start; write who left and the hours each has this month."""
    rate, gap, cover = (
        figures[P.ATTRITION_RATE],
        np.int64(figures[P.VACANCY_MONTHS]),
        figures[P.VACANCY_COVER],
    )
    ramp_start, ramp_months = figures[P.RAMP_START], figures[P.RAMP_MONTHS]
    for r in range(capacity.size):
        draw(draws, 0, key, entities[r], own, _PERSON_BLOCK, np.uint64(month))
        for lane in range(LANES):
            number = first_lane + lane
            left[r, lane] = False
            if vacancy[r, number] > 0:
                vacancy[r, number] -= 1
                if vacancy[r, number] == 0:
                    tenure[r, number] = 0
            else:
                tenure[r, number] += 1
                if draws[lane] < rate:
                    left[r, lane] = True
                    vacancy[r, number] = gap
                    if gap == 0:
                        tenure[r, number] = 0
            speed = 1.0
            if ramp_months > 0.0:
                speed = min(1.0, ramp_start + (1.0 - ramp_start) * tenure[r, number] / ramp_months)
            available[r, lane] = capacity[r] * (cover if vacancy[r, number] > 0 else speed)


@compiled
def count_loads(accounts, arrival, month, plan, first_lane, exit_share, load):
    """Add up the planned hours of the accounts that each AE covers, in the order of accounts."""
    load[:] = 0.0
    for i in range(accounts.shape[0]):
        if arrival[i] <= month:
            for lane in range(LANES):
                owner = np.int64(accounts[i, at.OWNER * LANES + lane])
                if owner >= 0:
                    load[owner, lane] += workload(accounts, i, lane, plan, first_lane, exit_share)


@compiled(inline=True)
def workload(accounts, i, lane, plan, first_lane, exit_share):
    """Give the AE hours that an account is planned to take, less if it was exited."""
    number = 0 if plan.shape[2] == 1 else first_lane + lane
    return (exit_share if accounts[i, at.EXITED * LANES + lane] > 0 else 1.0) * plan[0, i, number]


@compiled
def surround(rows, left, available, load):
    """Write how much of the owner's plan reaches an account, and whether the owner left."""
    for lane in range(LANES):
        owner = np.int64(rows[at.OWNER * LANES + lane])
        reach, leaves = 0.0, 0.0
        if owner >= 0:
            reach = 1.0
            if load[owner, lane] > available[owner, lane]:
                reach = available[owner, lane] / load[owner, lane]
            leaves = 1.0 if left[owner, lane] else 0.0
        rows[at.REACH * LANES + lane] = reach
        rows[at.LEFT * LANES + lane] = leaves
