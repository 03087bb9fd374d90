"""Opportunities of one account: they move, are won and booked, lost, opened (docs/model.md 6.9, 6.10)."""

from __future__ import annotations

import numpy as np

from kamsim.dynamics import layout as at
from kamsim.dynamics.client import spare_sum
from kamsim.dynamics.compiled import compiled
from kamsim.dynamics.layout import LANES, SLOT_ROWS
from kamsim.dynamics.layout import Parameter as P
from kamsim.dynamics.luck import draw_opening
from kamsim.dynamics.maths import exponential
from kamsim.streams import Process

_AMOUNT_BLOCK = np.uint64(Process.AMOUNT // 4)


@compiled(inline=True)
def move_deal(rows, p, slot, calendar_month, pursuit, offer, booking):
    """Move the open opportunities of one slot on, book what is won, free what is closed (6.9)."""
    passed_row, age_row = (at.SLOT + slot * SLOT_ROWS) * LANES, (at.SLOT + slot * SLOT_ROWS + 1) * LANES
    amount_row, kind_row = (at.SLOT + slot * SLOT_ROWS + 2) * LANES, (at.SLOT + slot * SLOT_ROWS + 3) * LANES
    meddic_row, outcome_row = (at.SLOT + slot * SLOT_ROWS + 4) * LANES, (at.OUTCOME + slot) * LANES
    closing_row = (at.CLOSING + slot) * LANES
    move_row = (at.SLOT_DRAWS + 2 * (slot % 2)) * LANES
    zero, one, two, three, four, six = p[P.ZERO], p[P.ONE], p[P.TWO], p[P.THREE], p[P.FOUR], p[P.SIX]
    free = zero - one
    meddic_gain = p[P.MEDDIC_GAIN] * pursuit
    sixth = one / six
    base_pace = p[P.MILESTONE_PACE] * p[P.SEASON + calendar_month]
    upsell_pace, cross_sell_pace = p[P.UPSELL_PACE], p[P.CROSS_SELL_PACE]
    response_floor, known_floor = p[P.MILESTONE_RESPONSE_FLOOR], p[P.MILESTONE_KNOWN_FLOOR]
    goodwill_floor, goodwill_slope = p[P.MILESTONE_GOODWILL_FLOOR], p[P.MILESTONE_GOODWILL_SLOPE]
    offer_pace = p[P.OFFER_PACE_EFFECT] * offer
    least_age = p[P.MINIMUM_CYCLE_MONTHS]
    loss_rate, age_floor = p[P.LOSS_RATE], p[P.LOSS_AGE_FLOOR]
    age_slope = p[P.LOSS_AGE_SLOPE] / (least_age if least_age > one else one)
    known_ceiling, known_slope = p[P.LOSS_KNOWN_CEILING], p[P.LOSS_KNOWN_SLOPE]
    loss_ceiling, loss_slope = p[P.LOSS_GOODWILL_CEILING], p[P.LOSS_GOODWILL_SLOPE]
    buyer_effect, competitor_effect = p[P.ECONOMIC_BUYER_LOSS_EFFECT], p[P.COMPETITOR_LOSS_EFFECT]
    onboarding = p[P.ONBOARDING_MONTHS]
    calendar = rows.dtype.type(np.int32(calendar_month))
    for lane in range(LANES):
        passed, kind = rows[passed_row + lane], rows[kind_row + lane]
        amount, meddic, age = rows[amount_row + lane], rows[meddic_row + lane], rows[age_row + lane] + one
        is_open = passed >= zero
        response, goodwill = rows[at.RESPONSE * LANES + lane], rows[at.GOODWILL * LANES + lane]
        roles, sponsorless = rows[at.ROLES * LANES + lane], rows[at.SPONSORLESS * LANES + lane]
        gain = meddic_gain * response * roles
        gain = one if gain > one else gain
        meddic = meddic + gain * (six - meddic)
        letters = meddic - (one if sponsorless > zero else zero)
        known = (zero if letters < zero else letters) * sixth
        competitor = kind >= three
        sort = kind - three if competitor else kind
        pace = (one if sort < one else upsell_pace) if sort < two else cross_sell_pace
        ease = (response_floor + response * pursuit) * (goodwill_floor + goodwill_slope * goodwill)
        ease = ease * (known_floor + known) * (one + offer_pace * response)
        hazard = base_pace * pace * ease * rows[at.SE_PACE * LANES + lane]
        p1 = one - exponential(-hazard)
        p2 = p1 * p1
        u = rows[move_row + lane]
        steps = (one if u < p1 else zero) + (one if u < p2 else zero)
        steps = steps + (one if u < p2 * p1 else zero) + (one if u < p2 * p2 else zero)
        reached = passed + steps
        most = three if age < least_age else four
        reached = most if reached > most else reached
        won = is_open & (reached >= four)
        hazard = loss_rate * (age_floor + age_slope * age) * (known_ceiling - known_slope * known)
        hazard = hazard * (loss_ceiling - loss_slope * goodwill) * (one + buyer_effect * (one - roles))
        hazard = hazard * (one + competitor_effect if competitor else one)
        lost = is_open & (reached < four) & (rows[move_row + LANES + lane] < one - exponential(-hazard))
        stays = is_open & (reached < four) & (not lost)
        rows[passed_row + lane] = reached if stays else free
        rows[age_row + lane] = age if stays else zero
        rows[amount_row + lane] = amount if stays else zero
        rows[kind_row + lane] = kind if stays else zero
        rows[meddic_row + lane] = meddic if stays else zero
        rows[outcome_row + lane] = one if won else (two if lost else zero)
        rows[closing_row + lane] = amount
        progress = rows[at.PROGRESS * LANES + lane]
        rows[at.PROGRESS * LANES + lane] = one if is_open & (reached > passed) else progress
        _book(rows, lane, won & booking, amount, sort >= two, onboarding, calendar, zero, one)


@compiled(inline=True)
def _book(rows, lane, booked, amount, opens_unit, onboarding, calendar, zero, one):
    """Book a won amount within the attainable wallet; a first contract starts the customer's life (6.10)."""
    revenue, units = rows[at.REVENUE * LANES + lane], rows[at.UNITS * LANES + lane]
    room = rows[at.ATTAINABLE * LANES + lane] * rows[at.WALLET * LANES + lane] - revenue
    room = zero if room < zero else room
    quality_now = rows[at.QUALITY_NOW * LANES + lane]
    is_first = revenue <= zero
    starts = booked & is_first
    penetrated, handover = rows[at.PENETRATED * LANES + lane], rows[at.HANDOVER * LANES + lane]
    quality, renewal_month = rows[at.QUALITY * LANES + lane], rows[at.RENEWAL_MONTH * LANES + lane]
    more = penetrated + one if opens_unit & (penetrated < units) else penetrated
    added = amount if amount < room else room
    rows[at.REVENUE * LANES + lane] = revenue + added if booked else revenue
    rows[at.PENETRATED * LANES + lane] = (one if is_first else more) if booked else penetrated
    rows[at.RENEWAL_MONTH * LANES + lane] = calendar if starts else renewal_month
    rows[at.HANDOVER * LANES + lane] = onboarding if starts & (onboarding > handover) else handover
    rows[at.QUALITY * LANES + lane] = quality_now if starts else quality


@compiled(inline=True)
def find_openings(rows, p, calendar_month):
    """Mark the lanes in which an opportunity opens, and tell whether there is one (6.9)."""
    zero, one = p[P.ZERO], p[P.ONE]
    rate = p[P.OPENING_RATE] * p[P.SEASON + calendar_month]
    goodwill_floor, goodwill_slope = p[P.OPENING_GOODWILL_FLOOR], p[P.OPENING_GOODWILL_SLOPE]
    response_floor, response_slope = p[P.OPENING_RESPONSE_FLOOR], p[P.OPENING_RESPONSE_SLOPE]
    newcomer_effect = p[P.NEWCOMER_OPENING_EFFECT]
    openings = np.int32(0)
    for lane in range(LANES):
        ceiling = rows[at.ATTAINABLE * LANES + lane] * rows[at.WALLET * LANES + lane]
        whitespace = ceiling - rows[at.REVENUE * LANES + lane]
        whitespace = zero if whitespace < zero else whitespace
        share = whitespace / (ceiling if ceiling > zero else one)
        appeal = goodwill_floor + goodwill_slope * rows[at.GOODWILL * LANES + lane]
        appeal = appeal * (response_floor + response_slope * rows[at.RESPONSE * LANES + lane])
        appeal = appeal * rows[at.RESPONSIVENESS * LANES + lane]
        appeal = appeal * (one + newcomer_effect if rows[at.NEWCOMER * LANES + lane] > zero else one)
        opens = rows[(at.DRAWS + 2) * LANES + lane] < one - exponential(-(rate * share * appeal))
        # The scratch row keeps who still looks for a slot: 1 until one is found.
        rows[at.SLOT_DRAWS * LANES + lane] = one if opens else zero
        openings = np.int32(openings | (np.int32(1) if opens else np.int32(0)))
    return openings != 0


@compiled(inline=True)
def open_deals(rows, p, key, entities, replications, month):
    """Put an opportunity in the first free slot of the marked lanes (6.9)."""
    zero, one, two = p[P.ZERO], p[P.ONE], p[P.TWO]
    free = zero - one
    draw_opening(rows, key, entities, replications, _AMOUNT_BLOCK, month)
    deal_scale, deal_mean, meddic_start = p[P.DEAL_SCALE], p[P.DEAL_MEAN], p[P.MEDDIC_START]
    cross_sell_share, competitor_share, three = p[P.CROSS_SELL_SHARE], p[P.COMPETITOR_SHARE], p[P.THREE]
    for lane in range(LANES):
        revenue = rows[at.REVENUE * LANES + lane]
        ceiling = rows[at.ATTAINABLE * LANES + lane] * rows[at.WALLET * LANES + lane]
        whitespace = ceiling - revenue
        size = deal_mean * exponential(deal_scale * (spare_sum(rows, lane) - two)) * ceiling
        crosses = rows[at.KIND_DRAW * LANES + lane] < cross_sell_share
        crosses = crosses & (rows[at.PENETRATED * LANES + lane] < rows[at.UNITS * LANES + lane])
        kind = (two if crosses else one) if revenue > zero else zero
        contested = rows[at.COMPETITOR_DRAW * LANES + lane] < competitor_share
        rows[(at.SLOT_DRAWS + 1) * LANES + lane] = size if size < whitespace else whitespace
        rows[(at.SLOT_DRAWS + 2) * LANES + lane] = kind + three if contested else kind
    _fill_slot(rows, 0, meddic_start, zero, one, free)
    _fill_slot(rows, 1, meddic_start, zero, one, free)
    _fill_slot(rows, 2, meddic_start, zero, one, free)
    _fill_slot(rows, 3, meddic_start, zero, one, free)


@compiled(inline=True)
def _fill_slot(rows, slot, meddic_start, zero, one, free):
    passed_row = (at.SLOT + slot * SLOT_ROWS) * LANES
    amount_row, kind_row = (at.SLOT + slot * SLOT_ROWS + 2) * LANES, (at.SLOT + slot * SLOT_ROWS + 3) * LANES
    meddic_row = (at.SLOT + slot * SLOT_ROWS + 4) * LANES
    for lane in range(LANES):
        looking, progress = rows[at.SLOT_DRAWS * LANES + lane], rows[at.PROGRESS * LANES + lane]
        fits = one if (rows[passed_row + lane] == free) & (looking > zero) else zero
        # A free slot holds -1 and zeros, so adding is the same as writing.
        rows[passed_row + lane] += fits
        rows[amount_row + lane] += fits * rows[(at.SLOT_DRAWS + 1) * LANES + lane]
        rows[kind_row + lane] += fits * rows[(at.SLOT_DRAWS + 2) * LANES + lane]
        rows[meddic_row + lane] += fits * meddic_start
        rows[at.SLOT_DRAWS * LANES + lane] = looking - fits
        rows[at.PROGRESS * LANES + lane] = one if fits > zero else progress
