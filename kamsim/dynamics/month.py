"""One month of one account, all lanes together, in the order of docs/model.md (section 3, step 5)."""

from __future__ import annotations

import numpy as np

from kamsim.dynamics import layout as at
from kamsim.dynamics.client import (
    draw_year,
    jump_wallet,
    look_ahead,
    meet_organisation_event,
    move_relationship,
    spend_effort,
    take_over,
)
from kamsim.dynamics.compiled import compiled
from kamsim.dynamics.deals import find_openings, move_deal, open_deals
from kamsim.dynamics.layout import LANES
from kamsim.dynamics.layout import Parameter as P
from kamsim.dynamics.luck import draw
from kamsim.dynamics.maths import exponential
from kamsim.streams import Process

_MONTH_BLOCK = np.uint64(Process.WALLET_EVENT // 4)
_FIRST_PAIR_BLOCK = np.uint64(Process.MILESTONE // 4)
_SECOND_PAIR_BLOCK = np.uint64(Process.MILESTONE // 4 + 1)
_MONTHS = np.int64(12)


@compiled
def play_account_month(
    rows, p, kinds, alert, key, entities, replications, month, starts_year, booking, pooled, concave
):
    """Play one month of one account; `rows` holds it and its surroundings (`layout`)."""
    number = np.uint64(month)
    calendar_month = month % _MONTHS
    mapping, offer, review, pursuit, defence = kinds[0], kinds[1], kinds[2], kinds[3], kinds[4]
    draw(rows, at.DRAWS, key, entities, replications, _MONTH_BLOCK, number)
    if starts_year:
        draw_year(rows, key, entities, replications, np.uint64(month - calendar_month))
    needs = look_ahead(rows, p, calendar_month)
    if needs & 32:
        take_over(rows, p)
    if needs & 15:
        if needs & 1:
            meet_organisation_event(rows, p, 0, calendar_month, alert)
        if needs & 2:
            meet_organisation_event(rows, p, 1, calendar_month, alert)
        if needs & 4:
            meet_organisation_event(rows, p, 2, calendar_month, alert)
        if needs & 8:
            meet_organisation_event(rows, p, 3, calendar_month, alert)
    if needs & 16:
        jump_wallet(rows, p, key, entities, replications, number)
    spend_effort(rows, p, offer, pooled, concave, booking)
    move_relationship(rows, p, review, mapping)
    if needs & 192:
        draw(rows, at.SLOT_DRAWS, key, entities, replications, _FIRST_PAIR_BLOCK, number)
        if needs & 64:
            move_deal(rows, p, 0, calendar_month, pursuit, offer, booking)
        if needs & 128:
            move_deal(rows, p, 1, calendar_month, pursuit, offer, booking)
    if needs & 768:
        draw(rows, at.SLOT_DRAWS, key, entities, replications, _SECOND_PAIR_BLOCK, number)
        if needs & 256:
            move_deal(rows, p, 2, calendar_month, pursuit, offer, booking)
        if needs & 512:
            move_deal(rows, p, 3, calendar_month, pursuit, offer, booking)
    if booking and needs & 1024:
        _renew(rows, p, defence, offer)
    if find_openings(rows, p, calendar_month):
        open_deals(rows, p, key, entities, replications, number)
    _count_down(rows, p)


@compiled(inline=True)
def churn_effects(p, defence, offer):
    """Gather what the churn hazard of a segment and a service pattern needs, once for all lanes."""
    effort = p[P.CHURN_DEFENCE_EFFECT] * defence + p[P.CHURN_OFFER_EFFECT] * offer
    return (
        p[P.ZERO], p[P.ONE], p[P.CHURN_GOODWILL_EFFECT], p[P.CHURN_GOODWILL_CENTRE],
        p[P.CHURN_UNITS_EFFECT], p[P.CHURN_UNITS_CENTRE], effort, p[P.SPONSORLESS_CHURN_EFFECT],
        p[P.HANDOVER_CHURN_EFFECT],
    )  # fmt: skip


@compiled(inline=True)
def churn_hazard(rows, lane, effects):
    """Give the yearly churn hazard of one lane as its account stands (6.11); `effects` by `churn_effects`."""
    zero, one, of_goodwill, goodwill_centre, of_units, units_centre, of_effort, of_sponsor, of_handover = (
        effects
    )
    share = rows[at.PENETRATED * LANES + lane] / rows[at.UNITS * LANES + lane]
    exponent = zero - of_goodwill * (rows[at.GOODWILL * LANES + lane] - goodwill_centre)
    exponent = exponent - of_units * (share - units_centre)
    exponent = exponent - of_effort * rows[at.RESPONSE * LANES + lane]
    exponent = exponent + (of_sponsor if rows[at.SPONSORLESS * LANES + lane] > zero else zero)
    rough = of_handover * (one - rows[at.QUALITY * LANES + lane])
    exponent = exponent + (rough if rows[at.HANDOVER * LANES + lane] > zero else zero)
    return rows[at.BASE_HAZARD * LANES + lane] * exponential(exponent)


@compiled(inline=True)
def _renew(rows, p, defence, offer):
    """Renew the contracts whose term ends: churn, contraction or a new price (6.11)."""
    zero, one, two, three = p[P.ZERO], p[P.ONE], p[P.TWO], p[P.THREE]
    term, effects = p[P.TERM_YEARS], churn_effects(p, defence, offer)
    contraction, contraction_factor, price_factor = (
        p[P.CONTRACTION],
        p[P.CONTRACTION_FACTOR],
        p[P.PRICE_FACTOR],
    )
    for lane in range(LANES):
        due = rows[at.RENEWAL * LANES + lane] > zero
        penetrated, revenue = rows[at.PENETRATED * LANES + lane], rows[at.REVENUE * LANES + lane]
        rows[at.BOOKED * LANES + lane] = revenue
        hazard = churn_hazard(rows, lane, effects)
        churn = one - exponential(-(hazard * term))
        u = rows[(at.DRAWS + 3) * LANES + lane]
        leaves = due & (u < churn)
        contracts = due & (u < churn + (one - churn) * contraction)
        ceiling = rows[at.ATTAINABLE * LANES + lane] * rows[at.WALLET * LANES + lane]
        ceiling = revenue if revenue > ceiling else ceiling
        priced = revenue * price_factor
        priced = ceiling if priced > ceiling else priced
        kept = revenue * contraction_factor if contracts else (priced if due else revenue)
        rows[at.REVENUE * LANES + lane] = zero if leaves else kept
        rows[at.PENETRATED * LANES + lane] = zero if leaves else penetrated
        outcome = one if leaves else (two if contracts else three)
        rows[at.RENEWAL * LANES + lane] = outcome if due else zero


@compiled(inline=True)
def _count_down(rows, p):
    """Let the counters fall, count idle months, add up the year."""
    zero, one = p[P.ZERO], p[P.ONE]
    for lane in range(LANES):
        sponsorless, handover = rows[at.SPONSORLESS * LANES + lane], rows[at.HANDOVER * LANES + lane]
        newcomer, blind = rows[at.NEWCOMER * LANES + lane], rows[at.BLIND * LANES + lane]
        revenue, idle = rows[at.REVENUE * LANES + lane], rows[at.IDLE * LANES + lane]
        retained, progress = rows[at.RETAINED * LANES + lane], rows[at.PROGRESS * LANES + lane]
        rows[at.SPONSORLESS * LANES + lane] = sponsorless - one if sponsorless > zero else zero
        rows[at.HANDOVER * LANES + lane] = handover - one if handover > zero else zero
        rows[at.NEWCOMER * LANES + lane] = newcomer - one if newcomer > zero else zero
        rows[at.BLIND * LANES + lane] = blind - one if blind > zero else zero
        rows[at.IDLE * LANES + lane] = zero if progress > zero else idle + one
        rows[at.YEAR_REVENUE * LANES + lane] += revenue
        rows[at.RETAINED * LANES + lane] = retained if revenue > zero else zero
