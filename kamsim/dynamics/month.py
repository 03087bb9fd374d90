"""One month of one account, all lanes together, in the order of docs/model.md (section 3, step 5)."""

from __future__ import annotations

import numpy as np

from kamsim.dynamics import client
from kamsim.dynamics import layout as at
from kamsim.dynamics.compiled import compiled
from kamsim.dynamics.deals import move_deal, open_deals
from kamsim.dynamics.layout import LANES
from kamsim.dynamics.layout import Parameter as P
from kamsim.dynamics.luck import draw_further_slots, draw_month
from kamsim.dynamics.maths import exponential

_MONTHS = np.int64(12)


@compiled
def play_account_month(
    rows, p, kinds, alert, key, entities, replications, month, starts_year, booking, pooled, concave,
    watched=False, staying=False,
):  # fmt: skip
    """Play one month of one account; `rows` holds it and its surroundings (`layout`).

    A `watched` month also notes the churn hazard and what happened. With `staying`, nobody churns: renewals
    contract with the law that they have among those who do not leave, and no other draw moves.
    """
    number = np.uint64(month)
    calendar_month = month % _MONTHS
    mapping, offer, review, pursuit, defence = kinds[0], kinds[1], kinds[2], kinds[3], kinds[4]
    draw_month(rows, key, entities, replications, number)
    if starts_year:
        client.draw_year(rows, key, entities, replications, np.uint64(month - calendar_month))
    needs = client.look_ahead(rows, p, calendar_month)
    if watched:
        _start_notes(rows, p)
    if client.spend_effort(rows, p, offer, pooled):
        client.respond(rows, p, concave)
    if needs & client.HANDOVER:
        client.take_over(rows, p)
    if needs & client.AN_EVENT:
        if needs & client.EVENT_0:
            client.meet_organisation_event(rows, p, 0, calendar_month, alert)
        if needs & client.EVENT_1:
            client.meet_organisation_event(rows, p, 1, calendar_month, alert)
        if needs & client.EVENT_2:
            client.meet_organisation_event(rows, p, 2, calendar_month, alert)
        if needs & client.EVENT_3:
            client.meet_organisation_event(rows, p, 3, calendar_month, alert)
    if needs & client.JUMP:
        client.jump_wallet(rows, p, key, entities, replications, number)
    client.move_client(rows, p, review, mapping, booking)
    if needs & client.OPEN_0:
        move_deal(rows, p, 0, calendar_month, pursuit, offer, booking)
    if needs & client.A_FURTHER_SLOT:
        draw_further_slots(rows, key, entities, replications, number)
        if needs & client.OPEN_1:
            move_deal(rows, p, 1, calendar_month, pursuit, offer, booking)
        if needs & client.OPEN_2:
            move_deal(rows, p, 2, calendar_month, pursuit, offer, booking)
        if needs & client.OPEN_3:
            move_deal(rows, p, 3, calendar_month, pursuit, offer, booking)
    if watched:
        _note(rows, p, calendar_month, defence, offer)
    if booking and needs & client.RENEWS:
        _renew(rows, p, defence, offer, staying)
    open_deals(rows, p, calendar_month)
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
def _renew(rows, p, defence, offer, staying):
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
        u = rows[at.RENEWAL_DRAW * LANES + lane]
        leaves = due & (u < churn) & (not staying)
        contracts = due & (u < churn + (one - churn) * contraction)
        # Who would have left stays: what is left of its draw decides, u / churn being uniform.
        contracts = contracts & ((u >= churn) | (u < churn * contraction)) if staying else contracts
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
def _start_notes(rows, p):
    """Keep the revenue before the month, and forget the last month's outcomes."""
    for lane in range(LANES):
        rows[at.BEFORE * LANES + lane] = rows[at.REVENUE * LANES + lane]
        rows[at.OUTCOME * LANES + lane] = p[P.ZERO]
        rows[(at.OUTCOME + 1) * LANES + lane] = p[P.ZERO]
        rows[(at.OUTCOME + 2) * LANES + lane] = p[P.ZERO]
        rows[(at.OUTCOME + 3) * LANES + lane] = p[P.ZERO]


@compiled(inline=True)
def _note(rows, p, calendar_month, defence, offer):
    """Note the hazard that a renewal would meet, and which events hit: what later steps wipe out."""
    zero, effects = p[P.ZERO], churn_effects(p, defence, offer)
    number = rows.dtype.type
    for lane in range(LANES):
        hazard = churn_hazard(rows, lane, effects)
        rows[at.HAZARD * LANES + lane] = hazard if rows[at.BEFORE * LANES + lane] > zero else zero
        happened = number(at.SPONSOR_LEFT) if client.sponsor_leaves(rows, p, lane) else zero
        happened += number(at.OWNER_LEFT) if rows[at.LEFT * LANES + lane] > zero else zero
        rows[at.HAPPENED * LANES + lane] = happened
    for event in range(len(at.EVENTS)):
        first = P.EVENT + event * at.EVENT_WIDTH + calendar_month
        low, high, bit = p[first], p[first + 1], number(1 << event)
        for lane in range(LANES):
            u = rows[(at.YEAR_DRAWS + event) * LANES + lane]
            rows[at.HAPPENED * LANES + lane] += bit if (low <= u) & (u < high) else zero


@compiled(inline=True)
def _count_down(rows, p):
    """Let the counters fall, count idle months, add up the year."""
    zero, one = p[P.ZERO], p[P.ONE]
    for lane in range(LANES):
        sponsorless, handover = rows[at.SPONSORLESS * LANES + lane], rows[at.HANDOVER * LANES + lane]
        newcomer, blind = rows[at.NEWCOMER * LANES + lane], rows[at.BLIND * LANES + lane]
        revenue, idle = rows[at.REVENUE * LANES + lane], rows[at.IDLE * LANES + lane]
        retained = rows[at.RETAINED * LANES + lane]
        rows[at.SPONSORLESS * LANES + lane] = sponsorless - one if sponsorless > zero else zero
        rows[at.HANDOVER * LANES + lane] = handover - one if handover > zero else zero
        rows[at.NEWCOMER * LANES + lane] = newcomer - one if newcomer > zero else zero
        rows[at.BLIND * LANES + lane] = blind - one if blind > zero else zero
        rows[at.IDLE * LANES + lane] = idle + one
        rows[at.YEAR_REVENUE * LANES + lane] += revenue
        rows[at.RETAINED * LANES + lane] = retained if revenue > zero else zero
