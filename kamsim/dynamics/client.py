"""What happens to a client in a month before any deal: its organisation, wallet, relationship with us.

Each function is one paragraph of docs/model.md and works on the rows of one account (`layout`), all lanes
together. Lanes choose with a conditional value and never with a branch; a branch is only taken where no
lane needs the rest. Numbers come from the typed parameter array, since a literal would turn single
precision into double.
"""

from __future__ import annotations

import numpy as np

from kamsim.dynamics import layout as at
from kamsim.dynamics.compiled import compiled
from kamsim.dynamics.layout import EVENT_WIDTH, LANES, SLOT_ROWS
from kamsim.dynamics.layout import Parameter as P
from kamsim.dynamics.luck import draw, draw_three
from kamsim.dynamics.maths import exponential, first_lane, logarithm
from kamsim.dynamics.pools import tailored_share
from kamsim.streams import Process

_ORGANISATION_BLOCK = np.uint64(Process.ORGANISATION // 4)
_JUMP_BLOCK = np.uint64(Process.WALLET_JUMP // 4)

# What `look_ahead` finds: bits, so that all lanes can be asked at once.
EVENT_0, EVENT_1, EVENT_2, EVENT_3, JUMP, HANDOVER, OPEN_0, OPEN_1, OPEN_2, OPEN_3, RENEWS = (
    np.int32(1 << bit) for bit in range(11)
)
AN_EVENT = np.int32(EVENT_0 | EVENT_1 | EVENT_2 | EVENT_3)
A_FURTHER_SLOT = np.int32(OPEN_1 | OPEN_2 | OPEN_3)
_NOTHING, _CHANGE = np.int32(0), np.int32(1)


@compiled(inline=True)
def look_ahead(rows, p, calendar_month):
    """Find out what any lane needs this month, as bits, and mark the contracts that are due.

    One long loop instead of many short ones: a short loop would be unrolled before it can be vectorised. The
    bits stay 32 bits wide (numba widens what is not cast), as wide as the numbers of the lanes.
    """
    zero, one = p[P.ZERO], p[P.ONE]
    rate, monthly = p[P.WALLET_EVENT_RATE], p[P.TERM_YEARS] < p[P.HALF]
    calendar = rows.dtype.type(np.int32(calendar_month))
    first = P.EVENT + calendar_month
    second, third, fourth = first + EVENT_WIDTH, first + 2 * EVENT_WIDTH, first + 3 * EVENT_WIDTH
    low_0, high_0, low_1, high_1 = p[first], p[first + 1], p[second], p[second + 1]
    low_2, high_2, low_3, high_3 = p[third], p[third + 1], p[fourth], p[fourth + 1]
    needs = np.int32(0)
    for lane in range(LANES):
        u_0, u_1 = rows[at.YEAR_DRAWS * LANES + lane], rows[(at.YEAR_DRAWS + 1) * LANES + lane]
        u_2, u_3 = rows[(at.YEAR_DRAWS + 2) * LANES + lane], rows[(at.YEAR_DRAWS + 3) * LANES + lane]
        revenue = rows[at.REVENUE * LANES + lane]
        due = (monthly | (rows[at.RENEWAL_MONTH * LANES + lane] == calendar)) & (revenue > zero)
        needs = _also(needs, (low_0 <= u_0) & (u_0 < high_0), EVENT_0)
        needs = _also(needs, (low_1 <= u_1) & (u_1 < high_1), EVENT_1)
        needs = _also(needs, (low_2 <= u_2) & (u_2 < high_2), EVENT_2)
        needs = _also(needs, (low_3 <= u_3) & (u_3 < high_3), EVENT_3)
        needs = _also(needs, rows[at.WALLET_AND_SPONSOR_DRAW * LANES + lane] < rate, JUMP)
        needs = _also(needs, rows[at.LEFT * LANES + lane] > zero, HANDOVER)
        needs = _also(needs, rows[at.SLOT * LANES + lane] >= zero, OPEN_0)
        needs = _also(needs, rows[(at.SLOT + SLOT_ROWS) * LANES + lane] >= zero, OPEN_1)
        needs = _also(needs, rows[(at.SLOT + 2 * SLOT_ROWS) * LANES + lane] >= zero, OPEN_2)
        needs = _also(needs, rows[(at.SLOT + 3 * SLOT_ROWS) * LANES + lane] >= zero, OPEN_3)
        needs = _also(needs, due, RENEWS)
        rows[at.RENEWAL * LANES + lane] = one if due else zero
    return needs


@compiled(inline=True)
def _also(needs, is_needed, bit):
    return np.int32(needs | (bit if is_needed else _NOTHING))


@compiled(inline=True)
def take_over(rows, p):
    """Hand the account over to a new owner in the lanes whose owner has left (6.4)."""
    zero = p[P.ZERO]
    factor, months, newcomer = p[P.HANDOVER_GOODWILL], p[P.HANDOVER_MONTHS], p[P.NEWCOMER_MONTHS]
    for lane in range(LANES):
        left = rows[at.LEFT * LANES + lane] > zero
        goodwill = rows[at.GOODWILL * LANES + lane]
        handover, fresh = rows[at.HANDOVER * LANES + lane], rows[at.NEWCOMER * LANES + lane]
        quality, now = rows[at.QUALITY * LANES + lane], rows[at.QUALITY_NOW * LANES + lane]
        rows[at.GOODWILL * LANES + lane] = goodwill * factor if left else goodwill
        rows[at.HANDOVER * LANES + lane] = months if left else handover
        rows[at.NEWCOMER * LANES + lane] = newcomer if left else fresh
        rows[at.QUALITY * LANES + lane] = now if left else quality


@compiled(inline=True)
def draw_year(rows, key, entities, replications, january):
    """Draw when in a calendar year the organisation events happen, if they do."""
    draw(rows, at.YEAR_DRAWS, key, entities, replications, _ORGANISATION_BLOCK, january)


@compiled(inline=True)
def meet_organisation_event(rows, p, event, calendar_month, alert):
    """Let one kind of organisation event happen in the lanes whose draw says so (6.5)."""
    base = P.EVENT + event * EVENT_WIDTH
    low, high = p[base + calendar_month], p[base + calendar_month + 1]
    lanes = np.int32(0)
    for lane in range(LANES):
        u = rows[(at.YEAR_DRAWS + event) * LANES + lane]
        lanes = _also(lanes, (low <= u) & (u < high), np.int32(1) << np.int32(lane))
    while lanes != 0:
        lane = first_lane(lanes)
        lanes = np.int32(lanes & (lanes - 1))
        rows[at.ROLES * LANES + lane] *= p[base + 13]
        rows[at.GOODWILL * LANES + lane] *= p[base + 14]
        rows[at.WALLET * LANES + lane] *= p[base + 15]
        sponsorless, blind = rows[at.SPONSORLESS * LANES + lane], rows[at.BLIND * LANES + lane]
        rows[at.SPONSORLESS * LANES + lane] = max(sponsorless, p[base + 16])
        if not alert:
            rows[at.BLIND * LANES + lane] = max(blind, p[P.BLIND_MONTHS])


@compiled(inline=True)
def jump_wallet(rows, p, key, entities, replications, month):
    """Let the wallet jump in the lanes whose draw says so (6.6)."""
    rate, scale, inverse_mean = p[P.WALLET_EVENT_RATE], p[P.JUMP_SCALE], p[P.JUMP_INVERSE_MEAN]
    lanes = np.int32(0)
    for lane in range(LANES):
        hit = rows[at.WALLET_AND_SPONSOR_DRAW * LANES + lane] < rate
        lanes = _also(lanes, hit, np.int32(1) << np.int32(lane))
    while lanes != 0:
        lane = first_lane(lanes)
        lanes = np.int32(lanes & (lanes - 1))
        drawn = draw_three(rows, key, entities[lane], replications[lane], _JUMP_BLOCK, month)
        jump = exponential(scale * (drawn - p[P.ONE_AND_A_HALF])) * inverse_mean
        rows[at.WALLET * LANES + lane] *= jump


@compiled(inline=True)
def spend_effort(rows, p, offer, pooled):
    """Turn the plan into the hours that reach the account, and tell whether any lane's have changed (6.7)."""
    zero, one, exit_share = p[P.ZERO], p[P.ONE], p[P.EXIT_SHARE]
    se_weight, csm_weight = p[P.SE_WEIGHT] * tailored_share(p, offer), p[P.CSM_WEIGHT]
    changes = np.int32(0)
    for lane in range(LANES):
        attention = exit_share if rows[at.EXITED * LANES + lane] > zero else one
        se = se_weight * rows[at.SE * LANES + lane] * rows[at.SE_SERVED * LANES + lane]
        csm = csm_weight * rows[at.CSM * LANES + lane] * rows[at.CSM_SERVED * LANES + lane]
        if pooled:
            first, second = rows[at.SLOT * LANES + lane], rows[(at.SLOT + SLOT_ROWS) * LANES + lane]
            third = rows[(at.SLOT + 2 * SLOT_ROWS) * LANES + lane]
            fourth = rows[(at.SLOT + 3 * SLOT_ROWS) * LANES + lane]
            is_open = (first >= zero) | (second >= zero) | (third >= zero) | (fourth >= zero)
            se = se if is_open else zero
            csm = csm if rows[at.REVENUE * LANES + lane] > zero else zero
        effort = attention * (rows[at.AE * LANES + lane] * rows[at.REACH * LANES + lane] + se + csm)
        changes = _also(changes, effort != rows[at.EFFORT * LANES + lane], _CHANGE)
        rows[at.EFFORT * LANES + lane] = effort
        rows[at.YEAR_HOURS * LANES + lane] += effort
    return changes != 0


@compiled(inline=True)
def respond(rows, p, concave):
    """Work out the response to the hours (6.7); while they stay as they are, so does the response."""
    zero, one = p[P.ZERO], p[P.ONE]
    exponent = p[P.RESPONSE_EXPONENT]
    for lane in range(LANES):
        effort = power = rows[at.EFFORT * LANES + lane]
        if not concave:
            power = exponential(exponent * logarithm(effort if effort > zero else one))
            power = power if effort > zero else zero
        rows[at.RESPONSE * LANES + lane] = power / (rows[at.HALF_POWER * LANES + lane] + power)


@compiled(inline=True)
def move_client(rows, p, review, mapping, booking):
    """Let the wallet drift (6.6) and cap revenue (6.10); move goodwill and roles, the sponsor leave (6.8)."""
    zero, one, growth = p[P.ZERO], p[P.ONE], p[P.WALLET_GROWTH]
    goodwill_gain, goodwill_decay = p[P.GOODWILL_GAIN] * review, p[P.GOODWILL_DECAY]
    roles_gain, roles_decay = p[P.ROLES_GAIN] * mapping, p[P.ROLES_DECAY]
    left_over, months = p[P.SPONSOR_LEAVES_GOODWILL], p[P.SPONSORLESS_MONTHS]
    for lane in range(LANES):
        wallet = rows[at.WALLET * LANES + lane] * (growth * rows[at.SHOCK * LANES + lane])
        revenue, response = rows[at.REVENUE * LANES + lane], rows[at.RESPONSE * LANES + lane]
        capped = wallet if booking & (revenue > wallet) else revenue
        rows[at.WALLET * LANES + lane] = wallet
        rows[at.REVENUE * LANES + lane] = capped
        rows[at.CAPPED * LANES + lane] = capped
        goodwill, roles = rows[at.GOODWILL * LANES + lane], rows[at.ROLES * LANES + lane]
        gain = goodwill_gain * rows[at.RESPONSIVENESS * LANES + lane] * response
        goodwill = goodwill + gain * (one - goodwill) - goodwill_decay * goodwill
        goodwill = zero if goodwill < zero else goodwill
        goodwill = one if goodwill > one else goodwill
        gain = roles_gain * response if rows[at.BLIND * LANES + lane] <= zero else zero
        roles = roles + gain * (one - roles) - roles_decay * roles
        roles = zero if roles < zero else roles
        roles = one if roles > one else roles
        leaves = sponsor_leaves(rows, p, lane)
        sponsorless = rows[at.SPONSORLESS * LANES + lane]
        rows[at.GOODWILL * LANES + lane] = goodwill * left_over if leaves else goodwill
        rows[at.SPONSORLESS * LANES + lane] = months if leaves else sponsorless
        rows[at.ROLES * LANES + lane] = roles


@compiled(inline=True)
def sponsor_leaves(rows, p, lane):
    """Tell whether the sponsor of a lane leaves: the second event of the wallet's draw (6.8)."""
    jump, leaves = p[P.WALLET_EVENT_RATE], p[P.SPONSOR_LEAVES_RATE]
    u = rows[at.WALLET_AND_SPONSOR_DRAW * LANES + lane]
    return (u < jump * leaves) | ((jump <= u) & (u < jump + (p[P.ONE] - jump) * leaves))
