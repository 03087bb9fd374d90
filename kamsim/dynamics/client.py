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
from kamsim.dynamics.layout import EVENT_WIDTH, LANES
from kamsim.dynamics.layout import Parameter as P
from kamsim.dynamics.luck import draw
from kamsim.dynamics.maths import exponential, logarithm
from kamsim.dynamics.pools import tailored_share
from kamsim.streams import Process

_ORGANISATION_BLOCK = np.uint64(Process.ORGANISATION // 4)
_JUMP_BLOCK = np.uint64(Process.WALLET_JUMP // 4)
_EVENTS = len(at.EVENTS)


@compiled(inline=True)
def look_ahead(rows, p, calendar_month):
    """Find out what any lane needs this month, as bits, and start the month's scratch rows.

    One long loop instead of many short ones: a short loop would be unrolled before it can be vectorised.
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
        found = np.int32(1) if (low_0 <= u_0) & (u_0 < high_0) else np.int32(0)
        found |= np.int32(2) if (low_1 <= u_1) & (u_1 < high_1) else np.int32(0)
        found |= np.int32(4) if (low_2 <= u_2) & (u_2 < high_2) else np.int32(0)
        found |= np.int32(8) if (low_3 <= u_3) & (u_3 < high_3) else np.int32(0)
        found |= np.int32(16) if rows[at.DRAWS * LANES + lane] < rate else np.int32(0)
        found |= np.int32(32) if rows[at.LEFT * LANES + lane] > zero else np.int32(0)
        found |= np.int32(64) if rows[at.SLOT * LANES + lane] >= zero else np.int32(0)
        found |= np.int32(128) if rows[(at.SLOT + 5) * LANES + lane] >= zero else np.int32(0)
        found |= np.int32(256) if rows[(at.SLOT + 10) * LANES + lane] >= zero else np.int32(0)
        found |= np.int32(512) if rows[(at.SLOT + 15) * LANES + lane] >= zero else np.int32(0)
        found |= np.int32(1024) if due else np.int32(0)
        needs = np.int32(needs | found)
        rows[at.RENEWAL * LANES + lane] = one if due else zero
        rows[at.BEFORE * LANES + lane] = revenue
        rows[at.PROGRESS * LANES + lane] = zero
        rows[at.OUTCOME * LANES + lane] = zero
        rows[(at.OUTCOME + 1) * LANES + lane] = zero
        rows[(at.OUTCOME + 2) * LANES + lane] = zero
        rows[(at.OUTCOME + 3) * LANES + lane] = zero
    return needs


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
    roles_factor, goodwill_factor = p[base + 13], p[base + 14]
    wallet_factor, sponsorless_months = p[base + 15], p[base + 16]
    blind_months = p[P.ZERO] if alert else p[P.BLIND_MONTHS]
    for lane in range(LANES):
        u = rows[(at.YEAR_DRAWS + event) * LANES + lane]
        hit = (low <= u) & (u < high)
        roles, goodwill = rows[at.ROLES * LANES + lane], rows[at.GOODWILL * LANES + lane]
        wallet = rows[at.WALLET * LANES + lane]
        sponsorless, blind = rows[at.SPONSORLESS * LANES + lane], rows[at.BLIND * LANES + lane]
        longer = sponsorless_months if sponsorless_months > sponsorless else sponsorless
        unseen = blind_months if blind_months > blind else blind
        rows[at.ROLES * LANES + lane] = roles * roles_factor if hit else roles
        rows[at.GOODWILL * LANES + lane] = goodwill * goodwill_factor if hit else goodwill
        rows[at.WALLET * LANES + lane] = wallet * wallet_factor if hit else wallet
        rows[at.SPONSORLESS * LANES + lane] = longer if hit else sponsorless
        rows[at.BLIND * LANES + lane] = unseen if hit else blind


@compiled(inline=True)
def jump_wallet(rows, p, key, entities, replications, month):
    """Let the wallet jump in the lanes whose draw says so (6.6)."""
    draw(rows, at.SPARE_DRAWS, key, entities, replications, _JUMP_BLOCK, month)
    rate = p[P.WALLET_EVENT_RATE]
    scale, inverse_mean, two = p[P.JUMP_SCALE], p[P.JUMP_INVERSE_MEAN], p[P.TWO]
    for lane in range(LANES):
        jump = exponential(scale * (spare_sum(rows, lane) - two)) * inverse_mean
        wallet = rows[at.WALLET * LANES + lane]
        hit = rows[at.DRAWS * LANES + lane] < rate
        rows[at.WALLET * LANES + lane] = wallet * jump if hit else wallet


@compiled(inline=True)
def spare_sum(rows, lane):
    """Sum the four spare draws of a lane: with the right scale an Irwin-Hall number."""
    return (rows[at.SPARE_DRAWS * LANES + lane] + rows[(at.SPARE_DRAWS + 1) * LANES + lane]) + (
        rows[(at.SPARE_DRAWS + 2) * LANES + lane] + rows[(at.SPARE_DRAWS + 3) * LANES + lane]
    )


@compiled(inline=True)
def spend_effort(rows, p, offer, pooled, concave, booking):
    """Let the wallet drift (6.6) and cap revenue (6.10); turn the plan into effort to the power h (6.7)."""
    growth = p[P.WALLET_GROWTH]
    zero, one, exit_share = p[P.ZERO], p[P.ONE], p[P.EXIT_SHARE]
    se_weight, csm_weight = p[P.SE_WEIGHT] * tailored_share(p, offer), p[P.CSM_WEIGHT]
    for lane in range(LANES):
        wallet = rows[at.WALLET * LANES + lane] * (growth * rows[at.SHOCK * LANES + lane])
        rows[at.WALLET * LANES + lane] = wallet
        attention = exit_share if rows[at.EXITED * LANES + lane] > zero else one
        se = se_weight * rows[at.SE * LANES + lane] * rows[at.SE_SERVED * LANES + lane]
        csm = csm_weight * rows[at.CSM * LANES + lane] * rows[at.CSM_SERVED * LANES + lane]
        if pooled:
            first, second = rows[at.SLOT * LANES + lane], rows[(at.SLOT + 5) * LANES + lane]
            third, fourth = rows[(at.SLOT + 10) * LANES + lane], rows[(at.SLOT + 15) * LANES + lane]
            is_open = (first >= zero) | (second >= zero) | (third >= zero) | (fourth >= zero)
            se = se if is_open else zero
            csm = csm if rows[at.REVENUE * LANES + lane] > zero else zero
        effort = attention * (rows[at.AE * LANES + lane] * rows[at.REACH * LANES + lane] + se + csm)
        rows[at.EFFORT * LANES + lane] = effort
        rows[at.YEAR_HOURS * LANES + lane] += effort
        rows[at.RESPONSE * LANES + lane] = effort
        revenue = rows[at.REVENUE * LANES + lane]
        capped = wallet if booking & (revenue > wallet) else revenue
        rows[at.REVENUE * LANES + lane] = capped
        rows[at.CAPPED * LANES + lane] = capped
    if not concave:
        exponent = p[P.RESPONSE_EXPONENT]
        for lane in range(LANES):
            effort = rows[at.EFFORT * LANES + lane]
            power = exponential(exponent * logarithm(effort if effort > zero else one))
            rows[at.RESPONSE * LANES + lane] = power if effort > zero else zero


@compiled(inline=True)
def move_relationship(rows, p, review, mapping):
    """Work out the response; let goodwill and roles rise by it and decay, the sponsor leave (6.7, 6.8)."""
    zero, one = p[P.ZERO], p[P.ONE]
    goodwill_gain, goodwill_decay = p[P.GOODWILL_GAIN] * review, p[P.GOODWILL_DECAY]
    roles_gain, roles_decay = p[P.ROLES_GAIN] * mapping, p[P.ROLES_DECAY]
    rate, left_over, months = p[P.SPONSOR_LEAVES_RATE], p[P.SPONSOR_LEAVES_GOODWILL], p[P.SPONSORLESS_MONTHS]
    for lane in range(LANES):
        power = rows[at.RESPONSE * LANES + lane]
        response = power / (rows[at.HALF_POWER * LANES + lane] + power)
        rows[at.RESPONSE * LANES + lane] = response
        goodwill, roles = rows[at.GOODWILL * LANES + lane], rows[at.ROLES * LANES + lane]
        gain = goodwill_gain * rows[at.RESPONSIVENESS * LANES + lane] * response
        goodwill = goodwill + gain * (one - goodwill) - goodwill_decay * goodwill
        goodwill = zero if goodwill < zero else goodwill
        goodwill = one if goodwill > one else goodwill
        gain = roles_gain * response if rows[at.BLIND * LANES + lane] <= zero else zero
        roles = roles + gain * (one - roles) - roles_decay * roles
        roles = zero if roles < zero else roles
        roles = one if roles > one else roles
        leaves = rows[(at.DRAWS + 1) * LANES + lane] < rate
        sponsorless = rows[at.SPONSORLESS * LANES + lane]
        rows[at.GOODWILL * LANES + lane] = goodwill * left_over if leaves else goodwill
        rows[at.SPONSORLESS * LANES + lane] = months if leaves else sponsorless
        rows[at.ROLES * LANES + lane] = roles
