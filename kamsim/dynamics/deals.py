"""Opportunities of one account: they move, are won and booked, lost, opened (docs/model.md 6.9, 6.10)."""

from __future__ import annotations

import numpy as np

from kamsim.dynamics import layout as at
from kamsim.dynamics.compiled import compiled
from kamsim.dynamics.layout import LANES, SLOT_ROWS, SLOTS
from kamsim.dynamics.layout import Parameter as P
from kamsim.dynamics.maths import exponential, first_lane

_KIND, _CHANCE = at.SPARE, at.SPARE + 1


@compiled(inline=True)
def move_deal(rows, p, slot, calendar_month, pursuit, offer, booking):
    """Move the open opportunities of one slot on, book what is won, free what is closed (6.9)."""
    passed_row, age_row = (at.SLOT + slot * SLOT_ROWS) * LANES, (at.SLOT + slot * SLOT_ROWS + 1) * LANES
    amount_row, kind_row = (at.SLOT + slot * SLOT_ROWS + 2) * LANES, (at.SLOT + slot * SLOT_ROWS + 3) * LANES
    meddic_row, outcome_row = (at.SLOT + slot * SLOT_ROWS + 4) * LANES, (at.OUTCOME + slot) * LANES
    closing_row = (at.CLOSING + slot) * LANES
    move_row = (at.SLOT_DRAWS + 2 * slot) * LANES
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
    wins = np.int32(0)
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
        idle = rows[at.IDLE * LANES + lane]
        rows[at.IDLE * LANES + lane] = free if is_open & (reached > passed) else idle
        rows[_KIND * LANES + lane] = sort
        wins = np.int32(wins | (np.int32(1) << np.int32(lane) if won else np.int32(0)))
    if booking:
        while wins != 0:
            lane = first_lane(wins)
            wins = np.int32(wins & (wins - 1))
            _book(rows, p, lane, rows[closing_row + lane], rows[_KIND * LANES + lane] >= two, calendar_month)


@compiled(inline=True)
def _book(rows, p, lane, amount, opens_unit, calendar_month):
    """Book a won amount within the attainable wallet; a first contract starts the customer's life (6.10)."""
    revenue = rows[at.REVENUE * LANES + lane]
    room = rows[at.ATTAINABLE * LANES + lane] * rows[at.WALLET * LANES + lane] - revenue
    rows[at.REVENUE * LANES + lane] = revenue + min(amount, max(room, p[P.ZERO]))
    if revenue <= p[P.ZERO]:
        rows[at.RENEWAL_MONTH * LANES + lane] = calendar_month
        rows[at.PENETRATED * LANES + lane] = p[P.ONE]
        handover = rows[at.HANDOVER * LANES + lane]
        rows[at.HANDOVER * LANES + lane] = max(handover, p[P.ONBOARDING_MONTHS])
        rows[at.QUALITY * LANES + lane] = rows[at.QUALITY_NOW * LANES + lane]
    elif opens_unit and rows[at.PENETRATED * LANES + lane] < rows[at.UNITS * LANES + lane]:
        rows[at.PENETRATED * LANES + lane] += p[P.ONE]


@compiled(inline=True)
def open_deals(rows, p, calendar_month):
    """Find the lanes in which an opportunity opens, and put it in their first free slot (6.9)."""
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
        chance = one - exponential(-(rate * share * appeal))
        opens = rows[at.OPENING_DRAW * LANES + lane] < chance
        rows[_CHANCE * LANES + lane] = chance
        openings = np.int32(openings | (np.int32(1) << np.int32(lane) if opens else np.int32(0)))
    while openings != 0:
        lane = first_lane(openings)
        openings = np.int32(openings & (openings - 1))
        _open_deal(rows, p, lane, rows[_CHANCE * LANES + lane])


@compiled(inline=True)
def _open_deal(rows, p, lane, chance):
    """Put an opportunity in the first free slot; what is left of its draw decides on its kind (6.9)."""
    zero, one, two = p[P.ZERO], p[P.ONE], p[P.TWO]
    first = at.SLOT
    while rows[first * LANES + lane] >= zero:
        first += SLOT_ROWS
        if first == at.SLOT + SLOTS * SLOT_ROWS:
            return
    revenue, u = rows[at.REVENUE * LANES + lane], rows[at.OPENING_DRAW * LANES + lane]
    ceiling = rows[at.ATTAINABLE * LANES + lane] * rows[at.WALLET * LANES + lane]
    z = p[P.DEAL_SCALE] * (rows[at.AMOUNT_DRAW * LANES + lane] - p[P.ONE_AND_A_HALF])
    amount = p[P.DEAL_MEAN] * exponential(z) * ceiling
    with_competitor = chance * p[P.COMPETITOR_SHARE]
    contested = u < with_competitor
    begins = zero if contested else with_competitor
    width = with_competitor if contested else chance - with_competitor
    crosses = rows[at.PENETRATED * LANES + lane] < rows[at.UNITS * LANES + lane]
    crosses = crosses & (u < begins + width * p[P.CROSS_SELL_SHARE])
    kind = (two if crosses else one) if revenue > zero else zero
    rows[first * LANES + lane] = zero
    rows[(first + 1) * LANES + lane] = zero
    rows[(first + 2) * LANES + lane] = min(amount, ceiling - revenue)
    rows[(first + 3) * LANES + lane] = kind + p[P.THREE] if contested else kind
    rows[(first + 4) * LANES + lane] = p[P.MEDDIC_START]
    rows[at.IDLE * LANES + lane] = zero - one
