"""The compiled pass behind `signals`: one account after the other, month by month."""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numba import prange

from kamsim.dynamics import MONTHS_A_YEAR
from kamsim.dynamics.compiled import compiled
from kamsim.dynamics.luck import philox


class Signal(IntEnum):
    """What a block of four draws is for. Numbers are part of every seed's meaning: append only."""

    TOUCHES = 0  # AE, SE, CSM, and the account review
    USAGE = 1
    SATISFACTION = 2
    ASKED = 3  # the answer, and the business review
    CALENDAR = 4  # at month 0: in which months an account is surveyed


_TOUCHES, _USAGE, _SATISFACTION, _ASKED, _CALENDAR = (np.uint64(int(signal) << 12) for signal in Signal)
_LOW, _SHIFT, _DROPPED, _ZERO = np.uint64(0xFFFFFFFF), np.uint64(32), np.uint64(9), np.uint64(0)
_ROOT_THREE = np.sqrt(3.0)

_MANY = 500.0
"""Expected touches from which on a continuous law of the same mean and variance stands for the counts."""


@compiled(inline=True)
def _draw(k0, k1, entity, address):
    """Draw four uniform numbers."""
    a, b, c, d = philox(entity & _LOW, entity >> _SHIFT, _ZERO, address, k0, k1)
    return (
        (np.float64(a >> _DROPPED) + 0.5) * 2.0**-23,
        (np.float64(b >> _DROPPED) + 0.5) * 2.0**-23,
        (np.float64(c >> _DROPPED) + 0.5) * 2.0**-23,
        (np.float64(d >> _DROPPED) + 0.5) * 2.0**-23,
    )


@compiled(inline=True)
def _normal(four):
    """Turn four uniform numbers into one of mean 0 and variance 1, as the model does (docs/model.md, 6)."""
    return (four[0] + four[1] + four[2] + four[3] - 2.0) * _ROOT_THREE


@compiled
def _poisson(u, mean):
    """Invert the Poisson distribution: the count rises with the mean for the same draw."""
    if mean > _MANY:
        # A logistic number of variance 1: all that so many touches need.
        z = np.log(u / (1.0 - u)) * _ROOT_THREE / np.pi
        return np.int64(max(0.0, np.floor(mean + z * np.sqrt(mean) + 0.5)))
    count, term = 0, np.exp(-mean)
    below = term
    while u > below and term > 1e-12 * below:
        count += 1
        term *= mean / count
        below += term
    return np.int64(count)


@compiled(parallel=True)
def observe(
    key, entities, segment, first_month, of_all, of_segment, hours, revenue, goodwill, opening_revenue,
    opening_goodwill, ae_touches, se_touches, csm_touches, reviews, usage, satisfaction,
):  # fmt: skip
    """Fill the months of all accounts, each on its own."""
    k0, k1 = key & _LOW, key >> _SHIFT
    floor, slope, speed, noise, memory = of_all[4], of_all[5], of_all[6], of_all[7], of_all[8]
    fresh = np.sqrt(1.0 - memory * memory)
    accounts, months = revenue.shape
    for i in prange(accounts):
        entity, own = entities[i], of_segment[segment[i]]
        surveys = np.int64(own[2])
        every = MONTHS_A_YEAR // surveys if surveys > 0 else MONTHS_A_YEAR
        phase = np.int64(_draw(k0, k1, entity, _CALENDAR)[0] * every)
        # Usage of a new customer starts from nothing: what was bought must be taken up.
        level = floor + slope * opening_goodwill[i] if opening_revenue[i] > 0 else 0.0
        deviation, is_known = 0.0, False
        for m in range(months):
            month = np.uint64(first_month + m)
            ae, se, csm = hours[0, i, m], hours[1, i, m], hours[2, i, m]
            if ae + se + csm > 0:
                u = _draw(k0, k1, entity, _TOUCHES | month)
                ae_touches[i, m] = _poisson(u[0], ae * of_all[0])
                se_touches[i, m] = _poisson(u[1], se * of_all[1])
                csm_touches[i, m] = _poisson(u[2], csm * of_all[2])
                held = 1.0 - np.exp(-(ae + csm) / of_all[3])
                reviews[i, m] = u[3] < own[0] * held
                if (first_month + m) % 3 == 2:
                    business = _draw(k0, k1, entity, _ASKED | month)[1]
                    reviews[i, m] += business < own[1] * held
            if revenue[i, m] <= 0:
                level, is_known = 0.0, False
                continue
            shock = _normal(_draw(k0, k1, entity, _USAGE | month))
            deviation = memory * deviation + fresh * shock if is_known else shock
            is_known = True
            level += speed * (floor + slope * goodwill[i, m] - level)
            usage[i, m] = min(1.0, max(0.0, level + noise * deviation))
            if surveys == 0 or (first_month + m) % every != phase:
                continue
            if _draw(k0, k1, entity, _ASKED | month)[0] < of_all[9]:
                opinion = of_all[10] + of_all[11] * goodwill[i, m]
                opinion += of_all[12] * _normal(_draw(k0, k1, entity, _SATISFACTION | month))
                satisfaction[i, m] = min(10.0, max(0.0, np.floor(opinion + 0.5)))
