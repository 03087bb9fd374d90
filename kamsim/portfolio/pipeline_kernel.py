"""The compiled passes behind `pipeline` and `history_table`: slots and months of a recording, in order."""

from __future__ import annotations

import numpy as np
from numba import prange

from kamsim.dynamics import FREE, LOST, MILESTONES, MONTHS_A_YEAR, WON
from kamsim.dynamics.compiled import compiled

NEVER = -(2**31)
"""Month of what has not happened."""

DATED = MILESTONES - 1
"""Milestones that are dated apart: the last one, the signature, is the closing."""

_SPONSOR_LEFT = 16


@compiled
def count_down(start, happened, lengths, after_sponsor, without):
    """Mark the months in which an account has no sponsor."""
    accounts, months = happened.shape
    for i in range(accounts):
        left = start[i]
        without[i, 0] = left > 0
        for m in range(months):
            bits = np.int64(happened[i, m])
            if bits > 0:
                for kind in range(len(lengths)):
                    if bits & (1 << kind):
                        left = max(left, lengths[kind])
                if bits & _SPONSOR_LEFT:
                    left = after_sponsor
            without[i, m + 1] = left > 0
            left = max(0, left - 1)


@compiled
def walk(held, ages, opened_amount, closings, passed, account, slot, opened, closed, outcome, milestones):
    """Walk through the months of each slot; a slot holds one opportunity at a time."""
    accounts, months, slots = closings.shape
    row = 0
    for i in range(accounts):
        for k in range(slots):
            inside = held[i, k] != FREE
            if inside:
                age = ages[i, k]
                account[row], slot[row], opened[row], closed[row] = i, k, -1 - age, NEVER
                # When milestones came before the first recorded month nobody knows: evenly, with the age.
                for j in range(held[i, k]):
                    share = -(-(j + 1) * age // (held[i, k] + 1))
                    milestones[row, j] = -1 - age + max(1, share)
            for m in range(months):
                if inside:
                    ended = closings[i, m, k]
                    reached = passed[i, m, k] if ended == 0 else (DATED if ended == WON else 0)
                    for j in range(min(reached, DATED)):
                        if milestones[row, j] == NEVER:
                            milestones[row, j] = m
                    if ended != 0:
                        closed[row], outcome[row], inside = m, ended, False
                        row += 1
                if opened_amount[i, m, k] > 0:
                    account[row], slot[row], opened[row], closed[row] = i, k, m, NEVER
                    inside = True
            if inside:
                row += 1


@compiled(parallel=True)
def sum_slots(opened_amount, closed, closed_amount, opened, won, lost, won_eur):
    """Count the opportunities opened, won and lost in each month, and sum a year's worth of what was won."""
    accounts, months, slots = closed.shape
    for i in prange(accounts):
        for m in range(months):
            new, wins, losses, euros = 0, 0, 0, 0.0
            for k in range(slots):
                new += opened_amount[i, m, k] > 0
                losses += closed[i, m, k] == LOST
                if closed[i, m, k] == WON:
                    wins += 1
                    euros += closed_amount[i, m, k]
            opened[i, m], won[i, m], lost[i, m] = new, wins, losses
            won_eur[i, m] = euros * MONTHS_A_YEAR
